"""The audit of the whole registry, stored as data: `python -m sith.numerics.audit_registry`.

Each theorem's table is one file, `audit/SLUG.json`, and each witness one more, named by the false
claim, `SLUG_without_ASSUMPTION.json`. A theorem is written as soon as it is done, so a run that is
stopped loses nothing; theorems that are stored already are left as they are.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sith.numerics.claims.certificates import read_json, write_json
from sith.numerics.searching import read_counterexample
from sith.numerics.searching.algebra import refute_by_algebra
from sith.numerics.searching.points import Point
from sith.numerics.searching.unattained import obstruction
from sith.numerics.searching.witness import Kind
from sith.numerics.verbs import AuditReport, Needed, audit
from sith.theory import THEOREMS, InputError, Membership, SithError, theorem
from sith.theory.derivation import weakened

FOUND = Path(__file__).parent / "searching" / "found"
"""Where the tables and the witnesses are stored."""

CHEAP = 3.0
"""Theorems whose audit took at most so many seconds are audited again by `--check`."""

DIMENSIONS = {"zimmermann_2021_lp": 2}
"""Theorems that are audited at another dimension than their default, for the cost of the loss."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """Cells of the table theorem × assumption: all of them, and those that are decided.

    `needed` have a witness against the conclusion, `bound` one against the bound alone, and for
    `free` the conclusion is proved without the assumption.
    """

    cells: int
    needed: int
    bound: int
    free: int

    @property
    def decided(self) -> int:
        """Cells with a witness of either kind, or with a proof."""
        return self.needed + self.bound + self.free

    def __str__(self) -> str:
        """The figures in one line."""
        return (
            f"{self.decided} of {self.cells} cells decided: {self.needed} needed for the "
            f"conclusion, {self.bound} for the bound alone, {self.free} not needed"
        )


def false_claim(slug: str, name: str) -> str:
    """Return the name of a false claim, which its witness's file and section bear."""
    return f"{slug}_without_{name}"


def stored_audit(slug: str, folder: Path = FOUND) -> dict[str, Any]:
    """Return the stored table of a theorem; raises `InputError` where there is none."""
    data = read_json(folder / "audit" / f"{slug}.json")
    rows = data.get("assumptions") if isinstance(data, Mapping) else None
    if not isinstance(rows, list) or data.get("claim") != slug:
        raise InputError(f"the stored audit of '{slug}' is not a table of it")
    return dict(data)


def stored_table(folder: Path = FOUND) -> tuple[dict[str, Any], ...]:
    """Return the tables of all theorems, in the registry's order."""
    return tuple(stored_audit(entry.slug, folder) for entry in THEOREMS)


def stored_witness(slug: str, name: str, folder: Path = FOUND) -> dict[str, Any]:
    """Return a stored witness as data."""
    return dict(read_json(folder / f"{false_claim(slug, name)}.json"))


def coverage(folder: Path = FOUND) -> Coverage:
    """Count the cells of the stored table."""
    rows = [row["outcome"] for table in stored_table(folder) for row in table["assumptions"]]
    counted = (Needed.NEEDED, Needed.BOUND, Needed.NOT_NEEDED)
    return Coverage(len(rows), *(rows.count(outcome.value) for outcome in counted))


def save(report: AuditReport, folder: Path = FOUND) -> None:
    """Write the witnesses of an audit, then its table."""
    (folder / "audit").mkdir(parents=True, exist_ok=True)
    data = report.to_dict()
    for row, found in zip(data["assumptions"], report.assumptions, strict=True):
        path = folder / f"{false_claim(report.claim, found.name)}.json"
        row["witness"] = path.name if found.witness else ""
        for witness in found.witness:
            write_json(path, witness.to_dict())
    write_json(folder / "audit" / f"{report.claim}.json", data)


def run(slug: str) -> AuditReport:
    """Audit one theorem at the point at which it is stored."""
    return audit(theorem(slug), DIMENSIONS.get(slug))


