"""A sweep as a file: axes, whose product is run."""

from __future__ import annotations

import hashlib
import itertools
import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sith.numerics.runs.design import Design
from sith.numerics.sweeping.task import Task
from sith.numerics.sweeping.training import DESIGN, NO_WEAKENING, claim_of, require_known
from sith.theory import InputError, SithError

AXES = ("claim", "weakening", "dim", "seed", *DESIGN)


@dataclass(frozen=True, slots=True)
class Sweep:
    """A grid of training runs.

    Fields:
        name: of the file, for reports.
        tasks: one for each point of each grid.
        skipped: points that cannot be stated, with the reason: a parameter out of range, or a
            weakening that the claim does not have.
    """

    name: str
    tasks: tuple[Task, ...]
    skipped: tuple[str, ...]


def read_sweep(path: Path) -> Sweep:
    """Read a sweep from a TOML file.

    The file has one table `grid`, or several `[[grid]]`; every key is an axis and holds a value or
    a list of values: `claim` (required), `weakening` ("none" or the name of an assumption), `dim`,
    `seed`, and the fields of `Design`. The table `grid.parameters` holds the claim's parameters.
    The product of the axes is run. Paths of claim files are relative to the sweep's own folder.

    Raises:
        InputError: the file cannot be read, or an axis or a value is unknown.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InputError(f"the sweep {path} does not exist", cure="name a TOML file") from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(f"the sweep {path} is not TOML: {error}") from error
    unknown = sorted(set(data) - {"name", "grid"})
    if unknown:
        raise InputError(f"{path}: '{unknown[0]}'", allowed="name, grid")
    grids = data.get("grid", [])
    grids = [grids] if isinstance(grids, dict) else grids
    if not grids:
        raise InputError(f"{path} has no grid", cure='write [grid] and claim = "SLUG"')
    tasks: dict[str, Task] = {}
    skipped: dict[str, None] = {}
    for grid in grids:
        for point in _points(grid, path):
            try:
                task = _task(point)
            except SithError as error:
                if "seed" not in point:
                    raise
                where = {k: v for k, v in point.items() if k not in ("seed", "parameters")}
                parameters = ", ".join(point["parameters"])
                skipped[f"{json.dumps(where)} {parameters}: {error}"] = None
                continue
            tasks[task.key] = task
    if not tasks:
        raise InputError(f"{path}: no point of the grid can be run: {next(iter(skipped))}")
    return Sweep(str(data.get("name", path.stem)), tuple(tasks.values()), tuple(skipped))


def _points(grid: Mapping[str, Any], path: Path) -> Iterator[dict[str, Any]]:
    if "claim" not in grid:
        raise InputError(f"{path}: a grid without 'claim'", cure='write claim = "SLUG"')
    axes: dict[str, list[Any]] = {"seed": [0], "weakening": [NO_WEAKENING]}
    for name, value in grid.items():
        if name != "parameters":
            require_known(name)
            axes[name] = _values(name, value)
    inner = {k: _values(k, v) for k, v in dict(grid.get("parameters", {})).items()}
    axes["claim"] = [_located(str(c), path.parent) for c in axes["claim"]]
    names = list(axes)
    for values in itertools.product(*axes.values()):
        for chosen in itertools.product(*inner.values()):
            pairs = zip(inner, chosen, strict=True)
            parameters = [f"{name}={value}" for name, value in pairs]
            yield {**dict(zip(names, values, strict=True)), "parameters": parameters}


def _values(name: str, value: Any) -> list[Any]:
    values = value if isinstance(value, list) else [value]
    if not values:
        raise InputError(f"axis '{name}' is empty", cure="leave it out")
    return values


def _located(claim: str, folder: Path) -> str:
    """Return a claim's text with its file, if it has one, relative to the sweep's folder."""
    head, suffix, name = claim.rpartition(".py:")
    if not suffix:
        return claim
    file = Path(f"{head}.py").expanduser()
    return f"{file if file.is_absolute() else folder / file}:{name}"


def _task(point: Mapping[str, Any]) -> Task:
    """Return the task of a point, known to be possible; its batch is everything but the seed."""
    seed = point["seed"]
    if type(seed) is not int or seed < 0:
        raise InputError(f"seed = {seed!r}", allowed="integers ≥ 0")
    given = {name: point[name] for name in DESIGN if name in point}
    design = _design(given)
    claim = claim_of(point)
    settings: dict[str, Any] = {
        "claim": point["claim"],
        "dim": claim.dim,
        "parameters": sorted(point["parameters"]),
        "weakening": point["weakening"],
        **asdict(design),
    }
    file, suffix, _ = str(point["claim"]).rpartition(".py:")
    if suffix:
        # The result depends on what the file says, not on where it lies.
        settings["claim_digest"] = hashlib.blake2b(
            Path(f"{file}.py").read_bytes(), digest_size=16
        ).hexdigest()
    batch = json.dumps(settings, sort_keys=True)
    return Task("train", {**settings, "seed": seed}, batch)


def _design(given: Mapping[str, Any]) -> Design:
    defaults = asdict(Design())
    for name, value in given.items():
        expected = type(defaults[name])
        number = expected is float and type(value) is int
        if type(value) is not expected and not number:
            raise InputError(f"{name} = {value!r}", allowed=f"a {expected.__name__}")
    return Design(**{k: type(defaults[k])(v) for k, v in given.items()})
