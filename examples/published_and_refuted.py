"""Published statements that do not hold as stated, each with its exact counterexample.

python examples/published_and_refuted.py
"""

from __future__ import annotations

from sith import ERRATA, Membership, check_erratum


def main() -> dict[str, Membership]:
    """Check each counterexample against the published claim, and print what holds instead."""
    found = {}
    for entry in ERRATA:
        found[entry.slug] = check_erratum(entry)
        print(f"{entry.slug}\n  says    {entry.says}\n  holds   {entry.shown}")
        print(f"  checked {found[entry.slug].reason}")
    return found


if __name__ == "__main__":
    main()
