"""A long run: `python -m tests.quality.constructed SEED … [--count N] [--out FILE.jsonl]`.

The deep run is `python -m tests.quality.constructed 1 2 3`: every claim of three seeds.

Also `--only NAME …` for some constructions, `--far` for claims that far maps decide, `--claims FOLDER`.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from sith import derive
from tests.quality.constructed.case import Case
from tests.quality.constructed.judge import judge
from tests.quality.constructed.listing import CONSTRUCTIONS, cases
from tests.quality.constructed.sharing import shared
from tests.quality.constructed.writing import claim_file

COLUMNS = ("right", "undecided", "local", "convention", "wrong", "late", "error", "faults")


class Late(Exception):
    """A claim took more CPU time than its limit."""


def _stop(*_: object) -> None:
    raise Late


def run(case: Case, limit: int) -> dict[str, Any]:
    """Derive one claim within `limit` seconds of CPU time, and judge the verdict."""
    head = {
        "construction": case.construction,
        "kernel": case.claim.name,
        "stated": str(case.stated.group),
        "relation": case.relation.value,
        "degree": case.degree,
        "why": case.truth.why,
    }
    start = time.process_time()
    signal.setitimer(signal.ITIMER_PROF, limit)
    try:
        verdict = derive(case.claim, degree=case.degree)
        signal.setitimer(signal.ITIMER_PROF, 0)
        report = judge(case, verdict)
    except Late:
        return {**head, "result": "late", "cpu": time.process_time() - start}
    except Exception as error:  # noqa: BLE001 - a crash on one claim is a finding, not the end
        return {**head, "result": "error", "says": f"{type(error).__name__}: {error}"}
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    return {
        **head,
        "result": report.judgement.value,
        "says": report.says,
        "true": report.true,
        "faults": list(report.faults),
        "group": verdict.group,
        "reason": verdict.reason,
        "escape": verdict.escape,
        "components": verdict.scope.components,
        "cpu": round(time.process_time() - start, 2),
    }


def far_only(case: Case) -> bool:
    """Whether the claim and its reading near the identity differ in truth."""
    found = case.facts()
    return case.truth.attained and found.says(case.relation) != found.says_near(case.relation)


def table(records: Sequence[dict[str, Any]]) -> str:
    """Return the counts by construction."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for record in records:
        for name in (record["construction"], "all"):
            counts[name][record["result"]] += 1
            counts[name]["faults"] += bool(record.get("faults"))
            counts[name]["count"] += 1
    head = f"{'construction':<20}" + "".join(f"{c:>11}" for c in ("count", *COLUMNS))
    lines = [
        f"{name:<20}" + "".join(f"{counts[name][c]:>11}" for c in ("count", *COLUMNS))
        for name in (*sorted(n for n in counts if n != "all"), "all")
        if name in counts
    ]
    return "\n".join((head, *lines))


def main() -> int:
    """Run the claims and print the table; exit status 1 where a verdict was wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.quality.constructed")
    parser.add_argument("seeds", type=int, nargs="+", metavar="SEED")
    parser.add_argument("--count", type=int, default=0, help="claims of each seed (default: all)")
    parser.add_argument("--out", type=Path, help="one JSON object a claim")
    parser.add_argument("--claims", type=Path, help="folder for the claim files of wrong verdicts")
    parser.add_argument("--limit", type=int, default=60, help="CPU seconds for one claim")
    parser.add_argument("--only", nargs="*", default=(), choices=sorted(CONSTRUCTIONS))
    parser.add_argument(
        "--far", action="store_true", help="only claims that maps far from the identity decide"
    )
    given = parser.parse_args()
    signal.signal(signal.SIGPROF, _stop)
    records: list[dict[str, Any]] = []
    with shared():
        for seed in given.seeds:
            found = cases(seed, 0, tuple(given.only))
            chosen = (c for c in found if not given.far or far_only(c))
            for k, case in enumerate(islice(chosen, given.count or None)):
                records.append({"seed": seed, "number": k, **run(case, given.limit)})
                keep(case, records[-1], given.out, given.claims)
    sys.stdout.write(f"{table(records)}\n{summary(records)}\n")
    return int(any(r["result"] == "wrong" for r in records))


def keep(case: Case, record: dict[str, Any], out: Path | None, folder: Path | None) -> None:
    """Write the record of a claim, and its claim file where the verdict has a fault."""
    if out:
        with out.open("a") as stream:
            stream.write(json.dumps(record, default=str) + "\n")
    if folder and (record["result"] in ("wrong", "error") or record.get("faults")):
        folder.mkdir(parents=True, exist_ok=True)
        told = [
            f"{key}: {record.get(key)}"
            for key in ("true", "why", "says", "group", "reason", "faults")
        ]
        name = f"{record['seed']}_{record['number']:04d}_{case.construction}.py"
        (folder / name).write_text(claim_file(case.claim, case.degree, *told))


def summary(records: Sequence[dict[str, Any]]) -> str:
    """Return the count of claims and of the wrong verdicts in one line."""
    counts = Counter(r["result"] for r in records)
    faults = sum(bool(r.get("faults")) for r in records)
    share = 100 * (counts["undecided"] + counts["late"] + counts["error"]) / max(len(records), 1)
    seconds = sum(r.get("cpu", 0) for r in records) / max(len(records), 1)
    return (
        f"{len(records)} claims: {counts['wrong']} wrong, {faults} with another fault, "
        f"{share:.1f} % undecided, late or failed; {seconds:.2f} s of processor each"
    )


if __name__ == "__main__":
    sys.exit(main())