def verify_witness(slug: str, name: str, folder: Path = FOUND) -> Membership:
    """Re-check a stored witness against its false claim, without any search."""
    claim = theorem(slug).at(stored_audit(slug, folder)["dim"])
    witness = read_counterexample(stored_witness(slug, name, folder))
    return witness.check(weakened(claim, name))


def differences(slug: str, folder: Path = FOUND) -> Iterator[str]:
    """Say how a new audit of a theorem differs from the stored one."""
    old = {row["name"]: row["outcome"] for row in stored_audit(slug, folder)["assumptions"]}
    new = {row.name: row.outcome.value for row in run(slug).assumptions}
    for name in old.keys() | new.keys():
        was, now = old.get(name, "no row"), new.get(name, "no row")
        if was != now:
            yield f"{slug}, {name}: stored '{was}', found '{now}'"


def renew(slugs: list[str], folder: Path = FOUND) -> Iterator[str]:
    """Write the certificates of stored witnesses again, after the derivation or the format changed.

    Nothing is searched: a witness whose claim the derivation no longer refutes is named and kept.
    """
    for slug in slugs:
        table = stored_audit(slug, folder)
        for row in table["assumptions"]:
            path = folder / f"{false_claim(slug, row['name'])}.json"
            if (
                not row["witness"]
                or stored_witness(slug, row["name"], folder)["kind"] not in CERTIFIED
            ):
                continue
            claim = weakened(theorem(slug).at(table["dim"]), row["name"])
            degree = theorem(slug).default_degree
            found = (*obstruction(claim), *refute_by_algebra(claim, Point(), degree))
            if not found:
                yield f"{path.name}: the derivation refutes it no longer"
                continue
            write_json(path, found[0].to_dict())


CERTIFIED = tuple(kind.name.lower() for kind in (Kind.DERIVATION, Kind.OBSTRUCTION))
"""Kinds of witnesses that are stored with a certificate."""


def check(slugs: list[str], folder: Path = FOUND) -> Iterator[str]:
    """Yield each fault of the store: witnesses that fall, rows that are gone, other outcomes."""
    for slug in slugs:
        table = stored_audit(slug, folder)
        names = [a.name for a in theorem(slug).at(table["dim"]).assumptions]
        if names != [row["name"] for row in table["assumptions"]]:
            yield f"{slug}: the stored rows are not its assumptions; run the audit again"
            continue
        for row in table["assumptions"]:
            if not row["witness"]:
                continue
            answer = verify_witness(slug, row["name"], folder)
            if not answer.holds:
                yield f"{false_claim(slug, row['name'])}: {answer.reason}"
        if table["seconds"] <= CHEAP:
            yield from differences(slug, folder)


def main(arguments: list[str] | None = None) -> int:
    """Audit what is not stored yet, or with --check re-check the store; 1 if anything differs."""
    parser = argparse.ArgumentParser(
        prog="python -m sith.numerics.audit_registry",
        description="Audit every theorem of the registry and store the tables and witnesses.",
    )
    parser.add_argument("--only", metavar="SLUG", help="one theorem, audited anew")
    parser.add_argument("--check", action="store_true", help="re-check what is stored")
    parser.add_argument("--renew", action="store_true", help="write stored certificates again")
    parser.add_argument("--folder", type=Path, default=FOUND, help="where it is stored")
    given = parser.parse_args(arguments)
    try:
        slugs = [theorem(given.only).slug] if given.only else [entry.slug for entry in THEOREMS]
        if given.renew:
            sys.stdout.writelines(f"{fault}\n" for fault in renew(slugs, given.folder))
            return 0
        if given.check:
            faults = list(check(slugs, given.folder))
            sys.stdout.writelines(f"{fault}\n" for fault in faults)
            return int(bool(faults))
        for slug in slugs:
            path = given.folder / "audit" / f"{slug}.json"
            if path.exists() and not given.only:
                continue
            start = time.perf_counter()
            report = run(slug)
            save(report, given.folder)
            sys.stdout.write(f"{slug}: {time.perf_counter() - start:.1f} s\n")
            sys.stdout.flush()
        if not given.only:
            sys.stdout.write(f"{coverage(given.folder)}\n")
    except SithError as error:
        sys.stderr.write(f"error: {error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
