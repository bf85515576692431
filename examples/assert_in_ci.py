"""Assert claims in the tests of a repository of your own.

Copy the functions into a test file, or run this one: pytest examples/assert_in_ci.py
"""

from __future__ import annotations

from sith import Orthogonal, SignedPermutations, Verdict, derive, theorem
from sith.testing import falls, stands

VMF = theorem("zimmermann_2021_vmf")
DEGREES = {"smoke": 2, "ci": 3, "full": 4}


def test_the_claim_stands() -> None:
    """The derived group is the stated one, and the search finds no counterexample."""
    stands(VMF, 3, kappa=5)


def test_a_smaller_group_falls() -> None:
    """The test above can fail: a claim of more than the theory gives falls to an exact map."""
    wrong = VMF.at(2, kappa=5)
    witness = falls(wrong.replace(group=SignedPermutations(2)))
    assert witness.exact
    assert not witness.check(wrong).holds


def test_what_is_trusted_is_pinned() -> None:
    """A new trusted lemma should be noticed by whoever relies on the claim."""
    verdict = stands(VMF, 3, search=False, kappa=5)
    assert verdict.group == str(Orthogonal(3))
    assert {lemma.name for lemma in verdict.trusted} == {"L-gibbs", "L-sphere-iso"}


def main(budget: str = "smoke") -> Verdict:
    """Run the tests without pytest and return the verdict; the budget sets its degree."""
    for test in (
        test_the_claim_stands,
        test_a_smaller_group_falls,
        test_what_is_trusted_is_pinned,
    ):
        test()
    return derive(VMF, 3, degree=DEGREES[budget], kappa=5)


if __name__ == "__main__":
    print(main())
