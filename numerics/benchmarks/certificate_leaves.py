r"""Change every entry of certificates, one at a time, and count what a verifier refuses.

    python -m sith.numerics.benchmarks.certificate_leaves [--sample N] [--seed S] [--only NAME ...] [--json]

Numbers are raised, fractions and texts replaced, truths flipped, and elements of lists dropped; the
checksum is made anew each time, so that it refuses nothing. An entry counts as *refused* where the
kernel or `sith verify` no longer says that the certificate is valid, as *listed* where its path
is in `NOT_CHECKED_ENTRIES` and it is still valid, and as *accepted* otherwise. Exit status: 0 where
nothing is accepted, 1 otherwise.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sith.theory import InputError, Statement, certificate_data, derive, theorem
from sith.theory.derivation.certificates import checksum
from sith.theory.derivation.verification import proof_kernel, verify_certificate
from sith.theory.derivation.verification.not_checked import (
    NOT_CHECKED_ENTRIES,
    NOT_CHECKED_IN_SPECTRA,
    pattern,
)
from sith.theory.errors import SithError

Path = tuple[str | int, ...]

CASES: Mapping[str, tuple[str, int, Mapping[str, Any]]] = {
    "sphere": ("zimmermann_2021_vmf", 2, {}),
    "norms": ("zimmermann_2021_lp", 2, {"p": 4}),
    "absolute values": ("klindt_2021_slowvae", 2, {}),
    "linear": ("comon_1994_linear_ica", 2, {}),
    "law": ("hyvarinen_1999_nonidentifiability", 2, {}),
    "labels": ("reizinger_2025_supervised", 2, {}),
    "content": ("vonkugelgen_2021_content_style", 2, {"content": 1}),
    "reconstruction": ("horan_2021_local_isometry", 2, {}),
    "conformal": ("buchholz_2022_conformal", 3, {}),
    "decoder": ("brady_2023_compositional", 2, {"slot": 1}),
    "spectral": ("klindt_2026_lejepa", 2, {}),
}
"""Claims whose certificates are changed: theorem, dimension, parameters."""


@dataclass(frozen=True, slots=True)
class Change:
    """One changed entry: where, what was done, and the certificate afterwards."""

    path: Path
    what: str
    data: dict[str, Any]

    @property
    def pattern(self) -> str:
        """The path with places in lists left out."""
        return pattern(self.path)


@dataclass(frozen=True, slots=True)
class Counts:
    """How many changes were refused, by whom, and which patterns were not."""

    refused_by_kernel: int
    refused_by_verify: int
    listed: Mapping[str, int]
    accepted: tuple[str, ...]

    @property
    def changed(self) -> int:
        """The number of changes that were tried."""
        refused = self.refused_by_kernel + self.refused_by_verify
        return refused + sum(self.listed.values()) + len(self.accepted)

    def to_dict(self) -> dict[str, Any]:
        """Return the counts as plain data."""
        return {
            "changed": self.changed,
            "refused_by_kernel": self.refused_by_kernel,
            "refused_by_verify": self.refused_by_verify,
            "listed": dict(self.listed),
            "accepted": list(self.accepted),
        }


def certificate_of(case: str, degree: int = 2) -> tuple[dict[str, Any], Statement]:
    """Return a case's certificate, as it is read from a file, and its claim."""
    slug, dim, parameters = CASES[case]
    statement = theorem(slug)
    verdict = derive(statement, dim, degree, **parameters)
    data = certificate_data(verdict, slug, parameters)
    return json.loads(json.dumps(data)), statement


def changes(data: Mapping[str, Any]) -> Iterator[Change]:
    """Return every change of one entry, each with a new checksum."""
    for path, value in _entries(data, ()):
        if path == ("checksum",):
            continue
        for what, new in _others(value):
            yield Change(path, what, _signed(_replaced(data, path, new)))
        if isinstance(value, list):
            for k in range(len(value)):
                rest = [*value[:k], *value[k + 1 :]]
                yield Change((*path, k), "dropped", _signed(_replaced(data, path, rest)))


