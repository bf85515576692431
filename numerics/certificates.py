"""Files of certificates and witnesses: JSON that is read with care and written as a whole."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from theory import InputError, Verdict, certificate_data

WITNESS = "sith witness"
"""The format of the files that `sith refute` writes."""

MAX_BYTES = 64_000_000
"""A larger file is not read."""


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
    write_json(path, certificate_data(verdict, argument, parameters))


def write_json(path: Path, data: Mapping[str, Any]) -> None:
    """Write plain data as JSON, as a whole or not at all."""
    partial = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        partial.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)


def read_json(path: Path) -> Any:
    """Return what a JSON file holds; raises `InputError` in one line for any other file."""
    if not path.is_file():
        kind = "is a folder, not a file" if path.is_dir() else "does not exist"
        raise InputError(f"the file {path} {kind}")
    if path.stat().st_size > MAX_BYTES:
        raise InputError(f"{path} is too large", allowed=f"at most {MAX_BYTES} bytes")
    try:
        return json.loads(
            path.read_text(encoding="utf-8"),
            object_pairs_hook=_once,
            parse_constant=_no_constant,
        )
    except UnicodeDecodeError:
        raise InputError(f"{path} is not JSON: it is no text in UTF-8") from None
    except (ValueError, RecursionError) as error:
        reason = "it is nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise InputError(
            f"{path} is not JSON: {reason}", cure="the file may be cut off; make it again"
        ) from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("an object repeats a key")
    return found


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no number of JSON")
