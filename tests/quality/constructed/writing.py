"""A claim as the text of a claim file: the constructors of its parts, written out."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any

import sympy as sp

from sith import Claim


def claim_file(claim: Claim, degree: int, *comments: str) -> str:
    """Return a file that defines CLAIM and DEGREE, with comments above."""
    head = [f"# {line}" for comment in comments for line in comment.splitlines()]
    symbols = sorted(_symbols(claim), key=str)
    names = ", ".join(map(str, symbols))
    listed = ", ".join(
        f'sp.Symbol("{s}", {"positive" if s.is_positive else "real"}=True)' for s in symbols
    )
    parts = [
        f'"{claim.name}"',
        *(_text(x) for x in (claim.world, claim.objective, claim.encoder, claim.group)),
        f"relation={_text(claim.relation)}",
    ]
    if claim.base:
        parts.append(f"base={_text(claim.base)}")
    body = ",\n    ".join(parts)
    return "\n".join(
        [
            *head,
            "import sympy as sp",
            "from sympy import Abs, ImmutableMatrix, S, cosh, exp, log, sin, sqrt",
            "from sith import *",
            "from sith.theory.objectives import *",
            "",
            *(
                [
                    f"{names}{',' if len(symbols) == 1 else ''} = {listed}{',' if len(symbols) == 1 else ''}"
                ]
                if symbols
                else []
            ),
            f"CLAIM = Claim(\n    {body},\n)",
            f"DEGREE = {degree}",
            "",
        ]
    )


def _symbols(value: Any) -> set[sp.Symbol]:
    if isinstance(value, sp.Basic | sp.MatrixBase):
        return {s for s in value.free_symbols if isinstance(s, sp.Symbol)}
    if isinstance(value, tuple | list):
        return set().union(*(_symbols(x) for x in value)) if value else set()
    if is_dataclass(value):
        return set().union(
            set(), *(_symbols(getattr(value, f.name)) for f in fields(value) if f.init)
        )
    return set()


def _text(value: Any) -> str:
    if isinstance(value, Enum):
        return f"{type(value).__name__}.{value.name}"
    if isinstance(value, sp.MatrixBase):
        return f"ImmutableMatrix({_text(tuple(tuple(r) for r in value.tolist()))})"
    if isinstance(value, sp.Basic):
        return str(sp.sstr(value, sympy_integers=True))
    if isinstance(value, tuple):
        inner = ", ".join(map(_text, value))
        return f"({inner}{',' if len(value) == 1 else ''})"
    if is_dataclass(value) and not isinstance(value, type):
        inner = ", ".join(
            f"{f.name}={_text(getattr(value, f.name))}" for f in fields(value) if f.init
        )
        return f"{type(value).__name__}({inner})"
    return repr(value)
