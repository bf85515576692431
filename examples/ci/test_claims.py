"""The claims of this repository, asserted: `pytest --junit-xml=claims.xml`."""

from claims import PERMUTATIONS, ROTATIONS

from sith.testing import disagrees, stands


def test_the_sphere_is_identified_up_to_rotations() -> None:
    """Over all maps of the encoder class: a verdict near the identity would not do."""
    assert stands(ROTATIONS, search=False, scope="all").group == "O(3)"


def test_and_not_up_to_permutations() -> None:
    """The rotation that shows it; `falls` would search for a counterexample as well."""
    assert disagrees(PERMUTATIONS).escape
