"""Results on disk that survive a kill of any process, keyed by what determines them."""

from __future__ import annotations

import fcntl
import json
import os
import socket
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from sith.numerics.sweeping.compaction import compact, is_at
from sith.numerics.sweeping.parts import (
    DAMAGED,
    SUFFIX,
    DamagedPart,
    read_part,
    sync_folder,
)
from sith.numerics.sweeping.row import Row, read_row
from sith.theory import InputError

FORMAT = 1
MARKER = "store.json"
LINES, PARTS, LEASES = "lines", "parts", "leases"


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
        self._damaged: dict[str, None] = {}
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
        parts = set((self.folder / PARTS).glob(f"*{SUFFIX}"))
        if not self._parts <= parts:
            # A part was set aside: what was read from it is no longer stored.
            self._rows, self._parts, self._offsets = {}, set(), {}
        # Lines first: a file that is compacted meanwhile has its rows in a part by then.
        for path in sorted((self.folder / LINES).glob("*.jsonl")):
            for row in self._read_lines(path):
                self._take(row)
        for path in sorted((self.folder / PARTS).glob(f"*{SUFFIX}")):
            if path not in self._parts:
                self._parts.add(path)
                try:
                    rows = read_part(path)
                except DamagedPart:
                    self._damaged[path.name] = None
                    continue
                for row in rows:
                    self._take(row)
        return dict(self._rows)

    @property
    def damaged(self) -> tuple[str, ...]:
        """Names of parts that could not be read, so far; everything else was."""
        return tuple(self._damaged)

    def set_aside(self) -> tuple[str, ...]:
        """Rename parts that cannot be read, so that no later reader meets them; return their names.

        Their runs count as not done. The files are kept, for someone to look at.
        """
        self.rows()
        for name in self._damaged:
            path = self.folder / PARTS / name
            with suppress(FileNotFoundError):
                os.replace(path, path.with_name(f"{name}{DAMAGED}"))
        return self.damaged

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
            self._file = self._own_file()
            self._owner = os.getpid()
        while data:
            data = data[self._file.write(data) :]
        os.fsync(self._file.fileno())

    def _own_file(self) -> IO[bytes]:
        """Make and lock a file for this process's lines.

        Between the two a compaction may take the empty file for that of a process that has ended,
        and remove it: what is written then would be in no folder.
        """
        while True:
            name = f"{socket.gethostname()}-{os.getpid()}-{uuid.uuid4().hex[:8]}.jsonl"
            path = self.folder / LINES / name
            # unbuffered: what write() takes is with the system
            file: IO[bytes] = path.open("xb", buffering=0)
            fcntl.flock(file, fcntl.LOCK_EX)
            if is_at(file, path):
                sync_folder(path.parent)
                return file
            file.close()

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
            row = read_row(line)
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
            same = is_at(file, path)
            if same:
                file.truncate(0)
                file.write(str(os.getpid()).encode())
                file.flush()
            yield same and key not in self.done()
            if same:
                path.unlink(missing_ok=True)

    def holder(self, key: str) -> int:
        """Return the process that took the lease of a key last and did not give it back, or 0."""
        try:
            return int((self.folder / LEASES / key).read_bytes() or b"0")
        except (FileNotFoundError, ValueError):
            return 0

    def running(self) -> int:
        """Return how many tasks other processes are working on now."""
        return sum(self._held(path) for path in (self.folder / LEASES).iterdir())

    def free(self, keys: Iterable[str]) -> tuple[str, ...]:
        """Return the keys that have no result and that no process is working on."""
        done = self.done()
        left = [key for key in keys if key not in done]
        return tuple(key for key in left if not self._held(self.folder / LEASES / key))

    @staticmethod
    def _held(lease: Path) -> bool:
        try:
            with lease.open("rb") as file:  # a lease that was given back is not made anew
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except FileNotFoundError:
            return False
        except BlockingIOError:
            return True
        return False

    def compact(self) -> Path:
        """Move the lines of processes that have ended into one new columnar part.

        Returns the folder of the parts; see `sith.numerics.sweeping.compaction`.
        """
        compact(self.folder / MARKER, self.folder / LINES, self.folder / PARTS)
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
