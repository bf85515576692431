"""False alarms and power of every test of `diagnose`, on worlds whose truth is known."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from scipy.stats import binomtest

from sith.numerics.data.consequences import Consequence, NotTestable, consequences, of_world
from sith.numerics.data.consequences.observable import weakened
from sith.numerics.data.diagnose import LEVEL, has_base_measure
from sith.numerics.data.simulated import rejection_rate
from sith.theory import THEOREMS, Assumption, Claim

SIZES = (1000, 10_000)
DRAWS = 100


@dataclass(frozen=True, slots=True)
class Calibrated:
    """One test of one assumption at one number of rows.

    Fields:
        test: its name.
        claim, assumption: whose world is drawn, with and without the assumption; "world" for a test
            of the claim's world itself, which has no weakening.
        rows: N.
        false_alarm: share of draws of the claim's own world that are contradicted.
        power: share of draws of the weakened world that are.
        draws: of each.
        level: at which the test is made.
        note: why a share is missing, which is then −1.
    """

    test: str
    claim: str
    assumption: str
    rows: int
    false_alarm: float
    power: float
    draws: int
    level: float
    note: str

    def interval(self, share: float) -> tuple[float, float]:
        """Return the exact 95 % interval of a share of the draws; Clopper and Pearson (1934)."""
        found = binomtest(round(share * self.draws), self.draws).proportion_ci()
        return float(found.low), float(found.high)

    @property
    def exceeds(self) -> bool:
        """Whether the rate of false alarms is shown to be above the level."""
        return self.false_alarm >= 0 and self.interval(self.false_alarm)[0] > self.level

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        spans = {
            f"{name}_interval": list(self.interval(share))
            for name, share in (("false_alarm", self.false_alarm), ("power", self.power))
            if share >= 0
        }
        return {**asdict(self), **spans, "exceeds": self.exceeds}

    def __str__(self) -> str:
        """One line of the table."""
        alarm, power = (self._shown(x) for x in (self.false_alarm, self.power))
        place = f"{self.claim}.{self.assumption}"
        mark = "above its level" if self.exceeds else ""
        note = "; ".join(text for text in (mark, self.note) if text)
        return f"{self.test:<24} {place:<46} {self.rows:>6} {alarm} {power}  {note}".rstrip()

    def _shown(self, share: float) -> str:
        if share < 0:
            return f"{'–':>20}"
        low, high = self.interval(share)
        return f"{share:.3f} [{low:.3f}, {high:.3f}]"


HEAD = f"{'test':<24} {'claim.assumption':<46} {'N':>6} {'false alarms':>20} {'power':>20}"

WORLD = "world"
NO_WEAKENING = "no weakening is stated"


def tests() -> Iterator[tuple[Claim, Assumption | None, Consequence]]:
    """Yield every different test of the registry, with the assumption it is of or None for a world.

    A test is taken at the first theorem whose assumption it is; those of worlds alone come last.
    """
    seen: set[tuple[str, str]] = set()
    for theorem in THEOREMS:
        claim = theorem.at()
        for assumption in claim.assumptions:
            found = consequences(claim, assumption)
            for consequence in () if isinstance(found, NotTestable) else found:
                key = (consequence.name, type(claim.world.pairs).__name__)
                if key not in seen:
                    seen.add(key)
                    yield claim, assumption, consequence
    names = {name for name, _ in seen}
    for theorem in THEOREMS:
        claim = theorem.at()
        for consequence in () if has_base_measure(claim) else of_world(claim.world):
            if consequence.name not in names:
                names.add(consequence.name)
                yield claim, None, consequence


def calibrate(
    sizes: Sequence[int] = SIZES,
    *,
    draws: int = DRAWS,
    level: float = LEVEL,
    seed: int = 0,
    only: Sequence[str] = (),
    tell: Callable[[Calibrated], None] = lambda _row: None,
) -> tuple[Calibrated, ...]:
    """Return false alarms and power of every test.

    Arguments:
        sizes: numbers of rows.
        draws: data sets of each kind.
        level: of each test.
        seed: of the draws.
        only: names of tests; all by default.
        tell: told each row as it is found.
    """
    rows = []
    for claim, assumption, consequence in tests():
        if only and consequence.name not in only:
            continue
        weaker = NotTestable(NO_WEAKENING) if assumption is None else weakened(claim, assumption)
        silent = isinstance(weaker, NotTestable)
        worlds = [claim.world] if isinstance(weaker, NotTestable) else [claim.world, weaker.world]
        for size in sizes:
            rates = [
                rejection_rate(world, consequence, size, level=level, draws=draws, seed=seed)
                for world in worlds
            ]
            notes = [r for r in rates if isinstance(r, str)] + ([NO_WEAKENING] if silent else [])
            plain = [-1.0 if isinstance(r, str) else r for r in (*rates, -1.0)]
            rows.append(
                Calibrated(
                    consequence.name,
                    claim.name,
                    assumption.name if assumption else WORLD,
                    size,
                    plain[0],
                    plain[1],
                    draws,
                    level,
                    "; ".join(notes),
                )
            )
            tell(rows[-1])
    return tuple(rows)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table: python -m sith.numerics.data.calibration --draws 100 --rows 1000 10000."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=list(SIZES))
    parser.add_argument("--draws", type=int, default=DRAWS)
    parser.add_argument("--level", type=float, default=LEVEL)
    parser.add_argument("--only", nargs="+", default=[], metavar="TEST", help="names of tests")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args(arguments)
    stream = sys.stderr if chosen.json else sys.stdout

    def tell(row: Calibrated) -> None:
        stream.write(f"{row}\n")
        stream.flush()

    stream.write(f"{HEAD}\n")
    rows = calibrate(
        chosen.rows,
        draws=chosen.draws,
        level=chosen.level,
        seed=chosen.seed,
        only=chosen.only,
        tell=tell,
    )
    if chosen.json:
        sys.stdout.write(json.dumps({"tests": [r.to_dict() for r in rows]}, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
