"""Files of certificates and witnesses: JSON that is read with care and written as a whole."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path
from typing import Any

from sith.theory import InputError, Verdict, Verification, certificate_data
from sith.theory.derivation.verification import proof_kernel

WITNESS = "sith witness"
"""The format of the files that `sith refute` writes."""

MAX_BYTES = 64_000_000
"""A larger file is not read."""


def writable(path: Path, what: str) -> Path:
    """Return the path of a file to be written; raises `InputError` before any work is done.

    A link is followed. A device or a pipe is written to as it is.
    """
    try:
        special = path.exists() and not path.is_file() and not path.is_dir()
        target = path if special else Path(os.path.realpath(path))
    except (OSError, ValueError) as error:
        raise InputError(f"{what} {str(path)!r}: {error}", cure="name another file") from None
    folder = target.parent
    if not folder.is_dir():
        raise InputError(f"{what}: the folder {folder} does not exist", cure="create it first")
    if path.is_dir():
        raise InputError(f"{what}: {path} is a folder", cure="name a file")
    denied = not special and not os.access(folder, os.W_OK)
    if denied or (path.exists() and not os.access(path, os.W_OK)):
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
    write_whole(path, json.dumps(data, indent=1) + "\n")


def write_whole(path: Path, text: str) -> None:
    """Write a text file, as a whole or not at all.

    A link is followed, and what it leads to is written. A device, a pipe or a stream of this process
    (`/dev/null`, `/dev/stdout`) is written to, and never replaced.
    """
    if _special(path):
        with path.open("a", encoding="utf-8") as file:
            file.write(text)
        return
    target = Path(os.path.realpath(path))
    partial = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        partial.write_text(text, encoding="utf-8")
        if target.exists():
            partial.chmod(stat.S_IMODE(target.stat().st_mode))
        os.replace(partial, target)
    finally:
        partial.unlink(missing_ok=True)


def _special(path: Path) -> bool:
    """Whether a path is no plain file, or names an open stream through the system's folders."""
    if path.exists() and not path.is_file():
        return True
    return Path(os.path.abspath(path)).is_relative_to("/dev/") and path.exists()


def read_json(path: Path) -> Any:
    """Return what a JSON file, or a pipe, holds; raises `InputError` in one line for any other."""
    try:
        if not path.exists() or path.is_dir():
            kind = "is a folder, not a file" if path.is_dir() else "does not exist"
            raise InputError(f"the file {path} {kind}")
        with path.open("rb") as file:
            text = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        raise InputError(f"the file {str(path)!r} cannot be read: {error}") from None
    if len(text) > MAX_BYTES:
        raise InputError(f"{path} is too large", allowed=f"at most {MAX_BYTES} bytes")
    try:
        return json.loads(
            text.decode("utf-8"),
            object_pairs_hook=_once,
            parse_constant=_no_constant,
        )
    except UnicodeDecodeError:
        raise InputError(f"{path} is not JSON: it is not text in UTF-8") from None
    except (ValueError, RecursionError) as error:
        reason = "it is nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise InputError(
            f"{path} is not JSON: {reason}", cure="the file may be cut off; make it again"
        ) from None


class KernelAnswer(Enum):
    """What the kernel says of a certificate; the value is the word that is printed."""

    VALID = "valid"
    REJECTED = "rejected"
    NOT_CHECKED = "cannot be checked by it"


@dataclass(frozen=True, slots=True)
class KernelReport:
    """The kernel's answer, why, and what it leaves unchecked."""

    answer: KernelAnswer
    reason: str = ""
    not_checked: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain data."""
        return {
            "answer": self.answer.value,
            "reason": self.reason,
            "not_checked": list(self.not_checked),
        }

    def __str__(self) -> str:
        """One line: the answer and its reason."""
        return f"{self.answer.value}{': ' if self.reason else ''}{self.reason}"


def ask_kernel(data: Mapping[str, Any]) -> KernelReport:
    """Return what the kernel, one file without sympy, says of a certificate as it was read."""
    try:
        _, left, _ = proof_kernel.check(data)
    except proof_kernel.Reject as no:
        return KernelReport(KernelAnswer.REJECTED, str(no))
    except (proof_kernel.Unknown, ArithmeticError, LookupError, *proof_kernel.MALFORMED) as error:
        return KernelReport(KernelAnswer.NOT_CHECKED, str(error))
    return KernelReport(KernelAnswer.VALID, not_checked=tuple(left))


def after_kernel(verification: Verification, report: KernelReport) -> Verification:
    """Return the verification, not valid where the kernel rejects the certificate."""
    if verification.valid and report.answer is KernelAnswer.REJECTED:
        return replace(verification, valid=False, reason=f"the kernel: {report.reason}")
    return verification


def permitted(verification: Verification, lemmas: Sequence[str]) -> Verification:
    """Return the verification, not valid where it trusts a lemma that is not listed by name."""
    others = [lemma.name for lemma in verification.trusted if lemma.name not in lemmas]
    if verification.valid and others:
        allowed = ", ".join(lemmas) or "none"
        reason = f"it trusts {', '.join(others)}; permitted: {allowed}"
        return replace(verification, valid=False, reason=reason)
    return verification


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("an object repeats a key")
    return found


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not a number in JSON")
