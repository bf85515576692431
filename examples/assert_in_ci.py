"""Assert claims in the tests of a repository of your own.

Copy the functions into a test file, or run this one: pytest examples/assert_in_ci.py
"""

from __future__ import annotations

from theory import Agreement, Orthogonal, SignedPermutations, Verdict, derive, theorem

CLAIM = theorem("zimmermann_2021_vmf").at(3, kappa=5)
DEGREES = {"smoke": 2, "ci": 3, "full": 4}


def test_the_claim_stands() -> None:
    """The derived group is the stated one; on failure pytest shows the whole verdict."""
    verdict = derive(CLAIM, degree=2)
    assert verdict.agrees, str(verdict)


def test_a_smaller_group_is_refuted() -> None:
    """The test above can fail: a claim of more than the theory gives is reported."""
    verdict = derive(CLAIM.but(group=SignedPermutations(3)), degree=2)
    assert verdict.agreement is Agreement.DISAGREES
    assert verdict.escape


def test_what_is_trusted_is_pinned() -> None:
    """A new trusted lemma should be noticed by whoever relies on the claim."""
    verdict = derive(CLAIM, degree=2)
    assert verdict.group == str(Orthogonal(3))
    assert {lemma.name for lemma in verdict.trusted} == {"L-gibbs", "L-sphere-iso"}


def main(budget: str = "smoke") -> Verdict:
    """Run the tests without pytest and return the verdict; the budget sets its degree."""
    for test in (
        test_the_claim_stands,
        test_a_smaller_group_is_refuted,
        test_what_is_trusted_is_pinned,
    ):
        test()
    return derive(CLAIM, degree=DEGREES[budget])


if __name__ == "__main__":
    print(main())
