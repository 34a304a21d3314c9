"use strict";
(function () {
  var root = document.documentElement;
  var sentences = JSON.parse(document.getElementById("sentences").textContent);
  var defaults = JSON.parse(document.getElementById("chosen").textContent);
  var chosen = Object.assign({}, defaults);
  var all = function (selector, from) { return Array.prototype.slice.call((from || document).querySelectorAll(selector)); };
  root.classList.add("scripted");

  // -- readings: which notes stand, which belong to the one just chosen, and what the clause then says
  function pairs(note) {
    return (note.dataset.tags || "").split(" ").filter(Boolean).map(function (x) { return x.split("="); });
  }
  function show(lit) {
    all(".note").forEach(function (note) {
      var tags = pairs(note);
      var stands = tags.every(function (t) { return !t[1] || chosen[t[0]] === t[1]; });
      note.classList.toggle("alt", !stands);
      note.classList.toggle("lit", stands && !!lit && tags.some(function (t) { return t[0] === lit; }));
    });
    all(".choice").forEach(function (b) {
      b.setAttribute("aria-pressed", String(chosen[b.dataset.reading] === b.dataset.choice));
    });
    all(".clause[data-readings]").forEach(function (clause) {
      var changed = clause.dataset.readings.split(",").filter(function (n) { return chosen[n] !== defaults[n]; });
      var key = changed.map(function (n) { return n + "=" + chosen[n]; }).join(",");
      var said = sentences[clause.id] || {};
      var box = clause.querySelector(".said");
      if (!box) { return; }
      var text = said[key] || "这几种读法合用的复述没有预先写出，请用命令行 xcrules explain 查看。";
      if (box.querySelector(".sentence").textContent !== text) { box.querySelector(".sentence").textContent = text; }
      box.classList.toggle("changed", key !== "");
    });
  }
  document.addEventListener("click", function (event) {
    var button = event.target.closest(".choice");
    if (button) {
      chosen[button.dataset.reading] = button.dataset.choice;
      show(button.dataset.reading);
    } else if (event.target.id === "reset") {
      chosen = Object.assign({}, defaults);
      show("");
    }
  });

  // -- search: rows, cards and table lines that hold every word
  var field = document.getElementById("q"), found = document.getElementById("found");
  function plain(text) { return text.toLowerCase().replace(/（/g, "(").replace(/）/g, ")"); }
  var items = all(".s").map(function (e) { // a row is found by the number and the heading of its clause too
    var clause = e.closest(".clause");
    return [e, plain((clause ? clause.dataset.called + " " : "") + e.textContent)];
  });
  function paint(words) {
    if (!window.CSS || !CSS.highlights) { return; }
    CSS.highlights.delete("found");
    if (!words.length) { return; }
    var ranges = [], walker = document.createTreeWalker(document.getElementById("main"), NodeFilter.SHOW_TEXT), node;
    while ((node = walker.nextNode()) && ranges.length < 4000) {
      words.forEach(function (w) {
        var text = node.data.toLowerCase(), at = -1;
        while ((at = text.indexOf(w, at + 1)) >= 0) {
          var range = new Range();
          range.setStart(node, at); range.setEnd(node, at + w.length);
          ranges.push(range);
        }
      });
    }
    CSS.highlights.set("found", new (Function.prototype.bind.apply(Highlight, [null].concat(ranges)))());
  }
  function search() {
    var words = plain(field.value).split(/\s+/).filter(Boolean), n = 0;
    items.forEach(function (item) {
      var hit = words.every(function (w) { return item[1].indexOf(w) >= 0; });
      item[0].hidden = !hit;
      n += hit ? 1 : 0;
    });
    all(".clause, .wide, .facts, .chapter-section").forEach(function (box) {
      box.hidden = words.length > 0 && !box.querySelector(".s:not([hidden])");
    });
    all("h2.chapter, .summary, .intro").forEach(function (x) { x.hidden = words.length > 0; });
    found.textContent = words.length ? (n ? n + " 处" : "没有找到") : "";
    paint(words);
  }
  field.addEventListener("input", search);
  document.getElementById("find").addEventListener("submit", function (event) { event.preventDefault(); });
  window.addEventListener("hashchange", function () {
    var target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target && target.closest("[hidden]")) { field.value = ""; search(); target.scrollIntoView(); }
  });

  // -- other readings shown or not; light and dark
  document.getElementById("alts").addEventListener("click", function () {
    var hidden = root.classList.toggle("hide-alts");
    this.setAttribute("aria-pressed", String(!hidden));
  });
  function stored(value) {
    try { if (value) { localStorage.setItem("xcrules-theme", value); } return localStorage.getItem("xcrules-theme"); }
    catch (e) { return null; }
  }
  if (stored()) { root.dataset.theme = stored(); }
  document.getElementById("theme").addEventListener("click", function () {
    var dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
    stored(root.dataset.theme);
  });
  window.addEventListener("beforeprint", function () { all("details").forEach(function (d) { d.open = true; }); });
  if (matchMedia("(max-width: 680px)").matches) { document.querySelector("nav details").open = false; }
})();
