"""What a kg.toml sets."""

from pathlib import Path

import pytest

from kg.errors import KgError
from kg.options import Options, project_options


def test_none_is_none(tmp_path: Path) -> None:
    assert project_options(tmp_path) == Options()


def test_paths_are_from_its_folder(tmp_path: Path) -> None:
    (tmp_path / "kg.toml").write_text('model = "news"\nrules = ["mine"]\nlexicons = ["a.csv"]\n', encoding="utf-8")
    assert project_options(tmp_path) == Options("news", (tmp_path / "mine",), (tmp_path / "a.csv",))


@pytest.mark.parametrize(
    ("content", "message"),
    [("model = ", "cannot be read"), ("modle = 1", "modle is unknown"), ("rules = [1]", "cannot")],
)
def test_a_wrong_one_is_named(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "kg.toml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(KgError, match=message) as error:
        project_options(tmp_path)
    assert str(path) in str(error.value)


def test_judgements_of_the_folder_count_unless_others_are_set(tmp_path: Path) -> None:
    (tmp_path / "judgements.csv").write_text("a,b,verdict\n", encoding="utf-8")
    assert project_options(tmp_path).judgements == tmp_path / "judgements.csv"
    (tmp_path / "kg.toml").write_text('judgements = "ours.csv"\n', encoding="utf-8")
    assert project_options(tmp_path).judgements == tmp_path / "ours.csv"
