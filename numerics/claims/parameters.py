"""Parameter values given as text, NAME=VALUE, and the claim at such a point."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from fractions import Fraction
from typing import Any

from sith.numerics.claims.loading import described, located
from sith.theory import Claim, InputError, SithError, Statement, Theorem, UnknownName, as_rational
from sith.theory.claim import require_statement

_DECIMAL = re.compile(r"[+-]?(\d{1,40}\.\d{0,40}|\.\d{1,40})")
_FLOAT = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?(/.*)?", re.IGNORECASE)
_OPTIONS = {
    "dim": "--dim",
    "degree": "--degree",
    "budget": "--budget",
    "seeds": "--seeds",
    "device": "--device",
    "save": "--save",
    "max_unknowns": "--max-unknowns",
    "numbers": "--numbers",
    "parameters": "--over",
}


def read_parameters(statement: Statement, items: Sequence[str]) -> dict[str, Any]:
    """Read NAME=VALUE items for a statement; values are integers, fractions a/b, or words.

    Raises `InputError` for an item of another form, a decimal, or a name given twice, and
    `UnknownName` for a parameter that the statement does not have.
    """
    values: dict[str, Any] = {}
    for item in items:
        name, equals, text = (part.strip() for part in item.partition("="))
        if not (name and equals and text):
            raise InputError(f"--set {item}", allowed="NAME=VALUE", cure="for example --set p=4")
        _known(statement, name)
        if name in values:
            raise InputError(f"--set {name} is given twice", cure="give each parameter once")
        values[name] = _value(name, text)
    return values


def _known(statement: Statement, name: str) -> None:
    names = [p.name for p in statement.parameters] if isinstance(statement, Theorem) else []
    if name in _OPTIONS:
        raise InputError(
            f"--set {name} is an option of the command, not a parameter",
            cure=f"write {_OPTIONS[name]} VALUE",
        )
    if name in names:
        return
    near = get_close_matches(name, names, n=1)
    raise UnknownName(
        f"'{statement.name}' has no parameter '{name}'",
        allowed=", ".join(names) or "none",
        cure=f"did you mean '{near[0]}'?" if near else "`sith show CLAIM` lists the parameters",
    )


def _value(name: str, text: str) -> Any:
    value = as_rational(text)
    if not isinstance(value, str):
        return value
    if _DECIMAL.fullmatch(text):
        raise InputError(
            f"{name} = {text} is a decimal, and decimals are not exact",
            cure=f"write --set {name}={Fraction(text)}",
        )
    if _FLOAT.fullmatch(text):
        raise InputError(
            f"{name} = {text} is not an exact number", allowed="an integer or a fraction a/b"
        )
    return text


def claim_at(statement: Statement, dim: int | None, parameters: Mapping[str, Any]) -> Claim:
    """Return the claim at a dimension and parameter values; every failure is an `InputError`."""
    require_statement(statement)
    try:
        return statement.at(dim, **parameters)
    except SithError:
        raise
    except Exception as error:
        point = ", ".join(f"{k} = {v}" for k, v in parameters.items()) or "its defaults"
        raise InputError(
            f"'{statement.name}' cannot be taken at {point}: {described(error)} ({located(error)})",
            cure="`sith show CLAIM` lists the parameters and what they may be",
        ) from error
