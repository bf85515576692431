"""One finished task, as it is stored."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Row:
    """One finished task.

    Fields:
        key: of the task.
        kind, settings: the task.
        result: plain data; {} for a failed task.
        error: one line, "" for a task that is done.
        seconds: wall time of the task, or its share of a batch.
        provenance: versions, device, host.
    """

    key: str
    kind: str
    settings: Mapping[str, Any]
    result: Mapping[str, Any]
    seconds: float
    error: str = ""
    provenance: Mapping[str, Any] = field(default_factory=dict)

    @property
    def done(self) -> bool:
        """Whether the task has a result."""
        return not self.error

    def to_dict(self) -> dict[str, Any]:
        """Return the row as plain data, ready for JSON."""
        return {
            "key": self.key,
            "kind": self.kind,
            "settings": dict(self.settings),
            "result": dict(self.result),
            "seconds": self.seconds,
            "error": self.error,
            "provenance": dict(self.provenance),
        }


def read_row(line: bytes) -> tuple[Row, ...]:
    """Return the row of a line, or () for one that is torn, empty or no row."""
    try:
        row = Row(**json.loads(line))
    except (ValueError, TypeError, RecursionError):
        return ()
    whole = all(isinstance(v, str) for v in (row.key, row.kind, row.error))
    whole &= all(isinstance(v, Mapping) for v in (row.settings, row.result, row.provenance))
    return (row,) if whole and isinstance(row.seconds, int | float) else ()
