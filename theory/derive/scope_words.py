"""The words of a verdict's scope that solver and verifier both write."""

from __future__ import annotations

from theory.verdict import Completeness

RELABELLED = "the order of the outputs: the learned metric may list its values in any order"


def fields_words(degree: int, complete: Completeness, *, growing: bool) -> str:
    """Say of which fields a verdict speaks, and why it does not speak of all of them."""
    if complete.complete:
        return (
            f"{complete.method.fields}: the polynomial fields of degree ≤ {degree} are all of them, "
            f"by {complete.reason}"
        )
    trend = (
        "the dimension still grows at the top degree"
        if growing
        else "the dimension is constant at the top"
    )
    return (
        f"polynomial fields of degree ≤ {degree}; {trend}; that they are all smooth fields is not "
        f"shown ({complete.reason})"
    )


def higher_words(degree: int) -> str:
    """Say that fields of higher degree were not looked at."""
    return f"fields of degree > {degree} and non-polynomial fields"


FUNCTION_SPACE = "the free fields form a function space, and no block of coordinates is kept"

OUTGREW = "Gröbner bases outgrew their budget of 300 elements of 1000 terms in 40 symbols"
