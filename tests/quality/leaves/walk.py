"""Change every entry of a certificate, one at a time, and ask both verifiers."""

from __future__ import annotations

import random
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from sith import Claim, Condition, InputError, SithError, Statement, verify_certificate
from sith.theory.derivation.certificates import checksum, claim_digest
from sith.theory.derivation.verification import proof_kernel
from sith.theory.derivation.verification.not_checked import listed, pattern

Path = tuple[str | int, ...]

SHOWS_NOTHING = (
    proof_kernel.Unknown,
    ArithmeticError,
    LookupError,
    *proof_kernel.MALFORMED,
)
"""What the kernel raises where it cannot tell; such a change is left to `verify`."""


@dataclass(frozen=True, slots=True)
class Change:
    """One changed entry: where, what was done, and the certificate afterwards, with its checksum."""

    path: Path
    what: str
    data: dict[str, Any]

    @property
    def pattern(self) -> str:
        """The path with places in lists left out."""
        return pattern(self.path)

    def __str__(self) -> str:
        """The pattern, and what was done."""
        return f"{self.pattern}: {self.what}"


@dataclass(slots=True)
class Counts:
    """How many changes were refused, by whom, and which were not."""

    kernel: int = 0
    verify: int = 0
    listed: Counter[str] = field(default_factory=Counter)
    survived: Counter[str] = field(default_factory=Counter)

    @property
    def changed(self) -> int:
        """The number of changes that were tried."""
        return self.kernel + self.verify + self.listed.total() + self.survived.total()

    def __add__(self, other: Counts) -> Counts:
        """Return the sum of two counts."""
        both = (self.kernel + other.kernel, self.verify + other.verify)
        return Counts(*both, self.listed + other.listed, self.survived + other.survived)

    def to_dict(self) -> dict[str, Any]:
        """Return the counts as plain data."""
        return {
            "changed": self.changed,
            "rejected": self.kernel + self.verify,
            "rejected_by_kernel": self.kernel,
            "listed": dict(self.listed),
            "survived": dict(self.survived),
        }

    def __str__(self) -> str:
        """One line of numbers."""
        return (
            f"{self.changed} changed / {self.kernel + self.verify} rejected "
            f"({self.kernel} by the kernel) / {self.listed.total()} listed / "
            f"{self.survived.total()} survived"
        )


def changes(data: Mapping[str, Any]) -> Iterator[Change]:
    """Return every change of one entry: values, and entries left out, added or reordered."""
    for path, value in _entries(data, ()):
        if path == ("checksum",):
            continue
        for where, what, new in _others(path, value):
            changed = _replaced(data, path, new)
            if changed != data:
                yield Change(where, what, signed(changed))


def _entries(data: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    yield path, data
    if isinstance(data, Mapping):
        for key, value in data.items():
            yield from _entries(value, (*path, key))
    if isinstance(data, list):
        for k, value in enumerate(data):
            yield from _entries(value, (*path, k))


def _others(path: Path, value: Any) -> Iterator[tuple[Path, str, Any]]:
    """Return other values of an entry: where the change is counted, what it is, and the value."""
    if isinstance(value, bool):
        yield path, "flipped", not value
    elif isinstance(value, int):
        yield path, "raised", value + 1
        yield path, "as text", str(value)
    elif isinstance(value, str):
        yield path, "another text", f"{value}x"
        try:
            number = Fraction(value)
        except (ValueError, ZeroDivisionError):
            return
        yield path, "another number", str(number + Fraction(1, 7))
        yield path, "another sign", str(-number)
    elif isinstance(value, Mapping):
        yield (*path, "other"), "added", {**value, "other": "1"}
        for key in value:
            if (*path, key) != ("checksum",):
                yield (*path, key), "removed", {k: v for k, v in value.items() if k != key}
    elif isinstance(value, list):
        yield (*path, 0), "added", [*value, value[0] if value else "x"]
        if value[::-1] != value:
            yield (*path, 0), "reordered", value[::-1]
        for k in range(len(value)):
            yield (*path, k), "removed", [*value[:k], *value[k + 1 :]]


def _replaced(data: Any, path: Path, new: Any) -> Any:
    if not path:
        return new
    key, *rest = path
    if isinstance(data, Mapping):
        return {**data, key: _replaced(data[key], tuple(rest), new)}
    out = list(data)
    out[int(key)] = _replaced(data[int(key)], tuple(rest), new)
    return out


def signed(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return a certificate with the checksum of its content, as a forger would leave it."""
    body = {k: v for k, v in data.items() if k != "checksum"}
    return {**body, "checksum": checksum(body)}


def sampled(found: Sequence[Change], each: int, seed: int = 0) -> list[Change]:
    """Return at most `each` changes of one pattern and one kind, all of them for 0.

    The coordinates of points, and the terms of polynomials, are hundreds of entries with one meaning.
    """
    alike: dict[str, list[Change]] = {}
    for change in found:
        alike.setdefault(str(change), []).append(change)
    rng = random.Random(seed)
    groups = alike.values()
    return [c for g in groups for c in (rng.sample(g, each) if 0 < each < len(g) else g)]


@contextmanager
def once() -> Iterator[None]:
    """Draw a conclusion once from the same claim, base map and degrees, while changes are tried.

    Most changes leave these alone, and the conclusion, which takes most of the time, is a function of
    them.
    """
    known: dict[str, Any] = {}
    conclusion: Any = sys.modules["sith.theory.derivation.verification.conclusion"]
    own = conclusion.concluded

    def remembered(claim: Claim, condition: Condition, stored: Sequence[Any]) -> Any:
        key = repr((claim_digest(claim, condition), condition.base, condition.parameters, stored))
        if key not in known:
            known[key] = own(claim, condition, stored)
        return known[key]

    conclusion.concluded = remembered
    try:
        yield
    finally:
        conclusion.concluded = own


def refused_by(data: dict[str, Any], statement: Statement) -> str:
    """Return which verifier refuses a certificate: "kernel", "verify" or, for neither, "".

    Where the kernel cannot tell, which is no rejection, the certificate is left to `verify`.
    """
    try:
        proof_kernel.check(data)
    except proof_kernel.Reject:
        return "kernel"
    except SHOWS_NOTHING:
        pass
    try:
        valid = verify_certificate(data, statement).valid
    except SithError:
        valid = False
    return "" if valid else "verify"


def count(data: Mapping[str, Any], statement: Statement, chosen: Sequence[Change]) -> Counts:
    """Try changes of a certificate that is valid; raises `InputError` for another."""
    if refused_by(dict(data), statement):
        raise InputError("the certificate is refused before it is changed")
    counts = Counts()
    with once():
        for change in chosen:
            by = refused_by(change.data, statement)
            if by == "kernel":
                counts.kernel += 1
            elif by:
                counts.verify += 1
            elif listed(change.pattern, change.what, data):
                counts.listed[str(change)] += 1
            else:
                counts.survived[str(change)] += 1
    return counts
