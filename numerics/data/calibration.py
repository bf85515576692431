"""False alarms and power of every test of `diagnose`, on worlds whose truth is known."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sith.numerics.data.consequences import Consequence, NotTestable, consequences
from sith.numerics.data.consequences.observable import weakened
from sith.numerics.data.diagnose import LEVEL
from sith.numerics.data.simulated import rejection_rate
from sith.theory import THEOREMS, Claim

SIZES = (1000, 10_000)
DRAWS = 100


@dataclass(frozen=True, slots=True)
class Calibrated:
    """One test of one assumption at one number of rows.

    Fields:
        test: its name.
        claim, assumption: whose world is drawn, with and without the assumption.
        rows: N.
        false_alarm: share of draws of the claim's own world that are contradicted.
        power: share of draws of the weakened world that are.
        draws: of each.
        level: at which the test is made; a share of `draws` errs by √(level/draws) about.
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

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return asdict(self)

    def __str__(self) -> str:
        """One line of the table."""
        alarm, power = (f"{x:6.3f}" if x >= 0 else "     –" for x in (self.false_alarm, self.power))
        place = f"{self.claim}.{self.assumption}"
        return f"{self.test:<24} {place:<48} {self.rows:>6} {alarm} {power}  {self.note}".rstrip()


HEAD = f"{'test':<24} {'claim.assumption':<48} {'N':>6} {'alarms':>6} {'power':>6}"


def tests() -> Iterator[tuple[Claim, Any, Consequence]]:
    """Yield every different test of the registry, at the first theorem whose worlds can be drawn."""
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


def calibrate(
    sizes: Sequence[int] = SIZES,
    *,
    draws: int = DRAWS,
    level: float = LEVEL,
    seed: int = 0,
    tell: Callable[[Calibrated], None] = lambda _row: None,
) -> tuple[Calibrated, ...]:
    """Return false alarms and power of every test.

    Arguments:
        sizes: numbers of rows.
        draws: data sets of each kind.
        level: of each test.
        seed: of the draws.
        tell: told each row as it is found.
    """
    rows = []
    for claim, assumption, consequence in tests():
        weaker = weakened(claim, assumption)
        worlds = [claim.world] + ([] if isinstance(weaker, NotTestable) else [weaker.world])
        for size in sizes:
            rates = [
                rejection_rate(world, consequence, size, level=level, draws=draws, seed=seed)
                for world in worlds
            ]
            notes = [r for r in rates if isinstance(r, str)]
            plain = [-1.0 if isinstance(r, str) else r for r in (*rates, -1.0)]
            rows.append(
                Calibrated(
                    consequence.name,
                    claim.name,
                    assumption.name,
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
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args(arguments)
    stream = sys.stderr if chosen.json else sys.stdout

    def tell(row: Calibrated) -> None:
        stream.write(f"{row}\n")
        stream.flush()

    stream.write(f"{HEAD}\n")
    rows = calibrate(
        chosen.rows, draws=chosen.draws, level=chosen.level, seed=chosen.seed, tell=tell
    )
    if chosen.json:
        sys.stdout.write(json.dumps({"tests": [r.to_dict() for r in rows]}, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
