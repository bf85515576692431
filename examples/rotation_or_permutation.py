"""Why a rotation is left, and when only a permutation is.

The loss depends on the pairs through one function of two points, and what keeps that function is
free: inner products are kept by rotations, ‖·‖₄ and distinct weights by signed permutations alone.

python examples/rotation_or_permutation.py
"""

from __future__ import annotations

from sith import Verdict, derive, theorem

CASES = (
    ("inner products on the sphere", "zimmermann_2021_vmf", {}),
    ("fourth powers of differences in a box", "zimmermann_2021_lp", {"p": 4}),
    ("inner products with distinct weights", "rusak_2025_aninfonce", {"ties": "distinct"}),
    ("the same with two equal weights", "rusak_2025_aninfonce", {"ties": "pair"}),
)


def main() -> dict[str, Verdict]:
    """Derive each case and print its group."""
    found = {said: derive(theorem(slug), degree=1, **values) for said, slug, values in CASES}
    for said, verdict in found.items():
        print(f"{said:<40} {verdict.group}")
    return found


if __name__ == "__main__":
    main()
