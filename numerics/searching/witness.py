"""A found counterexample as data, with a check of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from sith.numerics.claims.certificates import WITNESS
from sith.numerics.searching.points import Point
from sith.theory import Claim, InputError, Membership, SithError, Statement, as_rational
from sith.theory.notebook import text_card


class Kind(Enum):
    """What a witness is, and so how it is checked."""

    FREE_MAP = "an exact map that the optimum leaves free, outside the stated group"
    NOT_FREE = "an exact member of the stated group that is not optimal"
    DERIVATION = "a derivation that contradicts the claim, with its certificate"
    STANDS = "a point where the claim stands, against a statement that it never does"
    LOWER_LOSS = "a map outside the stated group with a lower population loss than its members"
    EQUAL_LOSS = "a map outside the stated group with the same population loss as its members"
    LINEAR_OPTIMUM = "a world with a linear optimum, against a statement that there is none"
    FOLD = "a mixing that takes two latents to one observation"
    SELECTION = "coordinates that align and are not a function of the stated content"
    PAIR_LAW = "a map outside the stated group that keeps the law of the pairs"
    OTHER_FEATURES = "an optimum on other functions of the latents than the stated ones"
    OBSTRUCTION = "points at which no map whatever attains the bound of the loss"
    LAW = "a law with the same observed values that is another law"
    SECOND_SOLUTION = "two exact solutions of zero loss that no map of the outputs relates"
    NEARLY_EQUAL = "two models with nearly the same loss and unrelated representations"


@dataclass(frozen=True, slots=True)
class Counterexample:
    """A witness against a statement, at one of its points.

    Fields:
        claim: the statement's name.
        dim, parameters: the point, parameter values as text.
        kind: what it is.
        shown: map, field or law, in one line.
        equal: what is equal, or better, in words.
        differs: what differs, in words.
        exact: whether the check is exact; otherwise it is numerical, by two methods.
        data: what the check needs, JSON data.
        numbers: the figures of the search, such as losses and residuals.
    """

    claim: str
    dim: int
    parameters: Mapping[str, str]
    kind: Kind
    shown: str
    equal: str
    differs: str
    exact: bool
    data: Mapping[str, Any]
    numbers: Mapping[str, float] = field(default_factory=dict)

    _repr_html_ = text_card

    @classmethod
    def found(cls, claim: Claim, point: Point, **parts: Any) -> Counterexample:
        """Return the witness against a claim at a point; `parts` are the remaining fields."""
        return cls(claim=claim.name, dim=point.dim, parameters=point.texts(), **parts)

    def at(self, statement: Statement) -> Claim:
        """Return the claim at the witness's point."""
        values = {name: as_rational(text) for name, text in self.parameters.items()}
        return statement.at(self.dim or None, **values)

    def check(self, statement: Statement) -> Membership:
        """Re-check the witness from its data; see `check_counterexample`."""
        return check_counterexample(self, statement)

    def to_dict(self) -> dict[str, Any]:
        """Return the witness as plain data, ready for JSON."""
        return {
            "format": WITNESS,
            "claim": self.claim,
            "dim": self.dim,
            "parameters": dict(self.parameters),
            "kind": self.kind.name.lower(),
            "shown": self.shown,
            "equal": self.equal,
            "differs": self.differs,
            "exact": self.exact,
            "data": dict(self.data),
            "numbers": dict(self.numbers),
        }

    def __str__(self) -> str:
        """The witness in a few lines."""
        point = [f"d = {self.dim}"] if self.dim else []
        point += [f"{name} = {value}" for name, value in self.parameters.items()]
        lines = [
            f"witness    {self.shown}",
            f"at         {', '.join(point) or 'the claim as stated'}",
            f"equal      {self.equal}",
            f"differs    {self.differs}",
            f"check      {'exact' if self.exact else 'numerical, by two methods'}",
        ]
        lines += [f"{name:<10} {value:.6g}" for name, value in self.numbers.items()]
        return "\n".join(lines)


CHECKED_BY: dict[Kind, Callable[[Counterexample, Claim], Membership]] = {}
"""How each kind is checked; `sith.numerics.searching.checks` fills it, and the package loads that."""


def read_counterexample(data: Any) -> Counterexample:
    """Return the witness of `Counterexample.to_dict`; raises `InputError` for anything else."""
    if not isinstance(data, Mapping) or data.get("format") != WITNESS:
        raise InputError("this is not a witness of sith", cure="`sith refute CLAIM` finds one")
    texts = ("claim", "kind", "shown", "equal", "differs")
    if any(not isinstance(data.get(key), str) for key in texts):
        raise InputError(f"a witness has the texts {', '.join(texts)}")
    if type(data.get("dim")) is not int or type(data.get("exact")) is not bool:
        raise InputError("a witness has an integer 'dim' and a truth value 'exact'")
    for key in ("parameters", "data", "numbers"):
        if not isinstance(data.get(key), Mapping):
            raise InputError(f"a witness has an object '{key}'")
    try:
        kind = Kind[data["kind"].upper()]
    except KeyError:
        names = ", ".join(k.name.lower() for k in Kind)
        raise InputError(f"kind = {data['kind']!r}", allowed=names) from None
    return Counterexample(
        claim=data["claim"],
        dim=data["dim"],
        parameters={str(k): str(v) for k, v in data["parameters"].items()},
        kind=kind,
        shown=data["shown"],
        equal=data["equal"],
        differs=data["differs"],
        exact=data["exact"],
        data=data["data"],
        numbers={str(k): float(v) for k, v in data["numbers"].items()},
    )


def check_counterexample(witness: Counterexample, statement: Statement) -> Membership:
    """Say whether a witness refutes a statement, from its data alone and without the search.

    Exact kinds are checked by the exact layer's independent checker; numerical kinds by two
    methods that must agree. A statement of another name is refused.
    """
    if statement.name != witness.claim:
        return Membership(False, f"the witness is about '{witness.claim}', not '{statement.name}'")
    try:
        return CHECKED_BY[witness.kind](witness, witness.at(statement))
    except SithError as error:
        return Membership(False, f"the witness cannot be checked: {error}")
