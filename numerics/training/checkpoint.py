"""Training state on disk, so that a killed run resumes where it stopped."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file

from sith.numerics.training.result import Snapshot

FILE = "training.safetensors"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The state of one training run in a folder.

    Fields:
        folder: made when first written.
        digest: of everything that determines the run; a state of another run is not read.
    """

    folder: Path
    digest: str

    def write(self, snapshot: Snapshot, generators: Sequence[torch.Generator]) -> None:
        """Replace the state on disk; a kill in between leaves the previous one."""
        self.folder.mkdir(parents=True, exist_ok=True)
        tensors = {name: value.contiguous().cpu() for name, value in snapshot.tensors.items()}
        tensors |= {f"generator.{i}": g.get_state() for i, g in enumerate(generators)}
        fresh = self.folder / f"{FILE}.new"
        save_file(tensors, fresh, {"step": str(snapshot.step), "digest": self.digest})
        os.replace(fresh, self.folder / FILE)

    def read(self, generators: Sequence[torch.Generator]) -> tuple[Snapshot, ...]:
        """Return the stored state, or () where there is none of this run; sets the generators.

        A file that cannot be read, as after a crash of the machine, counts as none.
        """
        path = self.folder / FILE
        if not path.exists():
            return ()
        try:
            with safe_open(path, framework="pt") as stored:
                about = stored.metadata() or {}
                if about.get("digest") != self.digest:
                    return ()
                names = list(stored.keys())
                tensors = {name: stored.get_tensor(name) for name in names}
        except SafetensorError:
            return ()
        for i, generator in enumerate(generators):
            generator.set_state(tensors.pop(f"generator.{i}"))
        return (Snapshot(int(about["step"]), tensors),)


def digest_of(*parts: object) -> str:
    """Return a short digest of the parts' texts."""
    text = json.dumps([str(part) for part in parts])
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
