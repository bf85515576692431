"""The folder of a saved check: one run at a time, and the result appears at once."""

from __future__ import annotations

import contextlib
import json
import os
import platform
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import sympy as sp
import torch
from safetensors.torch import save_file

from sith.numerics.runs.run import TrainedRun
from sith.numerics.training.budget import Budget
from sith.theory import Claim, InputError

LOCK = "lock"

UNFINISHED = "unfinished.json"
"""The layers of a check that are finished, beside the state of training."""
_TRIES = 10


def require_new(folder: Path) -> None:
    """Raise `InputError` if the folder exists."""
    if folder.exists():
        raise InputError(f"{folder} exists already", cure="name a folder that does not exist")


def followed(folder: Path) -> Path:
    """Return where a link leads, or the folder itself."""
    return folder.resolve() if folder.is_symlink() else folder


def write_unfinished(folder: Path, data: Mapping[str, Any]) -> None:
    """Keep what is finished in the folder of an unfinished state; a kill leaves the last whole one."""
    fresh = folder / f"{UNFINISHED}.new"
    fresh.write_text(json.dumps(data, indent=1), encoding="utf-8")
    os.replace(fresh, folder / UNFINISHED)


@contextmanager
def claimed(folder: Path) -> Iterator[Path]:
    """Hold a new folder against other processes, and give the folder of its unfinished state.

    That folder lies beside it, with ".part" at its name's end. It is kept after an error, so that
    the next run goes on from there, and removed once `folder` exists. The lock belongs to the
    process: a kill gives it back.

    Raises:
        InputError: the folder exists, or another process holds it.
    """
    require_new(folder)
    part = folder.with_name(f"{folder.name}.part")
    lock = _locked(part, folder)
    try:
        require_new(folder)
        yield part
    finally:
        if folder.exists():
            shutil.rmtree(part, ignore_errors=True)
        elif [p.name for p in part.iterdir()] == [LOCK]:
            (part / LOCK).unlink()
            with contextlib.suppress(OSError):
                part.rmdir()
        os.close(lock)


def _locked(part: Path, folder: Path) -> int:
    """Make and lock the lock file; returns its descriptor."""
    path = part / LOCK
    for _ in range(_TRIES):
        part.mkdir(parents=True, exist_ok=True)
        try:
            found = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        except FileNotFoundError:
            continue  # The other run ended between the two lines.
        if not _lock(found):
            os.close(found)
            raise InputError(
                f"another run is saving into {folder}",
                cure="wait for its end, or name another folder",
            )
        with contextlib.suppress(FileNotFoundError):
            if os.fstat(found).st_ino == path.stat().st_ino:
                return found
        os.close(found)  # The other run removed the file as it ended.
    raise InputError(f"{path} comes and goes", cure="name another folder")


def _lock(descriptor: int) -> bool:
    """Lock a file for this process, and say whether that was possible."""
    try:
        import fcntl
    except ImportError:
        return True  # No such locks on this system: the move into place still refuses the second.
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True  # A file system without locks.
    return True


def move_into_place(folder: Path, write: Callable[[Path], None]) -> None:
    """Let `write` fill a new folder beside `folder`, then rename it; nothing is seen half written."""
    require_new(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".sith-") as scratch:
        inner = Path(scratch) / "result"
        inner.mkdir()
        write(inner)
        require_new(folder)
        os.replace(inner, folder)


def write_check(
    folder: Path,
    claim: Claim,
    report: Mapping[str, Any],
    runs: tuple[TrainedRun, ...],
    budget: Budget,
) -> None:
    """Write a check's report, with what another machine needs to repeat it, and its encoders."""
    provenance = {
        "claim": claim.name,
        "dim": claim.dim,
        "world": str(claim.world.pairs),
        "objective": str(claim.objective),
        "encoder": str(claim.encoder),
        "group": str(claim.group),
        "relation": claim.relation.value,
        "base": [str(f) for f in claim.base],
        "budget": asdict(budget),
        "seeds": list(range(budget.seeds)),
        "device": report["device"],
        "torch": torch.__version__,
        "sympy": sp.__version__,
        "numpy": np.__version__,
        "python": platform.python_version(),
        "machine": platform.machine(),
    }
    text = json.dumps({**report, "provenance": provenance}, indent=1)
    (folder / "report.json").write_text(text, encoding="utf-8")
    for run in runs:
        tensors = {f"encoder.{k}": v.contiguous() for k, v in run.encoder.state.items()}
        tensors |= {f"extras.{k}": v.contiguous() for k, v in run.extras.items()}
        tensors["latents"] = run.latents.contiguous()
        tensors["representations"] = run.representations.contiguous()
        tensors["losses"] = run.losses.contiguous()
        save_file(tensors, folder / "run.safetensors")
