"""Walk over certificates: `python -m tests.quality.leaves [--each N] [--only KIND ...] [--json]`.

Numbers, texts and truths are changed, entries left out, added and reordered, each time with a new
checksum. For each kind of certificate one line says how many changes were tried, how many a
verifier rejects, how many touch only what the verifiers say they do not check, and how many
survived. With `--each N` at most N changes of one kind are tried for entries with one meaning, such as
the coordinates of points; without it all are.
Exit status: 0 where nothing survived, 1 otherwise.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence

from sith.theory.derivation.verification.not_checked import NOT_CHECKED_ENTRIES
from tests.quality.leaves.kinds import KINDS
from tests.quality.leaves.walk import Counts, changes, count, sampled


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command, and return its exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--each", type=int, default=0, help="changes of one kind (0: all)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", nargs="+", choices=list(KINDS), default=list(KINDS))
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    found: dict[str, Counts] = {}
    for name in options.only:
        data, statement = KINDS[name].certificate()
        chosen = sampled(list(changes(data)), options.each, options.seed)
        found[name] = count(data, statement, chosen)
        if not options.json:
            sys.stdout.write(f"{name} ({KINDS[name].rests_on}): {found[name]}\n")
            sys.stdout.writelines(
                f"  survived: {what} ({times})\n" for what, times in found[name].survived.items()
            )
            sys.stdout.flush()
    if options.json:
        sys.stdout.write(json.dumps({k: c.to_dict() for k, c in found.items()}, indent=1) + "\n")
        return int(any(c.survived for c in found.values()))
    total = sum(found.values(), Counts())
    sys.stdout.write(f"{len(found)} kinds: {total}\n")
    sys.stdout.write("listed as not checked:\n")
    sys.stdout.writelines(f"  {key}: {why}\n" for key, why in NOT_CHECKED_ENTRIES.items())
    return int(bool(total.survived))


if __name__ == "__main__":
    sys.exit(main())
