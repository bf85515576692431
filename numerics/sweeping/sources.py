"""The claims of a sweep: a slug, or a file of the user's own that runs once and is named by digest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sith.numerics.claims.loading import ClaimFile, load_file, load_statement, split_claim
from sith.numerics.claims.own_modules import digest_of_sources
from sith.numerics.sweeping.task import Settings
from sith.theory import InputError, Statement

DIGEST, FILE = "claim_digest", "claim_file"
"""A setting, and what is told aside: where the file lies has no part in the result."""


@dataclass(frozen=True, slots=True)
class NamedClaim:
    """A claim of a sweep.

    Fields:
        statement: a theorem or a claim.
        settings: what names it in a task: its slug, or file name and digest.
        aside: where its file lies, if it has one.
    """

    statement: Statement
    settings: Mapping[str, str]
    aside: Mapping[str, str] = field(default_factory=dict)


_files: dict[str, tuple[ClaimFile, str]] = {}
"""Resolved path → the file as this process ran it last, and the digest of what it said then."""


def named_claims(texts: list[str], folder: Path) -> dict[str, NamedClaim]:
    """Return the claims of CLAIM texts; every file runs once, and paths are relative to `folder`.

    Raises:
        InputError: a text names no claim, or its file fails.
    """
    fresh: set[str] = set()
    found: dict[str, NamedClaim] = {}
    for text in texts:
        path, name = split_claim(text)
        if path is None:
            found[text] = NamedClaim(load_statement(text), {"claim": text})
            continue
        full = _resolved(folder / path)
        if str(full) not in fresh:
            file = load_file(full)
            _files[str(full)] = (file, digest_of_sources(file.sources))
            fresh.add(str(full))
        file, digest = _files[str(full)]
        named = {"claim": f"{path.name}:{name}" if name else path.name, DIGEST: digest}
        found[text] = NamedClaim(file.statement(name), named, {FILE: str(full)})
    return found


def statement_of(settings: Settings) -> Statement:
    """Return the statement that a task names, from the file as it was when the sweep was read.

    A file runs once in a process. Raises `InputError` where it is missing, or says other things.
    """
    text = str(settings["claim"])
    if DIGEST not in settings:
        return load_statement(text)
    place = str(settings[FILE])
    if place not in _files or _files[place][1] != settings[DIGEST]:
        file = load_file(Path(place))
        _files[place] = (file, digest_of_sources(file.sources))
    file, digest = _files[place]
    if digest != settings[DIGEST]:
        raise InputError(
            f"{place}, or a module that it imports, has changed since the sweep was read",
            cure="give the command again",
        )
    return file.statement(split_claim(text)[1])


def _resolved(path: Path) -> Path:
    try:
        return path.resolve()
    except (OSError, ValueError, RuntimeError) as error:
        reason: Any = error
        raise InputError(f"the claim file {str(path)!r}: {reason}") from None
