"""Rows of a long benchmark in a file of JSON lines, so that a stopped one goes on."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sith.theory import InputError


@dataclass(frozen=True, slots=True)
class KeptRows:
    """Finished rows of a benchmark.

    Fields:
        path: of the file; made when first written.
    """

    path: Path

    def read(self) -> tuple[Mapping[str, Any], ...]:
        """Return the rows in the order in which they ended.

        A last line that a kill cut short is taken off the file, so that its row runs again.

        Raises:
            InputError: another line is no JSON object.
        """
        if not self.path.exists():
            return ()
        text = self.path.read_text(encoding="utf-8")
        whole, _, cut = text.rpartition("\n")
        if cut:
            self.path.write_text(f"{whole}\n" if whole else "", encoding="utf-8")
        rows = []
        for number, line in enumerate(whole.splitlines(), start=1):
            try:
                row = json.loads(line)
            except ValueError:
                row = None
            if not isinstance(row, dict):
                raise InputError(
                    f"line {number} of {self.path} is no JSON object",
                    cure="delete the line, or name another file",
                )
            rows.append(row)
        return tuple(rows)

    def append(self, row: Mapping[str, Any]) -> None:
        """Write one row and flush it."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")
