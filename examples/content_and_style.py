"""Content is isolated from style, and an optimum that takes two contents to one representation.

python examples/content_and_style.py
"""

from __future__ import annotations

from sith import Membership, Verdict, check_erratum, derive, erratum, theorem

SLUG = "vonkugelgen_2021_content_style"


def main() -> tuple[Verdict, Verdict, Membership]:
    """Derive the theorem and the claim without injectivity, and check the fold that refutes it."""
    stated = derive(theorem(SLUG), degree=2)
    entry = erratum("vonkugelgen_2021_two_to_one")
    published = derive(entry.published, degree=2)
    print(f"an injective encoder: {stated.agreement.value} with {stated.stated}")
    print(f"any smooth encoder:   {published.agreement.value}: {published.escape}")
    checked = check_erratum(entry)
    print(f"checked: {checked.reason}")
    return stated, published, checked


if __name__ == "__main__":
    main()
