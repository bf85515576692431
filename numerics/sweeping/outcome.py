"""What a call of `run_tasks` left behind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sith.theory.notebook import text_card


@dataclass(frozen=True, slots=True)
class SweepReport:
    """What a call of `run_tasks` left behind.

    Fields:
        runs: distinct tasks asked for.
        done: those with a result in the store, from this call or an earlier one.
        fresh: those whose result is of this call.
        failed: those that ended in an error; the same call tries them again.
        elsewhere: those that another process was working on.
        store: the folder.
        seconds: of this call.
        damaged: parts of the store that cannot be read and were set aside; their runs count as
            not done.
    """

    runs: int
    done: int
    fresh: int
    failed: int
    elsewhere: int
    store: str
    seconds: float
    damaged: tuple[str, ...] = ()

    _repr_html_ = text_card

    @property
    def exit_status(self) -> int:
        """0 every run has a result, 3 some have not."""
        return 0 if self.done == self.runs else 3

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain data, ready for JSON."""
        return {
            "runs": self.runs,
            "done": self.done,
            "fresh": self.fresh,
            "failed": self.failed,
            "elsewhere": self.elsewhere,
            "store": self.store,
            "damaged": list(self.damaged),
            "seconds": round(self.seconds, 3),
        }

    def __str__(self) -> str:
        """One line for a terminal."""
        more = [f"{self.fresh} new"]
        more += [f"{self.failed} failed"] if self.failed else []
        more += [f"{self.elsewhere} being run by another process"] if self.elsewhere else []
        more += [f"damaged and set aside: {', '.join(self.damaged)}"] if self.damaged else []
        return f"{self.done} of {self.runs} runs are in {self.store} ({', '.join(more)})"
