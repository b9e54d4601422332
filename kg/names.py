"""Entities by what people call them: ids, names, aliases, other forms of a body's name, pinyin."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from itertools import islice

import pandas as pd
from pypinyin import Style, pinyin

from kg.bodies import body_key, is_elliptical, short_form
from kg.errors import KgError
from kg.lexicon import titles
from kg.store import Record

__all__ = ["MARKS", "Names"]

_CANDIDATES = 12
_NEAR = 5
_SPELLINGS = 100  # of xian there are two, xian and xi'an
MARKS = str.maketrans("", "", "“”\"'‘’「」《》〈〉 \u3000")
_LETTERS = re.compile(r"[a-z ']+")
_BODIES = frozenset({"Organization", "Initiative"})


class Names:
    """The names of a graph's entities.

    Args:
        records: the entities by id.
        weights: how many statements each entity has; of candidates the heavier come first.
        hint: what tells an entity from others of its name.
    """

    def __init__(self, records: Mapping[str, Record], weights: Counter[str], hint: Callable[[Record], str]) -> None:
        self.records = records
        self._weights = weights
        self._hint = hint

    @cached_property
    def _forms(self) -> dict[str, list[tuple[int, Record]]]:
        """Records by each form of their names, with how good the form is: name, alias, without quotes, unresolved."""
        forms: dict[str, list[tuple[int, Record]]] = defaultdict(list)
        for record in self.records.values():
            unresolved = 0 if record.get("resolved", True) else 3
            for rank, name in enumerate((record["name"], *record["aliases"])):
                forms[name].append((unresolved + min(rank, 1), record))
                if (bare := name.translate(MARKS)) != name:
                    forms[bare].append((unresolved + 2, record))
        return forms

    @cached_property
    def _posts(self) -> dict[tuple[str, str], list[Record]]:
        """Posts by the id of their body and their title."""
        posts: dict[tuple[str, str], list[Record]] = defaultdict(list)
        for record in self.records.values():
            if record["type"] == "Post" and record["organization"]:
                posts[record["organization"], record["title"]].append(record)
        return posts

    def find(self, name: str, type: str | None = None) -> list[Record]:  # noqa: A002
        """The entities that a name may mean: by id, else by name, alias, or another form of a body's or post's name."""
        if name in self.records:
            found = [self.records[name]]
        else:
            bare = name.translate(MARKS)
            known = self._forms.get(name) or self._forms.get(bare, [])
            fitting = [(rank, r) for rank, r in known if type in {None, r["type"]}]
            best = min((rank for rank, _ in fitting), default=None)
            # An unresolved name counts only where no other form of a name fits.
            found = [r for rank, r in fitting if rank == best and rank < 3]
            found = found or [*self._other_forms(bare), *self._seats(bare)]
            found = [r for r in found if type in {None, r["type"]}] or [r for _, r in fitting]
        unique = {r["id"]: r for r in found if type in {None, r["type"]}}
        return sorted(unique.values(), key=lambda r: (-self._weights[r["id"]], r["id"]))

    def _other_forms(self, name: str) -> list[Record]:
        """Bodies and zones that have another form of this name: 郑州发改委 is 郑州市发展和改革委员会."""
        if len(name) < 2:
            return []
        key, short = body_key(name), short_form(name)
        bodies = [r for r in self.records.values() if r["type"] in _BODIES and r.get("resolved", True)]
        alike = [r for r in bodies if key[:2] in r["name"] or key[:1] == r["name"][:1]]
        same = [r for r in alike if body_key(r["name"]) == key]
        if same or not is_elliptical(name):
            return same
        return [r for r in bodies if r["name"][-1] == name[-1] and short_form(r["name"]).endswith(short)]

    def _seats(self, name: str) -> list[Record]:
        """Posts by body and title, the longest title that some body has: 云溟市副市长."""
        for at in range(1, len(name)):
            if known := titles().get(name[at:]):
                bodies = self.find(name[:at]) + (self.find(f"{name[:at]}政府") if known.body == "government" else [])
                if found := [post for body in bodies for post in self._posts.get((body["id"], known.title), [])]:
                    return found
        return []

    def one(self, name: str, type: str | None = None) -> Record:  # noqa: A002
        """The one entity that a name means.

        Raises:
            KgError: there is none, or there are several: the message lists them with their ids.
        """
        found = self.find(name, type)
        if len(found) == 1:
            return found[0]
        if found:
            listed = [f"  {r['id']}  {r['type']} {r['name']}{self._hint(r)}" for r in found[:_CANDIDATES]]
            if len(found) > _CANDIDATES:
                listed.append(f"  … and {len(found) - _CANDIDATES} more")
            raise KgError(f"{name} stands for {len(found)} entities; give one of these ids:\n" + "\n".join(listed))
        near = [r["name"] for r in self.records.values() if name and name in r["name"]]
        hint = f"; names that contain it: {'、'.join(sorted(set(near), key=lambda n: (len(n), n))[:_NEAR])}"
        raise KgError(f"nothing is called {name}{f' among {type}' if type else ''}{hint if near else ''}")

    def search(self, text: str) -> pd.DataFrame:
        """Entities whose name or alias contains a text, or reads so in pinyin or by its initials."""
        matches = self._matcher(text)
        found = []
        for record in self.records.values():
            hits = [(rank, len(n), n) for n in (record["name"], *record["aliases"]) if (rank := matches(n)) is not None]
            if hits:
                rank, _, name = min(hits)
                found.append((rank, -self._weights[record["id"]], record["id"], name))
        columns = ["name", "type", "matched", "statements", "id"]
        rows = [
            (self.records[number]["name"], self.records[number]["type"], name, -weight, number)
            for _, weight, number, name in sorted(found)
        ]
        return pd.DataFrame(rows, columns=columns)

    def _matcher(self, text: str) -> Callable[[str], int | None]:
        """How well a name matches: 0 it is the text, 1 it begins with it, 2 it contains it; None it does not."""
        wanted = text.strip().casefold()
        spoken = None
        if _LETTERS.fullmatch(wanted):
            spoken = self._spoken(wanted)

        def matches(name: str) -> int | None:
            given = name.casefold()
            if wanted and wanted in given:
                return 0 if given == wanted else 1 if given.startswith(wanted) else 2
            found = spoken.search(name) if spoken else None
            return None if found is None else 0 if found[0] == name else 1 if found.start() == 0 else 2

        return matches

    def _spoken(self, letters: str) -> re.Pattern[str] | None:
        """A pattern for the characters that read so, in full (the last may be begun: linmuzh) or by initials (lmz)."""
        letters = letters.replace(" ", "").replace("'", "")
        whole = {"".join(characters) for characters in islice(self._spellings(letters), _SPELLINGS)}
        initials = [self._initials.get(letter, "") for letter in letters]
        if len(initials) > 1 and all(initials):
            whole.add("".join(f"[{characters}]" for characters in initials))
        return re.compile("|".join(sorted(whole, key=lambda w: (-len(w), w)))) if whole else None

    def _spellings(self, letters: str) -> Iterator[list[str]]:
        """The ways to cut letters into syllables, each a class of characters."""
        begun = "".join(c for syllable, c in self._syllables.items() if syllable.startswith(letters))
        if begun:
            yield [f"[{begun}]"]
        for length in range(min(len(letters) - 1, 6), 0, -1):
            if characters := self._syllables.get(letters[:length]):
                yield from ([f"[{characters}]", *rest] for rest in self._spellings(letters[length:]))

    @cached_property
    def _syllables(self) -> dict[str, str]:
        """The characters of the graph's names by each of their readings, without tones."""
        used = sorted(
            {c for r in self.records.values() for n in (r["name"], *r["aliases"]) for c in n if c >= "\u3400"}
        )
        found: dict[str, str] = defaultdict(str)
        for character in used:
            for reading in pinyin(character, style=Style.NORMAL, heteronym=True)[0]:
                found[reading] += re.escape(character)
        return found

    @cached_property
    def _initials(self) -> dict[str, str]:
        found: dict[str, str] = defaultdict(str)
        for syllable, characters in self._syllables.items():
            found[syllable[0]] += characters
        return found
