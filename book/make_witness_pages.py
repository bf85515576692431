"""Write the pages of the stored witnesses: `python book/make_witness_pages.py`.

One page for each theorem with witnesses, `witnesses/SLUG.md`, with a section and an anchor for
each. Pages come from the stored data alone; a test compares them with what this script writes.
"""

import json
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from sith import theorem
from sith.numerics.audit_registry import false_claim, stored_table, stored_witness

FOLDER = Path(__file__).resolve().parent / "witnesses"
MOST = 3000
"""Longer data are left to the file."""


def page(table: dict[str, Any]) -> str:
    """Return the page of a theorem's witnesses, "" where it has none."""
    slug = table["claim"]
    rows = [row for row in table["assumptions"] if row["witness"]]
    if not rows:
        return ""
    lines = [
        f"# Witnesses: {theorem(slug).title}",
        "",
        (
            f"The assumptions of {{doc}}`../theorems/{slug}` are dropped one at a time, at "
            f"$d={table['dim']}$. Each section is a false claim with its witness, which "
            "`python -m sith.numerics.audit_registry --check` re-verifies."
        ),
        "",
    ]
    for row in rows:
        lines += section(slug, row)
    return "\n".join(lines).rstrip() + "\n"


def section(slug: str, row: dict[str, Any]) -> list[str]:
    """Return the lines of one witness."""
    witness = stored_witness(slug, row["name"])
    name = false_claim(slug, row["name"])
    check = "exact" if witness["exact"] else "numerical, by two methods"
    facts = {
        "Assumption": row["statement"],
        "In its place": row["weakening"],
        "Outcome": row["outcome"],
        "Witness": f"`{witness['shown']}`",
        "Equal, or better": f"`{witness['equal']}`",
        "Differs": f"`{witness['differs']}`",
        "Check": check,
        "File": f"`numerics/searching/found/{row['witness']}`",
    }
    if row["notice"]:
        facts["Notice"] = row["notice"]
    facts |= {key.capitalize(): f"{value:.6g}" for key, value in witness["numbers"].items()}
    data = json.dumps(witness["data"])
    lines = [f"({name})=", f"## {name}", ""]
    lines += [f"- {key}: {value}" for key, value in facts.items()]
    if len(data) <= MOST:
        lines += ["", "```{code-block} json", ":class: wrapped", data, "```"]
    return [*lines, ""]


def write(folder: Path = FOLDER) -> None:
    """Write all pages, and remove those of theorems without witnesses."""
    folder.mkdir(exist_ok=True)
    wanted = {f"{table['claim']}.md": text for table in stored_table() if (text := page(table))}
    for old in folder.glob("*.md"):
        if old.name not in wanted:
            old.unlink()
    for name, text in wanted.items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write()
