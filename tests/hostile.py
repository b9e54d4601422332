"""Names and texts that make readers of files go wrong: every export carries them all."""

import unicodedata

__all__ = ["HOSTILE", "MARKUP", "kept"]

MARKUP = {
    "script": "</script><script>window.hacked = 1</script>",
    "image": "<img src=x onerror='window.hacked = 1'>",
    "comment": "<!--<script>",
    "link": "javascript:window.hacked = 1",
    "attribute": '"onmouseover="window.hacked=1" x="',
    "template": "{{ 7 * 7 }}{% raw %}",
    "style": "</title></style><svg onload=window.hacked=1>",
    "entities": "&lt;b&gt; <b>bold</b> \u2028 \u2029 \u202e倒\u200f \x00\x07 \ud83d",
    "formula of a link": '=HYPERLINK("javascript:window.hacked=1","x")',
    "fragment": "#a&depth=2&path=b%zz",
    "prototype": "__proto__",
    "long": "长" * 5000,
}
HOSTILE = MARKUP | {
    "control": "何\x00松\x0b岩\x07\x1b\x7f\x9b2J",
    "terminal": "\x1b]0;owned\x07\x1b[2J林牧之",
    "surrogate": "钟意帆\ud800",
    "not a character": "温如松\ufffe",
    "beyond the plane": "冯镭𠮷😀",
    "direction": "\u202e倒\u200f着\u2028写\u2029",
    "line ends": "云溟市\r\n科技局\n\t局\r长",
    "markup": "]]><b>&lt;x&amp;</b><!--'\"",
    "formula": "=HYPERLINK(\"http://a.invalid\";\"x\")",
    "formula 2": "@SUM(1+1)|cmd|' /C calc'!A0",
    "hidden formula": "\x00=1+1",
    "minus": "-2+3+cmd|' /C calc'!A0",
    "csv": 'a,"b";c\td',
    "cypher": "'}) DETACH DELETE n // `",
    "sparql": "\" . <urn:x> <urn:y> \"\"\" \\u0041 ?x } DROP ALL",
    "json": '{"@id": "x", "\\ud800": null}\\',
    "path": "../../etc/passwd",
    "null": "None",
    "not a number": "NaN",
    "empty": "",
    "space": " \u3000 ",
}  # fmt: skip


def kept(text: str) -> str:
    """What is left of a text when it has lost what no file can carry, white space as one space: XML changes that."""
    lost = {c for c in text if unicodedata.category(c) in {"Cc", "Cs"} and c not in "\t\n\r"} | {"\ufffe", "\uffff"}
    return " ".join("".join(c for c in text if c not in lost).split())
