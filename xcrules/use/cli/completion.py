"""xcrules completion: a script that completes commands, options, shipped policies and files.

Written here and not with a library: those name shell variables after options, which a shell refuses for 汉字.
"""

from __future__ import annotations

import argparse

from xcrules.base.resources import shipped_policies

from . import COMMANDS, parser_of
from .parser import OK

SHELLS = ("bash", "zsh", "fish")


def arguments(command: argparse.ArgumentParser) -> None:
    command.add_argument("shell", metavar="bash|zsh|fish", choices=SHELLS, help="哪种命令行")


def run(options: argparse.Namespace) -> int:
    print(_fish() if options.shell == "fish" else _bash(options.shell))
    return OK


def flags(name: str) -> list[str]:
    """All options of a command."""
    return [flag for action in parser_of(name)._actions for flag in action.option_strings]


def words(name: str) -> list[str]:
    """What may stand after a command, files aside: its options, shipped policies, fixed words."""
    actions = parser_of(name)._actions
    policies = shipped_policies() if any(a.dest in ("policy", "old", "source") for a in actions) else []
    choices = [str(x) for a in actions if not a.option_strings for x in a.choices or ()]
    return [*choices, *policies, *flags(name)]


def _bash(shell: str) -> str:
    head = ["autoload -U +X bashcompinit && bashcompinit"] if shell == "zsh" else []
    cases = [f"    {name}) words='{' '.join(words(name))}' ;;" for name in COMMANDS]
    return "\n".join([
        *head,
        "_xcrules() {",
        '  local current="${COMP_WORDS[COMP_CWORD]}" words',
        '  [ "$COMP_CWORD" = 1 ] && words=\'' + " ".join(COMMANDS) + "' || case \"${COMP_WORDS[1]}\" in",
        *cases,
        "  esac",
        '  COMPREPLY=($(compgen -W "$words" -- "$current"))',
        "}",
        "complete -o default -F _xcrules xcrules",
    ])


def _fish() -> str:
    lines = ["complete -c xcrules -n __fish_use_subcommand -f -a '" + " ".join(COMMANDS) + "'"]
    lines += [f"complete -c xcrules -n '__fish_seen_subcommand_from {name}' -a '{' '.join(words(name))}'" for name in COMMANDS]
    return "\n".join(lines)
