"""Columnar parts of a store: parquet files that appear whole or not at all."""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from sith.numerics.sweeping.row import Row, read_row

SUFFIX, DAMAGED = ".parquet", ".damaged"


class DamagedPart(Exception):
    """A part that cannot be read; the message is its name."""


def write_part(folder: Path, rows: Sequence[Row]) -> None:
    """Write rows as a new part; on disk when this returns."""
    import pyarrow as pa
    from pyarrow import parquet  # type: ignore[import-untyped, unused-ignore]

    columns: dict[str, list[Any]] = {
        "row": [json.dumps(r.to_dict()) for r in rows],
        "key": [r.key for r in rows],
        "kind": [r.kind for r in rows],
        "seconds": [r.seconds for r in rows],
        "error": [r.error for r in rows],
    }
    parts = {"settings": [r.settings for r in rows], "result": [r.result for r in rows]}
    for part, entries in parts.items():
        for name in sorted({n for e in entries for n, v in e.items() if _scalar(v)}):
            columns[f"{part}.{name}"] = _column([e.get(name) for e in entries])
    table = pa.table(columns)
    fresh = folder / f"{uuid.uuid4().hex}.new"
    try:
        parquet.write_table(table, fresh)
        with fresh.open("rb") as file:
            os.fsync(file.fileno())
        os.replace(fresh, fresh.with_suffix(SUFFIX))
    finally:
        fresh.unlink(missing_ok=True)
    sync_folder(folder)


def read_part(path: Path) -> tuple[Row, ...]:
    """Return the rows of a part; raises `DamagedPart` where it cannot be read whole."""
    import pyarrow as pa
    from pyarrow import parquet

    if not path.is_file():
        if path.exists():
            raise DamagedPart(path.name)
        return ()  # another process set it aside
    try:
        texts = parquet.read_table(path, columns=["row"]).column("row").to_pylist()
        found = [read_row(text.encode()) for text in texts]
    except (PermissionError, MemoryError):
        raise
    except (pa.ArrowException, OSError, ValueError, LookupError, AttributeError) as error:
        raise DamagedPart(path.name) from error
    if not all(found):
        raise DamagedPart(path.name)
    return tuple(row for rows in found for row in rows)


def sync_folder(folder: Path) -> None:
    """Force the names in a folder to disk, where the system can."""
    with suppress(OSError):
        opened = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)


def _scalar(value: object) -> bool:
    return isinstance(value, str | bool | int | float)


def _column(values: list[Any]) -> list[Any]:
    """Return values of one type: numbers as they are, a mixture as text."""
    given = [v for v in values if _scalar(v)]
    values = [v if _scalar(v) else None for v in values]
    if all(isinstance(v, bool) for v in given) or all(isinstance(v, str) for v in given):
        return values
    if any(isinstance(v, str | bool) for v in given):
        return [None if v is None else str(v) for v in values]
    whole = all(isinstance(v, int) and abs(v) < 2**63 for v in given)
    return [None if v is None else (int(v) if whole else float(v)) for v in values]
