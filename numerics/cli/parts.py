"""The finished parts of a command that takes long: shown at once, and kept when it is interrupted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Show = Callable[[str], None]


class Parts:
    """Takes each part when it is finished; an interrupted command answers with those it has."""

    def __init__(self, claim: str) -> None:
        """Start without a part; `claim` is the CLAIM as it was given."""
        self.claim = claim
        self._found: dict[str, Any] = {}

    def take(self, show: Show) -> Callable[[str, Any], None]:
        """Return what a verb calls with the name and the report of a part; `show` gets its text."""

        def finished(name: str, part: Any) -> None:
            self._found[name] = part
            show(f"finished: {name}\n{_indented(part)}")

        return finished

    @property
    def data(self) -> Mapping[str, Any]:
        """The parts as plain data, with the word that there should be more."""
        found = {name: part.to_dict() for name, part in self._found.items()}
        return {"claim": self.claim, "interrupted": True, "finished": found}

    def __str__(self) -> str:
        """The parts for a reader."""
        if not self._found:
            return f"{self.claim}: interrupted before anything was finished"
        parts = [f"{name}\n{_indented(part)}" for name, part in self._found.items()]
        return "\n".join([f"{self.claim}: interrupted; finished until then:", *parts])


def _indented(part: Any) -> str:
    return "\n".join(f"  {line}" for line in str(part).splitlines())
