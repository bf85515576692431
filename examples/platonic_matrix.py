"""Do different seeds, mixings and encoders agree? The matrix of the Platonic study, from its store.

python examples/platonic_matrix.py

The figure platonic.png is written to the current folder; `sith study platonic` measures again.
"""

from __future__ import annotations

from pathlib import Path

from sith.numerics import StudyReport, stored_study

STORED = Path(__file__).resolve().parents[1] / "book" / "_static" / "studies" / "platonic.json"


def main(figure: Path = Path("platonic.png")) -> StudyReport:
    """Draw the stored measurements, and print each prediction beside what was measured."""
    report = stored_study(STORED)
    report.figure().savefig(figure, dpi=150)
    for finding in report.findings:
        print(f"{finding.agrees.value:<10} {finding.name}: {finding.measured}")
    return report


if __name__ == "__main__":
    main()
