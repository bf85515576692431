"""Results on disk that survive a kill of any process, keyed by what determines them."""

from __future__ import annotations

import fcntl
import json
import os
import socket
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from sith.theory import InputError

FORMAT = 1
MARKER = "store.json"
LINES, PARTS, LEASES = "lines", "parts", "leases"


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


class Store:
    """A folder of results.

    Every writing process appends whole lines to a file of its own and forces them to disk, so that
    a kill leaves at most one torn last line, which readers skip. `compact` moves the lines of
    processes that have ended into columnar parts (parquet); a part appears whole or not at all,
    and a row in both places counts once.
    """

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        """Open a store, or make one in a new or empty folder; raises `InputError` for another."""
        self.folder = Path(folder)
        self._file: IO[bytes] | None = None
        self._owner = 0
        self._offsets: dict[Path, int] = {}
        self._parts: set[Path] = set()
        self._rows: dict[str, Row] = {}
        marker = self.folder / MARKER
        if not marker.exists():
            self._make(marker)
        try:
            found = json.loads(marker.read_text(encoding="utf-8"))["format"]
        except (ValueError, KeyError, TypeError) as error:
            raise InputError(
                f"{marker} is not readable", cure="name another --store folder"
            ) from error
        if found != FORMAT:
            raise InputError(f"the store {self.folder} has format {found}", allowed=str(FORMAT))

    def _make(self, marker: Path) -> None:
        if self.folder.exists() and not self.folder.is_dir():
            raise InputError(f"{self.folder} is a file", cure="name a folder for the store")
        if self.folder.is_dir() and any(p.suffix != ".new" for p in self.folder.iterdir()):
            # Another process may be making the same store: its folders come before the marker.
            names = {p.name for p in self.folder.iterdir() if p.suffix != ".new"}
            if not names <= {LINES, PARTS, LEASES, MARKER}:
                raise InputError(
                    f"{self.folder} holds other files", cure="name a new or empty folder"
                )
        for name in (LINES, PARTS, LEASES):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        fresh = marker.with_name(f"{uuid.uuid4().hex}.new")
        fresh.write_text(json.dumps({"format": FORMAT}), encoding="utf-8")
        os.replace(fresh, marker)

    def rows(self) -> dict[str, Row]:
        """Return every row by key, those written since the last call included.

        A row with a result is never replaced by a failed one; else the last one counts.
        """
        # Lines first: a file that is compacted meanwhile has its rows in a part by then.
        for path in sorted((self.folder / LINES).glob("*.jsonl")):
            for row in self._read_lines(path):
                self._take(row)
        for path in sorted((self.folder / PARTS).glob("*.parquet")):
            if path not in self._parts:
                for row in _read_part(path):
                    self._take(row)
                self._parts.add(path)
        return dict(self._rows)

    def _take(self, row: Row) -> None:
        known = self._rows.get(row.key)
        if known is None or row.done or not known.done:
            self._rows[row.key] = row

    def done(self) -> set[str]:
        """Return the keys of the tasks that have a result."""
        return {key for key, row in self.rows().items() if row.done}

    def append(self, row: Row) -> None:
        """Write a row and force it to disk; raises `OSError` where it cannot (a full disk)."""
        text = json.dumps(row.to_dict(), allow_nan=False)
        # The newline in front ends a line that an earlier, failed write left torn.
        self._write(f"\n{text}\n".encode())

    def _write(self, data: bytes) -> None:
        if self._file is None or self._owner != os.getpid():
            name = f"{socket.gethostname()}-{os.getpid()}-{uuid.uuid4().hex[:8]}.jsonl"
            # unbuffered: what write() takes is with the system
            self._file = (self.folder / LINES / name).open("xb", buffering=0)
            self._owner = os.getpid()
            fcntl.flock(self._file, fcntl.LOCK_EX)
        while data:
            data = data[self._file.write(data) :]
        os.fsync(self._file.fileno())

    def _read_lines(self, path: Path) -> Iterator[Row]:
        """Yield the rows of whole lines beyond those that were read before."""
        try:
            with path.open("rb") as file:
                file.seek(self._offsets.get(path, 0))
                data = file.read()
        except FileNotFoundError:
            return  # it was compacted meanwhile; its rows are in a part
        whole, newline, _ = data.rpartition(b"\n")
        self._offsets[path] = self._offsets.get(path, 0) + len(whole) + len(newline)
        for line in whole.splitlines():
            row = _row(line)
            if row:
                yield row[0]

    @contextmanager
    def lease(self, key: str) -> Iterator[bool]:
        """Give whether this process alone may run the task of a key now.

        The lock ends with the process, however it ends. A task that another process finished in
        the meantime is not free.
        """
        path = self.folder / LEASES / key
        with path.open("ab") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
                return
            # The file may have been removed by the process that finished, and made anew by a third.
            same = path.exists() and os.path.samestat(os.fstat(file.fileno()), path.stat())
            yield same and key not in self.done()
            if same:
                path.unlink(missing_ok=True)

    def running(self) -> int:
        """Return how many tasks other processes are working on now."""
        count = 0
        for path in (self.folder / LEASES).iterdir():
            with path.open("ab") as file:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    count += 1
        return count

    def compact(self) -> Path:
        """Move the lines of processes that have ended into one new columnar part.

        Returns the folder of the parts. Files of live writers stay as they are. A kill in between
        leaves rows in both places, and they count once.
        """
        files: list[tuple[Path, IO[bytes]]] = []
        try:
            for path in sorted((self.folder / LINES).glob("*.jsonl")):
                file: IO[bytes]
                try:
                    file = path.open("rb")
                except FileNotFoundError:
                    continue
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    file.close()
                    continue
                files.append((path, file))
            rows: dict[str, Row] = {}
            for _, file in files:
                for line in file.read().splitlines():
                    for row in _row(line):
                        known = rows.get(row.key)
                        if known is None or row.done or not known.done:
                            rows[row.key] = row
            if rows:
                _write_part(self.folder / PARTS, list(rows.values()))
            for path, _ in files:
                path.unlink(missing_ok=True)
        finally:
            for _, file in files:
                file.close()
        return self.folder / PARTS

    def close(self) -> None:
        """Close this process's file, so that its lines can be compacted; a later row opens another."""
        if self._file is not None:
            self._file.close()
        self._file = None

    def __del__(self) -> None:
        """Close the file of a store that nobody holds any more."""
        if getattr(self, "_file", None) is not None:
            self.close()


def _row(line: bytes) -> tuple[Row, ...]:
    """Return the row of a line, or () for a torn or empty one."""
    try:
        return (Row(**json.loads(line)),)
    except (ValueError, TypeError):
        return ()


def _write_part(folder: Path, rows: Sequence[Row]) -> None:
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
    parquet.write_table(table, fresh)
    with fresh.open("rb") as file:
        os.fsync(file.fileno())
    os.replace(fresh, fresh.with_suffix(".parquet"))


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


def _read_part(path: Path) -> Iterator[Row]:
    from pyarrow import parquet

    for text in parquet.read_table(path, columns=["row"]).column("row").to_pylist():
        yield from _row(text.encode())
