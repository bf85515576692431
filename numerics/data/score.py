"""Score embeddings against latents: every measure, held out, with its interval and chance level."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from scipy.stats import t as student

from sith.numerics.data.dependence import Dependence, dependence
from sith.numerics.data.repeated import Repeated
from sith.numerics.data.scorers import scorers
from sith.numerics.data.splitting import Division, contiguous_blocks, random_rows, whole_groups
from sith.numerics.data.table import Table, paired_tables
from sith.numerics.measure.checked import varying_columns
from sith.numerics.measure.nominal import as_classes, class_notes
from sith.theory.errors import InputError
from sith.theory.notebook import text_card

LEVEL = 0.95
BLOCKS = 10
SHORT = 20
"""Blocks are in turn where rows are far apart after N/`SHORT`; else there are two."""
LEAST_ROWS = 40


@dataclass(frozen=True, slots=True)
class Scored:
    """One measure of one pair of arrays.

    Fields:
        name: of the measure.
        value: the score. For independent rows it is `raw`; else what of it is above the largest of
            19 scores of shifted rows, as a share of what could be, cut at 0: dependent rows have no
            fixed zero, and independent series stay at 0 with probability 19/20.
        low, high: a 95 % interval for the expected `value`, by a jackknife over parts of the rows.
        raw: the measure itself on the held-out rows.
        chance: mean of the measure with the rows paired at random, or shifted against each other.
        p_value: (1 + #{chance ≥ raw})/(1 + number of pairings).
        invariant: kinds of maps of the embeddings that do not change it.
        caution: what a value of 1 does not show.
    """

    name: str
    value: float
    low: float
    high: float
    raw: float
    chance: float
    p_value: float
    invariant: tuple[str, ...]
    caution: str

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class ScoreReport:
    """The scores of one pair of arrays.

    Fields:
        scores: one for each measure that applies.
        left_out: measures that do not apply, with the reason.
        split: the division of the rows in words.
        rows: rows used; `scored` of them are held out.
        dependence: what the order of the rows says.
        warnings: what a reader must know before the numbers.
    """

    scores: tuple[Scored, ...]
    left_out: dict[str, str]
    split: str
    rows: int
    scored: int
    dependence: Dependence
    warnings: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return {
            "scores": {s.name: s.to_dict() for s in self.scores},
            "left_out": self.left_out,
            "split": self.split,
            "rows": self.rows,
            "scored": self.scored,
            "dependence": self.dependence.to_dict(),
            "warnings": list(self.warnings),
        }

    def __str__(self) -> str:
        """A table of the scores, the split and the warnings."""
        lines = [f"{self.rows} rows, {self.scored} scored; {self.split}"]
        head = f"{'measure':<20} {'score':>7}  {'95 % interval':<18} {'raw':>7} {'chance':>7}     p"
        lines.append(head)
        for s in self.scores:
            span = f"[{s.low:.3f}, {s.high:.3f}]"
            lines.append(
                f"{s.name:<20} {s.value:>7.3f}  {span:<18} {s.raw:>7.3f} {s.chance:>7.3f} "
                f"{s.p_value:>5.2f}"
            )
        lines += [f"{name:<20} left out: {why}" for name, why in self.left_out.items()]
        lines += [f"warning: {text}" for text in self.warnings]
        return "\n".join(lines)

    _repr_html_ = text_card


def score_tables(
    latents: Table,
    embeddings: Table,
    *,
    division: Division | None = None,
    random: bool = False,
    measures: Sequence[str] = (),
    nominal: Sequence[int] = (),
    drop_rows: bool = False,
    seed: int = 0,
    progress: Callable[[str, float], None] = lambda _stage, _fraction: None,
) -> ScoreReport:
    """Score embeddings against latents.

    Arguments:
        latents, embeddings: tables of the same rows.
        division: the split; by default random halves where rows pass the test of dependence, whole
            items where rows repeat, and contiguous blocks otherwise.
        random: random halves, whatever the test says.
        measures: names of the measures; all by default.
        nominal: latents that are unordered classes.
        drop_rows: leave out rows that are not finite in one of the tables.
        seed: of splits, pairings and rows drawn.
        progress: told (measure, fraction).

    Raises:
        InputError: the rows do not fit, are too few, or a latent is constant; or a nominal latent
            is none.
    """
    latents, embeddings = paired_tables((latents, embeddings), drop_rows=drop_rows)
    _require(latents, embeddings)
    as_classes(latents.values, nominal)
    z, y = latents.values, embeddings.values
    found = dependence(z, y, seed=seed)
    own, warnings = _division(found, division, random, len(z), seed)
    fades = found.length < len(z) // 4
    chosen = scorers(measures)
    left_out: dict[str, str] = {}
    scores: list[Scored] = []
    for k, scorer in enumerate(chosen):
        progress(scorer.names[0], k / len(chosen))
        why = scorer.applies(z.shape[1], y.shape[1])
        if not why:
            try:
                repeated = Repeated(scorer, z, y, own, tuple(nominal), seed)
                scores += [
                    s for s in _scored(repeated, fades) if not measures or s.name in measures
                ]
                continue
            except InputError as error:
                why = str(error)
        left_out |= dict.fromkeys(scorer.names, why)
    if not scores:
        raise InputError(
            f"no measure applies: {next(iter(left_out.values()))}", cure="draw more rows"
        )
    rows = len(own.fit) + len(own.test)
    notes = class_notes(z, y, tuple(nominal))
    told = [
        *warnings,
        *(note.replace("pass nominal=", "see --nominal, nominal=") for note in notes),
    ]
    return ScoreReport(
        tuple(scores), left_out, own.description, rows, len(own.test), found, tuple(told)
    )


def _require(latents: Table, embeddings: Table) -> None:
    rows = latents.shape[0]
    if rows < LEAST_ROWS:
        raise InputError(
            f"{rows} rows",
            allowed=f"at least {LEAST_ROWS}",
            cure="nothing can be held out of fewer",
        )
    still = np.flatnonzero(~varying_columns(latents.values))
    if len(still):
        raise InputError(
            f"{latents.source}: latent {', '.join(latents.names[j] for j in still[:5])} is constant",
            allowed="latents that vary",
            cure="leave out the column",
        )
    if not varying_columns(embeddings.values).any():
        raise InputError(
            f"{embeddings.source}: all rows coincide up to the rounding of {embeddings.precision}",
            allowed="embeddings that vary",
            cure="the run has collapsed; see sith compare",
        )


def _division(
    found: Dependence, division: Division | None, random: bool, rows: int, seed: int
) -> tuple[Division, list[str]]:
    """The split, and what is to be said of it."""
    warnings = []
    about = (
        f"rows depend on their neighbours (autocorrelation {found.largest:.2f}, "
        f"p = {found.p_value:.1g}, small after {found.length} rows)"
    )
    again = f"{found.repeated} rows repeat another one exactly"
    if division is not None:
        if division.independent and found.ordered:
            warnings.append(f"{about}: random rows are not held out")
        return division, warnings
    if random:
        if found.ordered:
            warnings.append(f"{about}: random rows are not held out; use --blocks or --groups")
        if found.repeated:
            warnings.append(f"{again}: random rows are not held out; use --groups")
        return random_rows(rows, seed=seed), warnings
    if found.ordered:
        count = BLOCKS if found.length * SHORT <= rows else 2
        gap = min(found.length, rows // (4 * count))
        warnings.append(f"{about}: scored on contiguous blocks, above the chance of shifted rows")
        if found.length >= rows // 4:
            warnings.append(
                "the dependence does not fade within a quarter of the rows, as in a random walk: "
                "there is about one independent observation, and no score means much"
            )
        return contiguous_blocks(rows, count, gap=gap), warnings
    if found.repeated:
        warnings.append(f"{again}: equal rows are kept on one side")
        return whole_groups(found.items, seed=seed), warnings
    own = random_rows(rows, seed=seed)
    return own, warnings


def _scored(repeated: Repeated, fades: bool) -> list[Scored]:
    scorer, division = repeated.scorer, repeated.division
    raw, null = repeated.raw(), repeated.null(fades)
    spread, count = repeated.jackknife()
    reach = float(student.ppf((1 + LEVEL) / 2, max(count - 1, 1)))
    found = []
    for k, name in enumerate(scorer.names):
        value, half = float(raw[k]), reach * float(spread[k])
        low = scorer.low
        if not division.independent:
            # The level that shifted rows reach once in as many draws: no fixed zero holds for all.
            floor = max(float(null[:, k].max()), 0.0)
            room = max(1 - floor, 1e-6)
            value, low = max(0.0, (value - floor) / room), 0.0
            # Few dependent parts say little of the spread; shifted rows say it under no relation.
            half = max(half, reach * float(np.maximum(null[:, k], 0.0).std(ddof=1))) / room
        reached = int((null[:, k] >= raw[k] - 1e-12).sum())
        found.append(
            Scored(
                name=name,
                value=value,
                low=max(value - half, low),
                high=min(value + half, 1.0),
                raw=float(raw[k]),
                chance=float(null[:, k].mean()),
                p_value=(1 + reached) / (1 + len(null)),
                invariant=tuple(sorted(scorer.of_y)),
                caution=scorer.caution,
            )
        )
    return found
