"""Mutation score of the kernel: `python -m tests.quality.mutants [--only TEXT] [--list] [--json]`.

Every mutant of `proof_kernel.py` is run on the battery, in a process of its own and with a limit of
work; one process at a time, some minutes in all. A mutant is killed where an answer of the battery
changes, or the kernel fails. Those that survive are compared with the lists of `survivors.py`, which
say why a mutant is equivalent, or changes wording alone.
Exit status: 0 where every survivor is on a list, 1 otherwise.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from sith.theory.derivation.verification import proof_kernel
from tests.quality.mutants.battery import cases
from tests.quality.mutants.operators import mutants
from tests.quality.mutants.run import answers, counted
from tests.quality.mutants.survivors import reason


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command, and return its exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--only", default="", help="mutants whose description holds this text")
    parser.add_argument("--list", action="store_true", help="also say what shows each mutant")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    module = counted(Path(proof_kernel.__file__).read_text(encoding="utf-8"))
    chosen = [m for m in mutants(module) if options.only in str(m)]
    counts: Counter[str] = Counter()
    for mutant, found in answers(module, chosen, cases()):
        said = f"killed: {found}" if found else f"survives: {reason(mutant) or 'unexplained'}"
        counts["killed" if found else reason(mutant) or "unexplained"] += 1
        if options.list or not found:
            sys.stderr.write(f"line {mutant.line}: {mutant.operator}: {mutant}: {said}\n")
    if options.json:
        sys.stdout.write(json.dumps({"mutants": len(chosen), **counts}, indent=1) + "\n")
    else:
        sys.stdout.write(f"{len(chosen)} mutants\n")
        sys.stdout.writelines(f"{n:6} {what}\n" for what, n in counts.most_common())
    return int(bool(counts["unexplained"]))


if __name__ == "__main__":
    sys.exit(main())
