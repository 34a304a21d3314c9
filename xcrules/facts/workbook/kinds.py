"""What a file is that was given as a filled workbook, and how to make an .xlsx of it if it is none."""

from __future__ import annotations

import zipfile
from io import BytesIO

from xcrules.base.codes import Code
from xcrules.base.diagnostic import Diagnostic

_SAVE = "用 Excel 或 WPS 打开，另存为“Excel 工作簿（*.xlsx）”，再读"
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")


def other_kind(data: bytes, name: str) -> Diagnostic | None:
    """E892 for a table file of another kind than .xlsx, by what is in it; None if it may be a workbook."""
    what, help = _kind(data, name.lower())
    return Diagnostic(Code.NOT_XLSX, f"「{name}」{what}", path=name, help=help) if what else None


def _kind(data: bytes, name: str) -> tuple[str, str]:
    start = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if not data:
        return "是空的文件", "看看是不是没有存完；" + _SAVE
    if data.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            return "有打开密码，读不了", "在 Excel 或 WPS 里打开，去掉密码（文件、信息、保护工作簿），另存为 .xlsx"
        return f"是老式的表格文件（{'WPS 的 .et' if name.endswith(('.et', '.ett')) else '.xls'}），不是 .xlsx", _SAVE
    if data.startswith(b"PK"):
        return _zipped(data)
    if data.startswith(b"PAR1"):
        return "是 Parquet，不是一家企业的事实", "一批企业用 xcrules batch 算；写成一行一家的 .jsonl，也可以 xcrules decide 政策 文件 --stream"
    if start.startswith((b"<html", b"<!doctype html", b"<table", b"<meta", b"<head")):
        return "其实是网页（HTML），不是 Excel 工作簿", _SAVE
    if start.startswith(b"<?xml") or start.startswith(b"<workbook"):
        return "是 XML 表格，不是 .xlsx", _SAVE
    if start.startswith(b"%pdf"):
        return "是 PDF，不是 Excel 工作簿", "把填报表（.xlsx）本身交来"
    if name.endswith((".csv", ".tsv")) or (b"\0" not in data[:4096] and (b"," in start or b"\t" in start) and not start.startswith((b"{", b"["))):
        return "是 CSV 一类的文本，存不下几页表", "把数填进填报表（xcrules facts 政策 --xlsx 文件.xlsx）；" + _SAVE
    return "", ""


def _zipped(data: bytes) -> tuple[str, str]:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            names = {n.lower() for n in archive.namelist()[:5000]}
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return "", ""  # said as damaged when it is opened
    if "xl/workbook.bin" in names:
        return "是二进制工作簿（.xlsb），不是 .xlsx", _SAVE
    if "content.xml" in names:
        return "是 OpenDocument 表格（.ods），不是 .xlsx", _SAVE
    if any(n.startswith("index/") for n in names):
        return "是 Numbers 表格，不是 .xlsx", "在 Numbers 里导出为 Excel（.xlsx）"
    if "word/document.xml" in names or "ppt/presentation.xml" in names:
        return "是 Word 或 PowerPoint 文件，不是 Excel 工作簿", "把填报表（.xlsx）本身交来"
    return "", ""