def refused_by(data: dict[str, Any], statement: Statement) -> str:
    """Return which verifier refuses a certificate: "kernel", "verify" or, for neither, ""."""
    try:
        proof_kernel.check(data)
    except (proof_kernel.Reject, proof_kernel.Unknown, *proof_kernel.MALFORMED, LookupError):
        kernel = True
    except ArithmeticError:
        kernel = True
    else:
        kernel = False
    if kernel and "spectral" not in data:
        return "kernel"
    try:
        valid = verify_certificate(data, statement).valid
    except SithError:
        valid = False
    return "" if valid else "verify"


def count(data: Mapping[str, Any], statement: Statement, chosen: Sequence[Change]) -> Counts:
    """Try changes of a certificate that is valid; raises `InputError` for another."""
    if refused_by(dict(data), statement):
        raise InputError("the certificate is refused before it is changed")
    not_checked = NOT_CHECKED_IN_SPECTRA if "spectral" in data else NOT_CHECKED_ENTRIES
    by = {"kernel": 0, "verify": 0}
    listed: dict[str, int] = {}
    accepted = []
    for change in chosen:
        answer = refused_by(change.data, statement)
        if answer:
            by[answer] += 1
        elif change.pattern in not_checked:
            listed[change.pattern] = listed.get(change.pattern, 0) + 1
        else:
            accepted.append(f"{change.pattern}: {change.what}")
    return Counts(by["kernel"], by["verify"], listed, tuple(accepted))


def _entries(data: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    if isinstance(data, Mapping):
        for key, value in data.items():
            yield from _entries(value, (*path, key))
        return
    yield path, data
    if isinstance(data, list):
        for k, value in enumerate(data):
            yield from _entries(value, (*path, k))


def _others(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, bool):
        yield "flipped", not value
    elif isinstance(value, int):
        yield "raised", value + 1
    elif isinstance(value, str):
        try:
            yield "another number", str(Fraction(value) + Fraction(1, 7))
        except (ValueError, ZeroDivisionError):
            yield "another text", f"{value}x"


def _replaced(data: Any, path: Path, new: Any) -> Any:
    if not path:
        return new
    key, *rest = path
    if isinstance(data, Mapping):
        return {**data, key: _replaced(data[key], tuple(rest), new)}
    out = list(data)
    out[int(key)] = _replaced(data[int(key)], tuple(rest), new)
    return out


def _signed(data: dict[str, Any]) -> dict[str, Any]:
    body = {k: v for k, v in data.items() if k != "checksum"}
    return {**body, "checksum": checksum(body)}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command, and return its exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--sample", type=int, default=0, help="changes for each case (0: all)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", nargs="+", choices=list(CASES), default=list(CASES))
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    found = {}
    for case in options.only:
        data, statement = certificate_of(case)
        chosen = list(changes(data))
        if options.sample and options.sample < len(chosen):
            chosen = random.Random(options.seed).sample(chosen, options.sample)
        found[case] = count(data, statement, chosen)
        if not options.json:
            sys.stdout.write(_line(case, found[case]))
            sys.stdout.flush()
    if options.json:
        sys.stdout.write(json.dumps({k: c.to_dict() for k, c in found.items()}, indent=1) + "\n")
    else:
        sys.stdout.write("listed as not checked:\n")
        for kind, entries in (("", NOT_CHECKED_ENTRIES), ("spectral: ", NOT_CHECKED_IN_SPECTRA)):
            sys.stdout.writelines(f"  {kind}{k}: {why}\n" for k, why in entries.items())
    return 1 if any(c.accepted for c in found.values()) else 0


def _line(case: str, counts: Counts) -> str:
    head = (
        f"{case}: {counts.changed} changed, {counts.refused_by_kernel} refused by the kernel, "
        f"{counts.refused_by_verify} by verify alone, {sum(counts.listed.values())} listed, "
        f"{len(counts.accepted)} accepted\n"
    )
    kinds = sorted(set(counts.accepted))
    return head + "".join(f"  accepted: {kind}\n" for kind in kinds)


if __name__ == "__main__":
    sys.exit(main())
