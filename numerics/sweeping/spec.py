"""A sweep as a file: axes, whose product is run."""

from __future__ import annotations

import itertools
import json
import stat
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sith.numerics.claims.parameters import claim_at, read_parameters
from sith.numerics.runs.design import Design
from sith.numerics.sweeping.axes import DEFAULTS, NO_WEAKENING, Axes, read_axes
from sith.numerics.sweeping.engine import LARGEST_BATCH
from sith.numerics.sweeping.sizes import least_bytes, machine_bytes, require_room
from sith.numerics.sweeping.sources import NamedClaim, named_claims
from sith.numerics.sweeping.task import Task
from sith.theory import Claim, InputError, SithError, UnknownName
from sith.theory.derivation import weakened
from sith.theory.errors import did_you_mean

MOST_BYTES = 1_000_000
MOST_POINTS = 1_000_000
"""A larger file, or a larger product of axes, is refused."""


@dataclass(frozen=True, slots=True)
class Sweep:
    """A grid of training runs.

    Fields:
        name: of the file, for reports.
        tasks: one for each point of each grid.
        skipped: combinations that cannot be stated, each with the reason. Every value in them is
            good by itself: a value that is not is an error.
        skipped_runs: the number of runs that these would have been.
    """

    name: str
    tasks: tuple[Task, ...]
    skipped: tuple[str, ...]
    skipped_runs: int = 0


def read_sweep(path: Path) -> Sweep:
    """Read a sweep from a TOML file.

    The file has one table `grid`, or several `[[grid]]`; every key is an axis and holds a value or
    a list of values: `claim` (required), `weakening` ("none" or the name of an assumption), `dim`,
    `seed`, and the fields of `Design`. The table `grid.parameters` holds the claim's parameters.
    The product of the axes is run. Paths of claim files are relative to the sweep's own folder; a
    claim file runs once.

    Raises:
        InputError: the file cannot be read, an axis is unknown, or a value is no claim, weakening,
            integer or rate in its range for any claim of its grid. Nothing was run then.
    """
    data = _read(path)
    unknown = sorted(set(data) - {"name", "grid"})
    if unknown:
        raise InputError(f"{path}: '{unknown[0]}'", allowed="name, grid")
    name = data.get("name", path.stem)
    if not isinstance(name, str):
        raise InputError(f"{path}: name = {name!r}", allowed="text")
    every = [read_axes(grid, path) for grid in _grids(data, path)]
    points = sum(axes.points for axes in every)
    if points > MOST_POINTS:
        raise InputError(f"{path}: {points:,} runs", allowed=f"at most {MOST_POINTS:,}")
    texts = list(dict.fromkeys(text for axes in every for text in axes.claims))
    claims = named_claims(texts, path.parent)
    tasks: dict[str, Task] = {}
    skipped: dict[str, int] = {}
    for axes in every:
        for found in _tasks(axes, claims):
            if isinstance(found, Task):
                tasks[found.key] = found
            else:
                skipped[found] = skipped.get(found, 0) + len(axes.seeds)
    if not tasks:
        raise InputError(f"{path}: no point of the grid can be run: {next(iter(skipped))}")
    return Sweep(name, tuple(tasks.values()), tuple(skipped), sum(skipped.values()))


def _read(path: Path) -> dict[str, Any]:
    try:
        if stat.S_ISBLK(path.stat().st_mode):
            raise InputError(f"the sweep {path} is a device", cure="name a TOML file")
        with path.open("rb") as file:
            text = file.read(MOST_BYTES + 1)
        if len(text) > MOST_BYTES:
            raise InputError(f"the sweep {path} is too large", allowed=f"{MOST_BYTES:,} bytes")
        return tomllib.loads(text.decode("utf-8"))
    except FileNotFoundError:
        raise InputError(f"the sweep {path} does not exist", cure="name a TOML file") from None
    except (OSError, ValueError, RecursionError) as error:
        raise InputError(f"the sweep {path} is not TOML: {error}") from error


def _grids(data: Mapping[str, Any], path: Path) -> list[Mapping[str, Any]]:
    grids = data.get("grid", [])
    grids = [grids] if isinstance(grids, Mapping) else grids
    if not isinstance(grids, list) or not all(isinstance(grid, Mapping) for grid in grids):
        raise InputError(f"{path}: grid is no table", cure='write [grid] and claim = "SLUG"')
    if not grids:
        raise InputError(f"{path} has no grid", cure='write [grid] and claim = "SLUG"')
    return grids


