"""Inputs of every kind, good and bad."""

import json
from pathlib import Path

import pytest
from pages import packed

from kg.errors import DocumentError, KgError
from kg.formats.text import MAX_CHARACTERS, decode
from kg.ingest import SUFFIXES, Skipped, read
from kg.model import Source

NEWS = "本报讯（记者 何松岩）3月2日，林牧之来到云溟科技城，了解项目建设情况。"
TRADITIONAL = "林牧之來到雲溟科技城，瞭解項目建設情況，並與企業負責人座談。"


def docs(*inputs: Path | str) -> dict[str, str]:
    return {item.doc: item.raw if isinstance(item, Source) else item.reason for item in read(inputs)}


@pytest.mark.parametrize(
    ("data", "text", "encoding", "keep"),
    [
        (NEWS.encode(), NEWS, "utf-8", False),
        (b"\xef\xbb\xbf" + NEWS.encode(), NEWS, "utf-8", False),
        (NEWS.encode("gb18030"), NEWS, "gb18030", False),
        (NEWS.encode("gbk"), NEWS, "gb18030", False),
        (NEWS.encode("utf-16"), NEWS, "utf-16", True),
        (NEWS.encode("utf-16-le"), NEWS, "utf-16-le", True),
        (TRADITIONAL.encode("big5"), TRADITIONAL, "big5hkscs", True),
        (b"a\r\nb\rc\n", "a\r\nb\rc\n", "utf-8", False),
    ],
)
def test_decode(data: bytes, text: str, encoding: str, keep: bool) -> None:
    assert decode(data) == (text, encoding, keep)


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_broken_bytes_are_replaced_and_the_text_kept(encoding: str) -> None:
    data = (NEWS * 3).encode(encoding)
    text, name, keep = decode(data[:31] + b"\xff\xff" + data[31:])
    assert name == encoding
    assert keep
    assert "\ufffd" in text
    assert "林牧之来到云溟科技城" in text


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b" \r\n\xef\xbb\xbf", "empty"),
        (bytes(range(256)) * 40, "binary"),
        (b"\x89PNG\r\n\x1a\n" + bytes(200), "binary"),
        (bytes((i * 37 + i * i) % 256 for i in range(4000)), "encoding|binary"),
        (b"a" * (MAX_CHARACTERS + 1), "longer than"),
    ],
    ids=["nothing", "white space", "all bytes", "png", "noise", "too long"],
)
def test_decode_refuses(data: bytes, reason: str) -> None:
    with pytest.raises(DocumentError, match=reason):
        decode(data)


def test_folder_is_read_in_order_and_passes_over_what_is_no_document(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / ".git").mkdir()
    for name in ("b/2.txt", "a.md", ".hidden.txt", ".git/x.txt", "README.md"):
        (tmp_path / name).write_text(NEWS + name, encoding="utf-8")
    (tmp_path / "photo.jpg").write_bytes(b"x")
    assert docs(tmp_path) == {
        "a.md": NEWS + "a.md",
        "b/2.txt": NEWS + "b/2.txt",
        "photo.jpg": f".jpg is not supported: {', '.join(SUFFIXES)}",
    }


def test_order_of_inputs_changes_nothing(tmp_path: Path) -> None:
    for name in ("x/n.txt", "y/n.txt", "y/m.txt", "z.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(NEWS + name, encoding="utf-8")
    inputs = [tmp_path / "x", tmp_path / "y", tmp_path / "z.txt"]
    found = list(read(inputs))
    assert [item.doc for item in found] == ["m.txt", "x/n.txt", "y/n.txt", "z.txt"]
    assert list(read(inputs[::-1])) == found
    assert list(read([*inputs, tmp_path / "x" / "n.txt"])) == found


def test_byte_identical_copy_is_a_duplicate(tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text(NEWS, encoding="utf-8")
    assert docs(tmp_path) == {"a.txt": NEWS, "b.txt": "duplicate of a.txt"}


def test_own_output_is_never_read(tmp_path: Path) -> None:
    (tmp_path / "news.txt").write_text(NEWS, encoding="utf-8")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mentions.jsonl").write_text("{}", encoding="utf-8")
    report = json.dumps({"versions": {}}).encode()
    (tmp_path / "out" / "report.json").write_bytes(report)
    members = {"b.txt": b"", "out/b.txt": NEWS.encode(), "out/report.json": report}
    (tmp_path / "a.zip").write_bytes(packed(members))
    assert docs(tmp_path) == {"a.zip/b.txt": "empty", "news.txt": NEWS}


def test_symlink_loop_ends(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "n.txt").write_text(NEWS, encoding="utf-8")
    (tmp_path / "a" / "loop").symlink_to(tmp_path)
    (tmp_path / "broken.txt").symlink_to(tmp_path / "nowhere")
    assert docs(tmp_path) == {"a/n.txt": NEWS, "broken.txt": "not a regular file"}


def test_records(tmp_path: Path) -> None:
    lines = [
        json.dumps({"id": "n1", "text": NEWS, "title": "题", "date": "2024-03-02", "source": "云溟日报"}),
        "",
        json.dumps({"text": "无编号。"}),
        json.dumps({"id": 7, "text": "数字编号。"}),
        json.dumps({"id": "n1", "text": "重复。"}),
        "{not json",
        "[1]",
        json.dumps({"id": "n8", "text": " "}),
        json.dumps({"id": ["x"], "text": "坏编号。"}),
    ]
    path = tmp_path / "r.jsonl"
    path.write_text("\ufeff" + "\n".join(lines), encoding="utf-8")
    found = list(read([path]))
    sources = [item for item in found if isinstance(item, Source)]
    assert [(s.doc, s.raw) for s in sources] == [
        ("r.jsonl#n1", NEWS),
        ("r.jsonl#3", "无编号。"),
        ("r.jsonl#7", "数字编号。"),
    ]
    assert (sources[0].title, sources[0].date, sources[0].medium) == ("题", "2024-03-02", "云溟日报")
    reasons = {item.doc: item.reason for item in found if isinstance(item, Skipped)}
    assert list(reasons) == [f"r.jsonl#{n}" for n in (5, 6, 7, 8, 9)]
    assert "repeats the id n1" in reasons["r.jsonl#5"]
    assert "not JSON" in reasons["r.jsonl#6"]
    assert "no text" in reasons["r.jsonl#8"]


def test_long_line_is_skipped_and_the_next_one_read(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    with path.open("w", encoding="utf-8") as file:
        file.write(json.dumps({"id": "long", "text": "a" * (MAX_CHARACTERS + 1)}) + "\n")
        file.write(json.dumps({"id": "short", "text": NEWS}))
    assert docs(path) == {"r.jsonl#1": "longer than 20,000,000 characters: split it", "r.jsonl#short": NEWS}


def test_unreadable_file_is_skipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Path, mode: str = "r") -> None:
        raise PermissionError(13, "Permission denied")

    (tmp_path / "n.txt").write_text(NEWS, encoding="utf-8")
    monkeypatch.setattr(Path, "open", refuse)
    assert docs(tmp_path / "n.txt") == {"n.txt": "cannot be read: Permission denied"}


def test_missing_input_and_empty_folder_are_errors(tmp_path: Path) -> None:
    with pytest.raises(KgError, match="no such file or folder"):
        list(read([tmp_path / "typo"]))
    with pytest.raises(KgError, match="no document"):
        list(read([tmp_path]))


def test_stdin(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / "n.txt"
    path.write_text(NEWS, encoding="utf-8")
    with path.open(encoding="utf-8") as file:
        monkeypatch.setattr("sys.stdin", file)
        assert docs("-") == {"-": NEWS}
