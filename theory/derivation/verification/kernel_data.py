"""What the kernel reads of a certificate is what the claim gives: equations and tests of groups."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import sympy as sp

from sith.theory.claim import Claim
from sith.theory.derivation.certificates import Certificate, read_group
from sith.theory.derivation.certificates.group_tests import groups_data
from sith.theory.derivation.certificates.system import system_data
from sith.theory.derivation.equation import Condition
from sith.theory.derivation.verification.answer import Rejected
from sith.theory.groups import AbstractGroup
from sith.theory.notation import latents
from sith.theory.objectives import Reconstruction


def check_system(data: Mapping[str, Any], condition: Condition) -> None:
    """Check that the stored equations are those of the claim."""
    _compare(data, "system", system_data(condition))


def check_groups(
    data: Mapping[str, Any], certificate: Certificate, claim: Claim, condition: Condition
) -> None:
    """Check that the stored tests are those of the stated and of the derived group."""
    derived = derived_group(certificate, claim, condition)
    group = derived[0] if derived else None
    degree = certificate.degrees[-1].degree
    _compare(data, "groups", groups_data(claim.group, group, degree))


def _compare(data: Mapping[str, Any], key: str, expected: Any) -> None:
    if key not in data:
        raise Rejected(f"the certificate lacks '{key}'")
    if _text(data[key]) != _text(expected):
        raise Rejected(f"{_first(data[key], expected, key)} is not what the claim gives")


def derived_group(
    certificate: Certificate, claim: Claim, condition: Condition
) -> tuple[AbstractGroup] | tuple[()]:
    """Return the group of the stored parts, () where none are stored."""
    if not certificate.group_data:
        return ()
    kept = condition.base_coordinates
    prior = sp.Integer(0)
    if len(kept) == len(condition.z) and not isinstance(claim.objective, Reconstruction):
        prior = claim.world.prior.log_density(condition.z)
    density = prior.xreplace(dict(zip(kept, latents(len(condition.image)), strict=True)))
    return (read_group(certificate.group_data, density),)


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


def _first(found: Any, expected: Any, where: str) -> str:
    """Return the path of the first entry in which plain data differ."""
    if isinstance(found, Mapping) and isinstance(expected, Mapping):
        if found.keys() == expected.keys():
            keys = [k for k in expected if _text(found[k]) != _text(expected[k])]
            return _first(found[keys[0]], expected[keys[0]], f"{where}.{keys[0]}")
    elif isinstance(found, list) and isinstance(expected, list) and len(found) == len(expected):
        places = [k for k, x in enumerate(expected) if _text(found[k]) != _text(x)]
        return _first(found[places[0]], expected[places[0]], f"{where}[{places[0]}]")
    return where
