"""The battery: certificates written by hand, true and false, and what the kernel must say of each."""

from __future__ import annotations

import contextlib
import io
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.quality.mutants.change import Change, valid
from tests.quality.mutants.conclusions import GROUPS
from tests.quality.mutants.conditions import CONDITIONS
from tests.quality.mutants.worlds import WORLDS
from tests.quality.mutants.written import Data, but

Main = Callable[[Sequence[str]], int]
AS_THEY_ARE = (
    valid("decoder", {}, "finite maps of a class of decoders", maps=0),
    valid("some_decoder", {}, "finite maps of a class of decoders", maps=0),
    valid("anything", {}, "no test of this group"),
    valid("squared_learned", {}, "of degree 2 or more", maps=0),
    valid("box", {}, "the walls of a box"),
)
"""Worlds of which something stays open."""


@dataclass(frozen=True, slots=True)
class Case:
    """A certificate as text, the exit status, and the lines that must be said, each by a part of it.

    Of a valid certificate every line is expected, in order.
    """

    name: str
    text: str
    status: int
    said: tuple[str, ...]


def cases() -> list[Case]:
    """Return every case, worlds as they are first."""
    worlds = {name: make() for name, make in WORLDS.items()}
    rest = worlds.keys() - {change.world for change in AS_THEY_ARE}
    every = (
        *(valid(name, {}) for name in WORLDS if name in rest),
        *AS_THEY_ARE,
        *CONDITIONS,
        *GROUPS,
    )
    return [_case(k, c, worlds[c.world]) for k, c in enumerate(every)]


def _case(place: int, change: Change, world: Data) -> Case:
    data = but(world, change.entries)
    said = change.said if change.status else _lines(data, change)
    name = f"{place}: {change.world}: {', '.join(change.entries) or 'as it is'}"
    return Case(name, json.dumps(data), change.status, tuple(said))


def _lines(data: Data, change: Change) -> list[str]:
    """Return a part of each line that is said of a valid certificate."""
    system, stated = data["system"], data["stated"]
    lines = [f"solves {len(system['equations'])} equations"]
    for record in data["degrees"]:
        rank = f"rank {record['rank']} of {record['unknowns']} unknowns"
        lines.append(
            f"degree {record['degree']}: {len(record['fields'])} free fields, and no other: {rank}"
        )
    maps = _maps(data) if change.maps < 0 else change.maps
    lines.append(f"fields, {maps} maps, {stated}: {data['agreement']}")
    lines += change.said
    if data.get("upper"):
        lines += [f"F ⊆ {u['group']} for {u['scope']}, by {u['by']}" for u in data["upper"]]
    else:
        lines += [f"{k}: {data['scope'][k]}" for k in ("fields", "components")]
    lines += [
        "compared by `sith verify` alone",
        "see `sith verify`",
        *(f"trusted      {x}" for x in data["trusted"]),
    ]
    return [*lines, "valid: "]


def _maps(data: Data) -> int:
    derived = data["groups"].get("derived")
    listed = derived["generators"] if derived else []
    given = len(listed) if isinstance(listed, list) else 0
    return given + sum("map" in x for x in data.get("lower", ()))


def outcome(main: Main, text: str, path: Path) -> tuple[int, list[str]]:
    """Write a certificate, and return the exit status of the kernel and the lines that it says."""
    path.write_text(text, encoding="utf-8")
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        status = main([str(path)])
    return status, said.getvalue().splitlines()


def differs(main: Main, case: Case, path: Path) -> str:
    """Return how the answer to a case is another than the expected one, "" where it is not."""
    status, lines = outcome(main, case.text, path)
    if status != case.status:
        return f"{case.name}: status {status}, not {case.status}: {' / '.join(lines)}"
    if len(lines) != len(case.said):
        return f"{case.name}: {len(lines)} lines, not {len(case.said)}: {' / '.join(lines)}"
    both = zip(lines, case.said, strict=True)
    wrong = [f"{line!r} without {part!r}" for line, part in both if part not in line]
    return f"{case.name}: {wrong[0]}" if wrong else ""
