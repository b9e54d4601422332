"""Maps back to the raw text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.offsets import OffsetMap, edit

TEXT = st.text(alphabet="郑州市委(fā) \n,，ab&", max_size=40)


@st.composite
def edits(draw: st.DrawFn, text: str) -> list[tuple[int, int, str]]:
    cuts = sorted(draw(st.sets(st.integers(0, len(text)), max_size=8)))
    return [(a, b, draw(st.text(alphabet="新文", max_size=3))) for a, b in zip(cuts[::2], cuts[1::2], strict=False)]


def test_identity_maps_every_span_to_itself() -> None:
    offsets = OffsetMap.identity(6)
    assert [offsets.raw(a, b) for a in range(6) for b in range(a + 1, 7)] == [
        (a, b) for a in range(6) for b in range(a + 1, 7)
    ]


@pytest.mark.parametrize("span", [(-1, 2), (0, 0), (2, 1), (0, 7)])
def test_span_that_is_empty_or_outside_is_refused(span: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="outside a text of 6"):
        OffsetMap.identity(6).raw(*span)


def test_no_edit_is_identity() -> None:
    assert edit("郑州", []) == ("郑州", OffsetMap.identity(2))


@given(st.data())
def test_edits_keep_order_and_cover_what_they_replace(data: st.DataObject) -> None:
    raw = text = data.draw(TEXT)
    offsets = OffsetMap.identity(len(raw))
    for _ in range(data.draw(st.integers(1, 4))):
        text, step = edit(text, data.draw(edits(text)))
        offsets = offsets.then(step)
    starts, ends = list(offsets.starts), list(offsets.ends)
    assert len(offsets) == len(text)
    assert starts == sorted(starts)
    assert ends == sorted(ends)
    assert all(0 <= a < b <= len(raw) for a, b in zip(starts, ends, strict=True))


@given(st.data())
def test_a_kept_character_maps_to_itself(data: st.DataObject) -> None:
    raw = data.draw(TEXT)
    changes = [(a, b, "") for a, b, _ in data.draw(edits(raw))]
    text, offsets = edit(raw, changes)
    assert all(raw[slice(*offsets.raw(i, i + 1))] == c for i, c in enumerate(text))


def test_then_slice_and_concat_agree() -> None:
    first = OffsetMap([0, 1, 4, 5, 9], [1, 2, 5, 6, 10])
    second = OffsetMap([1, 2, 4], [2, 3, 5])
    assert first.then(second) == OffsetMap([1, 4, 9], [2, 5, 10])
    assert OffsetMap.concat([first.slice(0, 2), first.slice(2, 5)]) == first
    assert OffsetMap.identity(10).then(first) == first.then(OffsetMap.identity(5)) == first
