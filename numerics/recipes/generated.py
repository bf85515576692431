"""What follows from a registered theorem: `python -m sith.numerics.recipes.generated SLUG`.

What settles it, its audit with the witnesses and their page, and its figures in the README.
Run in the root of a checkout; the files that were changed are written to standard output.
"""

from __future__ import annotations

import re
import runpy
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sith.numerics.audit_registry import (
    FOUND,
    coverage,
    run,
    save,
    stored_audit,
    verify_witness,
)
from sith.numerics.recipes.checkout import Checkout, with_line
from sith.numerics.verbs import AuditReport
from sith.theory import InputError, SithError, derive, theorem
from sith.theory.derivation import SettledBy, settled_by

SETTLED = "theory/theorems/settled.py"
KEPT = ("name", "statement", "weakening", "role", "outcome", "reason")
"""What of a stored row has to be the same in a new audit, so that the store is left as it is."""


def generate(slug: str, root: Path = Path()) -> list[str]:
    """Bring what follows from a theorem up to date; return the files that were changed."""
    checkout = Checkout(root)
    entry = theorem(slug)
    verdict = derive(entry, degree=2)
    settled = settled_by(verdict).value
    checkout.edit(SETTLED, lambda text: _settled(text, slug, settled))
    row = f"| `{slug}` | {verdict.group} | {verdict.relation.value} | {settled} |"
    checkout.edit("README.md", lambda text: _listed(text, slug, row))
    _audit(checkout, slug)
    for script in ("make_witness_pages.py", "make_theorem_pages.py"):
        runpy.run_path(str(root / "book" / script), run_name="__main__")
    page = f"witnesses/{slug}"
    if (root / "book" / f"{page}.md").is_file():
        checkout.edit("book/_toc.yml", lambda text: _with_page(text, page))
    checkout.edit("README.md", lambda text: _counted(text, checkout.read(SETTLED)))
    return list(dict.fromkeys(checkout.edited))


def _settled(text: str, slug: str, value: str) -> str:
    line = f'    "{slug}": "{value}",'
    text = re.sub(rf'^    "{slug}": .*\n', "", text, flags=re.MULTILINE)
    return with_line(text, line, after="SETTLED: Mapping", key=r'    "(\w+)": ')


def _listed(text: str, slug: str, row: str) -> str:
    text = re.sub(rf"^\| `{slug}` \|.*\n", "", text, flags=re.MULTILINE)
    return with_line(text, row, after="| theorem | derived group", key=r"\| `(\w+)` \|")


def _with_page(text: str, page: str) -> str:
    return with_line(
        text, f"          - file: {page}", after="- file: audit", key=r"\s+- file: (witnesses/\w+)$"
    )


def _audit(checkout: Checkout, slug: str) -> None:
    """Audit the theorem, and store it where the stored audit is not the same."""
    report = run(slug)
    if _same(report, slug):
        return
    for old in FOUND.glob(f"{slug}_without_*.json"):
        old.unlink()
    save(report)
    checkout.edited.append(f"numerics/searching/found/audit/{slug}.json")


def _same(report: AuditReport, slug: str) -> bool:
    try:
        rows = stored_audit(slug)["assumptions"]
        fresh = report.to_dict()["assumptions"]
        held = all(verify_witness(slug, row["name"]).holds for row in rows if row["witness"])
    except InputError:
        return False
    return held and [_kept(row) for row in rows] == [_kept(row) for row in fresh]


def _kept(row: Mapping[str, Any]) -> list[Any]:
    return [row.get(key) for key in KEPT]


def _counted(text: str, settled: str) -> str:
    """Return the README with its counts of theorems and of assumptions."""
    values = re.findall(r'^    "\w+": "(.+)",$', settled, flags=re.MULTILINE)
    count = {way: values.count(way.value) for way in SettledBy}
    text = re.sub(
        r"all maps \(\d+ theorems\)", f"all maps ({count[SettledBy.COMPUTED]} theorems)", text
    )
    text = re.sub(r"were checked \(\d+\)", f"were checked ({count[SettledBy.CLASSICAL]})", text)
    text = re.sub(r"its last step \(\d+\)", f"its last step ({count[SettledBy.OWN]})", text)
    text = re.sub(
        r"near the identity \(\d+\)", f"near the identity ({count[SettledBy.LOCAL]})", text
    )
    text = re.sub(
        r"for \d+ negative results", f"for {count[SettledBy.LOWER]} negative results", text
    )
    cells = coverage()
    text = re.sub(
        r"Of \d+ assumptions \d+ have a witness",
        f"Of {cells.cells} assumptions {cells.needed} have a witness",
        text,
    )
    text = re.sub(r"conclusion, \d+ an exact", f"conclusion, {cells.bound} an exact", text)
    return re.sub(r"and \d+ have neither", f"and {cells.cells - cells.decided} have neither", text)


def main(arguments: list[str]) -> int:
    """Generate for the theorems that are named; 2 with a line on standard error for a fault."""
    try:
        for slug in arguments:
            sys.stdout.writelines(f"{name}\n" for name in generate(slug))
    except SithError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
