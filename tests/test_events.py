"""What happened and when it was reported."""

import pytest
from claims import graph_of, rows

RELATIONS = """
    Person 何松岩 chaired Event 云溟科学城推进会 2023-03
    Person 何松岩 spoke_at Event 云溟科学城推进会 2023-03
    Person 林牧之 attended Event 云溟科学城推进会 2023-04
    Organization 云溟市委 organized Event 云溟科学城推进会 2023-03
    Event 云溟科学城推进会 concerns Initiative 云溟科学城 2023-03
    Event 云溟科学城推进会 located_in Place 云溟市 2023-03
    Person 林牧之 attended Event 云溟论坛 2024-05
    Person 何松岩 spoke_at Event 云溟论坛 2024-05
    Person 钟意帆 attended Event 云溟论坛 -
    Person 林牧之 promotes Initiative 云溟科学城 2024-05
    Person 林牧之 promotes Initiative 云溟科学城 2023-04
    Person 林牧之 inspected Initiative 云溟科学城 -
    Event 云溟年会 located_in Place 云溟市 -
"""
CLAIMS = "林牧之 云溟市委 书记 former 2020-05 2022 2024-05"


@pytest.fixture(scope="module")
def g():
    return graph_of(CLAIMS, RELATIONS)


def test_attendance_and_promoters(g):
    assert rows(g.attendance("云溟科学城推进会"), "name", "relation", "published", "id") == [
        ("云溟市委", "organized", "2023-03", "r4"),
        ("何松岩", "chaired", "2023-03", "r1"),
        ("何松岩", "spoke_at", "2023-03", "r2"),
        ("林牧之", "attended", "2023-04", "r3"),
    ]
    assert rows(g.who_promotes("云溟科学城"), "name", "id") == [("林牧之", "r10"), ("林牧之", "r11")]


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        ({}, ["云溟科学城推进会", "云溟论坛", "云溟年会"]),
        ({"name": "云溟科学城"}, ["云溟科学城推进会"]),
        ({"name": "钟意帆"}, ["云溟论坛"]),
        ({"name": "云溟论坛"}, ["云溟论坛"]),
        ({"since": "2024"}, ["云溟论坛"]),
        ({"until": "2023"}, ["云溟科学城推进会"]),
        ({"since": "2023-04", "until": "2024-04"}, []),
    ],
)
def test_events(g, arguments, names):
    assert g.events(**arguments)["name"].tolist() == names


def test_an_event_in_a_row(g):
    columns = ["place", "about", "organized_by", "chaired_by", "people", "documents", "published", "id"]
    assert rows(g.events(), *columns) == [
        ("云溟市", "云溟科学城", "云溟市委", "何松岩", 3, 6, "2023-03", "r1"),
        (None, None, None, None, 3, 3, "2024-05", "r7"),
        ("云溟市", None, None, None, 0, 1, None, "r13"),
    ]


def test_co_attendance(g):
    found = g.co_attendance("何松岩")
    assert rows(found, "name", "event", "relation", "own_relation", "events")[:3] == [
        ("林牧之", "云溟科学城推进会", "attended", "chaired", 2),
        ("林牧之", "云溟科学城推进会", "attended", "spoke_at", 2),
        ("林牧之", "云溟论坛", "attended", "spoke_at", 2),
    ]
    assert set(found["name"]) == {"林牧之", "云溟市委", "钟意帆"}
    assert rows(g.co_attendance("何松岩", "钟意帆"), "event", "id", "own_id") == [("云溟论坛", "r9", "r8")]
    assert g.co_attendance("钟意帆", "云溟市委").empty


def test_timeline(g):
    assert rows(g.timeline("林牧之"), "date", "what", "relation") == [
        ("2020-05", "began", "holds_post"),
        ("2022", "ended", "holds_post"),
        ("2023-04", "reported", "promotes"),
        ("2023-04", "reported", "attended"),
        ("2024-05", "reported", "promotes"),
        ("2024-05", "reported", "attended"),
        (None, "reported", "inspected"),
    ]


def test_statements_of_one(g):
    found = g.initiative("云溟科学城")
    assert rows(found, "role", "relation", "name", "type")[0] == ("object", "concerns", "云溟科学城推进会", "Event")
    assert set(found["entity"]) == {"Event:云溟科学城推进会", "Person:林牧之"}
    assert set(g.organization("云溟市委")["role"]) == {"subject"}
    assert len(g.person("林牧之")) == 6


def test_neighbours(g):
    found = g.neighbours("云溟科学城")
    assert rows(found, "name", "statements", "documents") == [("林牧之", 3, 3), ("云溟科学城推进会", 1, 1)]
    assert found["relations"].tolist()[0] == ["promotes", "inspected"]
    assert g.neighbours("云溟科学城", type="Event")["name"].tolist() == ["云溟科学城推进会"]
    assert g.neighbours("云溟科学城", type="Place").empty
