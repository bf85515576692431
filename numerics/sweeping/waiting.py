"""A task that only waits: what a sweep costs beside its runs, and what a kill does to it."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sith.numerics.sweeping.task import Settings


def run_waiting(settings: Sequence[Settings]) -> list[Mapping[str, Any]]:
    """Wait `seconds` for each task; with `kill`, a path, kill this process where it is absent.

    The file is made before the kill, so that the second attempt survives.
    """
    results: list[Mapping[str, Any]] = []
    for one in settings:
        marker = str(one.get("kill", ""))
        if marker and not Path(marker).exists():
            Path(marker).touch()
            os.kill(os.getpid(), signal.SIGKILL)
        time.sleep(float(one["seconds"]))
        if "fail" in one:
            raise RuntimeError(str(one["fail"]))
        results.append({"waited": float(one["seconds"])})
    return results
