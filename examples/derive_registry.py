"""Derive every registered theorem and print a table of the groups.

python examples/derive_registry.py
"""

from __future__ import annotations

from sith import THEOREMS, Verdict, derive

DEGREES = {"smoke": 2, "ci": 3, "full": 4}


def main(budget: str = "smoke") -> tuple[Verdict, ...]:
    """Return the verdicts of all theorems at their defaults; the budget sets the degree."""
    verdicts = tuple(derive(entry, degree=DEGREES[budget]) for entry in THEOREMS)
    width = max(len(v.claim) for v in verdicts)
    for v in verdicts:
        dimensions = ", ".join(str(n) for n in v.dimension_by_degree.values())
        print(f"{v.claim:<{width}}  {v.agreement.value}  dimensions {dimensions}  {v.group}")
    return verdicts


if __name__ == "__main__":
    main()
