"""Certificate files: what an independent checker needs, with the claim and the scope."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from theory import InputError, Verdict


def writable(path: Path, what: str) -> Path:
    """Return the path of a file to be written; raises `InputError` before any work is done."""
    folder = path.parent
    if not folder.is_dir():
        raise InputError(f"{what}: the folder {folder} does not exist", cure="create it first")
    if path.is_dir():
        raise InputError(f"{what}: {path} is a folder", cure="name a file")
    if not os.access(folder, os.W_OK) or (path.exists() and not os.access(path, os.W_OK)):
        raise InputError(f"{what}: {path} cannot be written", cure="choose another folder")
    return path


def write_certificate(
    path: Path, verdict: Verdict, argument: str, parameters: Mapping[str, Any]
) -> None:
    """Write a verdict's certificate as JSON, as a whole or not at all.

    `argument` is the CLAIM as it was given; with the dimension and `parameters` it names the claim
    that the certificate is about.
    """
    summary = verdict.to_dict()
    kept = ("verdict", "group", "stated", "relation", "agrees", "dimension_by_degree", "trusted")
    data = {
        **verdict.certificate,
        "argument": argument,
        "parameters": {name: str(value) for name, value in parameters.items()},
        **{key: summary[key] for key in kept},
        "scope": verdict.scope.to_dict(),
    }
    partial = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        partial.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)
