"""Bad input gives one line: what is wrong, what is allowed, and the cure."""

from collections.abc import Callable
from typing import Any

import pytest

from sith import (
    Assumption,
    Claim,
    Encoder,
    InfoNCE,
    InnerProduct,
    InputError,
    Orthogonal,
    Relation,
    Role,
    Sphere,
    Uniform,
    UnknownName,
    VonMisesFisher,
    World,
    theorem,
)
from sith.numerics.claims.description import describe
from sith.theory.claim import require_statement

WORLD = World(Sphere(3), Uniform(), VonMisesFisher(1))


def claim(**changes: Any) -> Claim:
    parts: dict[str, Any] = {
        "name": "mine",
        "world": WORLD,
        "objective": InfoNCE(),
        "encoder": Encoder(Sphere(3)),
        "group": Orthogonal(3),
    }
    return Claim(**(parts | changes))


REFUSED: list[tuple[Callable[[], Any], str]] = [
    (lambda: claim(relation="contained"), r"did you mean Relation\.CONTAINED\?"),
    (lambda: claim(relation="equal"), r"did you mean Relation\.EQUALITY\?"),
    (lambda: claim(relation=None), r"allowed: Relation\.EQUALITY"),
    (lambda: claim(objective=InfoNCE), r"InfoNCE is a class.*write InfoNCE\("),
    (lambda: claim(world=World), "World is a class"),
    (lambda: claim(group=Orthogonal), "Orthogonal is a class"),
    (lambda: claim(encoder=Encoder(Sphere)), "Sphere is a class"),  # type: ignore[arg-type]
    (lambda: World(Sphere, Uniform()), "Sphere is a class"),  # type: ignore[arg-type]
    (lambda: World(Sphere(3), Uniform), "Uniform is a class"),
    (lambda: InfoNCE(InnerProduct), "InnerProduct is a class"),
    (lambda: claim(assumptions=["x"]), "allowed: a tuple of Assumption"),
    (lambda: claim(assumptions=("x",)), "the assumption 'x'"),
    (lambda: claim(name=""), "name = ''"),
    (lambda: claim(name=None), "name = None"),
    (lambda: claim(title=3), "title = 3"),
    (lambda: claim(source="Smith"), "allowed: a Source"),
    (lambda: claim(base=[1]), "a tuple of expressions"),
    (lambda: claim().replace(name=None), "name = None"),
    (lambda: claim().replace(nmae="x"), "did you mean 'name'"),
    (lambda: claim().replace(grop=Orthogonal(3)), "did you mean 'group'"),
    (lambda: WORLD.replace(pair=VonMisesFisher(2)), "did you mean 'pairs'"),
    (lambda: theorem(3), "the slug 3"),  # type: ignore[arg-type]
    (lambda: theorem("zimmerman_2021_vmf"), "did you mean 'zimmermann_2021_vmf'"),
    (lambda: describe(None), "None is not a claim"),  # type: ignore[arg-type]
    (lambda: require_statement("zimmermann_2021_vmf"), r"write theorem\('SLUG'\)"),
]


@pytest.mark.parametrize(("make", "said"), REFUSED, ids=[said for _, said in REFUSED])
def test_it_is_refused_in_one_line(make: Callable[[], Any], said: str) -> None:
    with pytest.raises(InputError, match=said) as caught:
        make()
    assert "\n" not in str(caught.value)


def test_right_neighbours_are_accepted() -> None:
    own = Assumption("a", "b", Role.UNKNOWN, "c", lambda c: c)
    made = claim(relation=Relation.CONTAINED, assumptions=(own,), title="t")
    assert made.replace(name="other").name == made.replace(name="other").name == "other"
    assert WORLD.replace(pairs=VonMisesFisher(2)) == WORLD.replace(pairs=VonMisesFisher(2))
    assert require_statement(made) is made


def test_a_name_without_a_neighbour_gets_no_suggestion() -> None:
    with pytest.raises(UnknownName) as caught:
        claim().replace(xyzzy=1)
    assert "did you mean" not in str(caught.value)
