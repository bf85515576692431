"""Results on disk: one JSON line for each row, so that a killed run resumes where it stopped."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from sith.numerics.benchmarks.published.measured import Measured, differs, measure_row
from sith.numerics.benchmarks.published.row import Row, Seeds


def read_results(path: Path) -> dict[str, Measured]:
    """Return the results of a file by digest; a last line that was cut off is left out."""
    found: dict[str, Measured] = {}
    if not path.exists():
        return found
    for line in path.read_text().splitlines():
        try:
            data = json.loads(line)
        except json.JSONDecodeError:
            continue
        measured = _measured(data)
        found[measured.digest] = measured
    return found


def resume(rows: Sequence[Row], seeds: Seeds, path: Path) -> Iterator[tuple[Row, Measured, bool]]:
    """Measure the rows that the file lacks and append each; yields (row, result, whether new).

    The file is read again before each row, so that several processes may share it.
    """
    for row in rows:
        known = read_results(path)
        if row.digest(seeds) in known:
            yield row, known[row.digest(seeds)], False
            continue
        measured = measure_row(row, seeds)
        cut = path.exists() and path.stat().st_size and not path.read_bytes().endswith(b"\n")
        with path.open("a") as out:
            # A line that was cut off must not swallow this one.
            out.write(("\n" if cut else "") + json.dumps(measured.to_dict()) + "\n")
        yield row, measured, True


def collect(
    results: Sequence[tuple[Row, Measured]], seeds: Seeds, missing: Sequence[Row] = ()
) -> dict[str, Any]:
    """Return the table as one JSON document: settings, published figures, ours, differences.

    The rows that have not been measured are listed by key.
    """
    rows = [
        {
            "table": row.table,
            "name": row.name,
            "setting": str(row.setting),
            "learning_rate": row.learning_rate,
            "published": dict(row.published),
            "ours": {m: measured.interval(m).to_dict() for m in measured.scores},
            "gap": measured.interval("loss_gap").to_dict(),
            "differs": differs(row, measured),
            **measured.to_dict(),
        }
        for row, measured in results
    ]
    return {"seeds": list(seeds), "rows": rows, "missing": [row.key for row in missing]}


def _measured(data: Mapping[str, Any]) -> Measured:
    fields = dict(data)
    fields["scores"] = {k: tuple(v) for k, v in data["scores"].items()}
    fields["trace"] = tuple(tuple(point) for point in data["trace"])
    for name in ("loss_gap", "information", "observations_r2"):
        fields[name] = tuple(data[name])
    return Measured(**fields)