def _tasks(axes: Axes, claims: Mapping[str, NamedClaim]) -> Iterator[Task | str]:
    """Yield a task for each point, and a line for each combination that cannot be stated."""
    designs = list(_designs(axes))
    for where, named, claim in _stated(axes, claims):
        for given, design in designs:
            about = json.dumps({**where, **given}, ensure_ascii=False)
            reason = next((r for r in (claim, design) if isinstance(r, str)), "")
            if isinstance(claim, str) or isinstance(design, str):
                yield f"{about}: {reason}"
            else:
                yield from _seeds(axes, where, named, claim, design)


def _seeds(
    axes: Axes, where: Mapping[str, Any], named: NamedClaim, claim: Claim, design: Design
) -> Iterator[Task]:
    """Yield the tasks of one setting; seeds of it are trained at once where memory allows."""
    require_room(design, claim.dim)
    settings = {
        **named.settings,
        "dim": claim.dim,
        "parameters": sorted(where["parameters"]),
        "weakening": where["weakening"],
        **asdict(design),
    }
    have = machine_bytes()
    together = not have or least_bytes(design, claim.dim, LARGEST_BATCH) <= have
    batch = json.dumps(settings, sort_keys=True) if together else ""
    for seed in axes.seeds:
        yield Task("train", {**settings, "seed": seed}, batch, named.aside)


def _stated(
    axes: Axes, claims: Mapping[str, NamedClaim]
) -> Iterator[tuple[dict[str, Any], NamedClaim, Claim | str]]:
    """Yield claim, parameters, dimension and weakening, with the claim or why there is none.

    Every value must be good for some claim of the grid: a misspelt name is no combination.
    """
    used: set[tuple[str, object]] = set()
    reasons: dict[tuple[str, object], str] = {}
    assumptions: set[str] = set()
    bases = []
    inner = [[f"{name}={value}" for value in values] for name, values in axes.parameters.items()]
    for text in axes.claims:
        for dim in axes.dims or (None,):
            for parameters in itertools.product(*inner):
                named = claims[text]
                claim = _attempt(lambda n=named, d=dim, p=parameters: _base(n, d, p))  # type: ignore[misc]
                values: list[tuple[str, Any]] = [
                    ("claim", text),
                    ("dim", dim),
                    *(("parameter", p) for p in parameters),
                ]
                for value in values:
                    if isinstance(claim, str):
                        reasons.setdefault(value, claim)
                    else:
                        used.add(value)
                if not isinstance(claim, str):
                    assumptions |= {assumption.name for assumption in claim.assumptions}
                where: dict[str, Any] = {"claim": text} | ({} if dim is None else {"dim": dim})
                bases.append(({**where, "parameters": list(parameters)}, named, claim))
    for value, reason in reasons.items():
        if value not in used:
            shown = value[1] if value[0] != "dim" else f"dim = {value[1]}"
            raise InputError(f"{shown} can be used nowhere in its grid: {reason}")
    _require_assumptions(axes, assumptions)
    for where, named, claim in bases:
        for name in axes.weakenings:
            weak = claim
            if isinstance(claim, Claim) and name != NO_WEAKENING:
                weak = _attempt(lambda c=claim, n=name: weakened(c, n))  # type: ignore[misc]
            yield {**where, "weakening": name}, named, weak


def _require_assumptions(axes: Axes, assumptions: set[str]) -> None:
    for name in axes.weakenings:
        if name != NO_WEAKENING and name not in assumptions:
            known = (NO_WEAKENING, *sorted(assumptions))
            raise UnknownName(
                f"weakening: there is no assumption {name!r} in any claim of the grid",
                allowed=", ".join(known),
                cure=did_you_mean(name, known),
            )


def _base(named: NamedClaim, dim: int | None, parameters: tuple[str, ...]) -> Claim:
    statement = named.statement
    return claim_at(statement, dim, read_parameters(statement, parameters))


def _attempt(build: Callable[[], Claim]) -> Claim | str:
    """Return a claim, or why it cannot be stated."""
    try:
        return build()
    except SithError as error:
        return str(error)


def _designs(axes: Axes) -> Iterator[tuple[dict[str, Any], Design | str]]:
    """Yield the values of each design with the design, or with why they do not go together."""
    for values in itertools.product(*axes.design.values()):
        given = dict(zip(axes.design, values, strict=True))
        try:
            yield given, Design(**{**DEFAULTS, **given})
        except InputError as error:
            yield given, str(error)
