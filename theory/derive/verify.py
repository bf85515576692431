"""The verifier: re-checks a certificate against its claim, with no code of the solver.

The condition is rebuilt from the claim; fields are substituted back, ranks recomputed at the
stored points, and monomials, gauge changes and group counted afresh.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import comb
from typing import Any

import sympy as sp
from flint import fmpq, fmpq_mat
from sympy.polys.matrices import DomainMatrix
from sympy.polys.polyerrors import BasePolynomialError

from theory.assumptions import (
    AnisotropicSphere,
    Box,
    Classes,
    ExponentialFamily,
    ExponentialNorm,
    KnownActions,
    LinearInterventions,
    NoPairs,
    OrnsteinUhlenbeck,
    PairLogDensity,
    PartlyKeptSphere,
    RealSpace,
    ReversibleDiffusion,
    SharedBlock,
    SoftmaxLabels,
    Sphere,
    StyleRedrawn,
    VonMisesFisher,
)
from theory.claim import Claim, Statement
from theory.derive.certificate import (
    Certificate,
    DegreeRecord,
    claim_digest,
    one_line,
    polynomial,
    read_certificate,
    read_group,
)
from theory.derive.check import check_base, check_field, check_map, image_table
from theory.derive.check_decoder import check_members
from theory.derive.compare import compare, free_law, free_probes, mixing, when_outside
from theory.derive.conditions import optimum_condition
from theory.derive.confirm import first_order_only
from theory.derive.count import CHECK_PRIME, check_count, check_independent
from theory.derive.equation import Condition, Equation, UpTo
from theory.derive.rigidity import rigid_lemmas
from theory.derive.spectral import verify_spectral
from theory.derive.trusted import settling_lemmas
from theory.derive.verification import NOT_CHECKED, Verification
from theory.derive.verification import Rejected as _Rejected
from theory.derive.verify_attainable import check_obstruction
from theory.derive.verify_completeness import check_bound
from theory.errors import SithError, UnsupportedCondition
from theory.groups import AbstractGroup, Field, contained, keeps_a_block, named_groups
from theory.notation import latents
from theory.objectives import Likelihood, Reconstruction, SlicedNormality
from theory.verdict import Agreement, Lemma, Method, Outcome

_SPACES = (Box, RealSpace, Sphere)
# Any point of the space may follow any other; the remaining kinds are treated one by one.
_FULL_SUPPORT = (
    AnisotropicSphere,
    ExponentialFamily,
    ExponentialNorm,
    LinearInterventions,
    NoPairs,
    OrnsteinUhlenbeck,
    PairLogDensity,
    ReversibleDiffusion,
    SoftmaxLabels,
    VonMisesFisher,
)
_REFUSALS = (
    SithError,
    ArithmeticError,
    BasePolynomialError,
    RecursionError,
    TypeError,
    ValueError,
)

_BY_COORDINATES = (UpTo.SEPARABLE, UpTo.PAIR_SEPARABLE)
_METHODS = {method.value: method for method in Method}

Point = tuple[sp.Rational, ...]


def verify_certificate(data: Mapping[str, Any], statement: Statement) -> Verification:
    """Re-check a certificate, as `certificate_data` made it, against the claim it is about.

    Raises `InputError` where `data` is no certificate; anything that does not hold gives a
    `Verification` that is not valid, with the reason.
    """
    certificate = read_certificate(data)
    if "spectral" in data:
        return verify_spectral(data, certificate, statement)
    checked: list[str] = []
    trusted: list[Lemma] = []
    try:
        _holds_something(certificate)
        claim, condition = _rebuilt(certificate, statement)
        checked.append("claim: name, dimension, parameters, condition and stated group")
        if certificate.outcome is Outcome.MIS_SPECIFIED:
            return _mis_specified(certificate, claim, condition, checked)
        condition = _with_base(certificate, condition)
        checked.append(f"base map: h = {condition.base} solves the condition")
        fields = _degrees(certificate, condition, checked)
        _consistent(certificate)
        checked.append("dimension for each degree")
        _conclusion(certificate, claim, condition, fields, checked)
        trusted += _lemmas(certificate, claim, condition)
        if certificate.checksum != certificate.found:
            raise _Rejected("the checksum differs: the file was changed after it was written")
    except _Rejected as rejected:
        return Verification(
            False,
            str(rejected),
            certificate.claim,
            tuple(checked),
            same_claim=rejected.same_claim,
        )
    except _REFUSALS as error:
        reason = f"the checker cannot confirm the certificate: {one_line(error)}"
        return Verification(False, reason, certificate.claim, tuple(checked))
    return Verification(
        True,
        f"{certificate.outcome.value}: {certificate.group}, and with the stated group: "
        f"{certificate.agreement.value}",
        certificate.claim,
        tuple(checked),
        tuple(trusted),
    )


def _mis_specified(
    certificate: Certificate, claim: Claim, condition: Condition, checked: list[str]
) -> Verification:
    """Re-check that no map solves the condition, and that the certificate says nothing else."""
    answer = check_obstruction(certificate.obstruction[0], claim)
    if not answer.holds:
        raise _Rejected(f"the obstruction does not hold: {answer.reason}")
    checked.append(f"obstruction: {answer.reason}")
    says = (certificate.group, certificate.group_data, certificate.base, certificate.degrees)
    if any(says) or certificate.dimension_by_degree:
        raise _Rejected("a condition without a solution has no group and no free field")
    _agreed(certificate, Agreement.UNDECIDED, Outcome.MIS_SPECIFIED)
    trusted = _lemmas(certificate, claim, condition)
    if certificate.checksum != certificate.found:
        raise _Rejected("the checksum differs: the file was changed after it was written")
    return Verification(
        True,
        f"mis-specified: no map h whatever attains the optimum; {answer.reason}",
        certificate.claim,
        tuple(checked),
        tuple(trusted),
        not_checked=NOT_CHECKED[:1],
    )


def _holds_something(certificate: Certificate) -> None:
    if certificate.outcome is Outcome.MIS_SPECIFIED and certificate.obstruction:
        return
    if certificate.obstruction:
        raise _Rejected(
            f"an obstruction shows 'mis-specified', and the certificate says "
            f"'{certificate.outcome.value}'"
        )
    if certificate.outcome is Outcome.UNDECIDED or not certificate.degrees:
        because = f" ({certificate.reason})" if certificate.reason else ""
        raise _Rejected(
            f"the verdict is {certificate.outcome.value}{because}, so the certificate holds "
            "nothing that could be re-checked"
        )


def _rebuilt(certificate: Certificate, statement: Statement) -> tuple[Claim, Condition]:
    try:
        claim = statement.at(certificate.dimension, **certificate.parameters)
        condition = optimum_condition(claim.world, claim.objective, claim.encoder)
    except Exception as error:
        raise _Rejected(
            f"the claim cannot be taken at the certificate's point: {one_line(error)}",
            same_claim=False,
        ) from error
    if claim.name != certificate.claim:
        raise _Rejected(
            f"the certificate is about '{certificate.claim}', not '{claim.name}'", same_claim=False
        )
    if claim.dim != certificate.dimension:
        raise _Rejected(f"the claim has d = {claim.dim}, not {certificate.dimension}")
    digest = claim_digest(claim, condition)
    for what, is_, says in (
        ("states", str(claim.group), certificate.stated),
        ("compares by", claim.relation.value, certificate.relation.value),
    ):
        if is_ != says:
            raise _Rejected(
                f"the claim {what} '{is_}', the certificate says '{says}'",
                same_claim=digest == certificate.digest,
            )
    if digest != certificate.digest:
        raise _Rejected(
            "the claim's condition is not the one that the certificate is about: claim or "
            "parameters have changed",
            same_claim=False,
        )
    return claim, condition


def _with_base(certificate: Certificate, condition: Condition) -> Condition:
    """Return the condition around the stored base map, a positive multiple of the claim's own."""
    names = {str(p): p for p in condition.parameters}
    if set(names) != set(certificate.base_parameters):
        raise _Rejected("the base map's learned parameters are not those of the condition")
    if len(certificate.base) != len(condition.base):
        raise _Rejected(f"the base map has {len(certificate.base)} outputs")
    base = tuple(polynomial(terms, condition.z) for terms in certificate.base)
    scale = sp.cancel(base[0] / condition.base[0])
    if not scale.is_Rational or not scale.is_positive:
        raise _Rejected(f"the base map {base} is not a positive multiple of {condition.base}")
    if any(sp.expand(b - scale * own) != 0 for b, own in zip(base, condition.base, strict=True)):
        raise _Rejected(f"the base map {base} is not a multiple of {condition.base}")
    values = {names[k]: v for k, v in certificate.base_parameters.items()}
    around = replace(condition, base=base, parameters={p: values[p] for p in condition.parameters})
    answer = check_base(around)
    if not answer.holds:
        raise _Rejected(f"the base map does not solve the condition: {answer.reason}")
    return around


def _degrees(
    certificate: Certificate, condition: Condition, checked: list[str]
) -> tuple[Field, ...]:
    """Re-check every degree, and return the fields of the highest."""
    fields: tuple[Field, ...] = ()
    gauge = 0
    known: set[tuple[Any, ...]] = set()
    for record in certificate.degrees:
        at = f"degree {record.degree}"
        fields = tuple(
            Field(condition.z, tuple(polynomial(e, condition.z) for e in f)) for f in record.fields
        )
        _check_monomials(condition, record, at)
        _check_fields(condition, record, fields, known, at)
        _check_points(condition, record, at)
        gauge = _check_rank(condition, record, at)
        also = f", {gauge} changes of learned parameters alone" if gauge else ""
        checked.append(
            f"{at}: {len(fields)} independent fields solve the linearised condition; rank "
            f"{record.rank} of {record.unknowns} unknowns at {len(record.draws)} points of the "
            f"support{also}: no further field"
        )
    _check_complete(certificate, condition, len(fields), gauge, checked)
    return fields


def _check_complete(
    certificate: Certificate, condition: Condition, dimension: int, gauge: int, checked: list[str]
) -> None:
    """Re-check that the fields of the highest degree are all smooth fields, where it is said."""
    said = certificate.scope["completeness"]
    method = _METHODS.get(str(said.get("method")), Method.NONE)
    if said.get("complete") is not (method is not Method.NONE):
        raise _Rejected("the scope's completeness names no method, or one that shows nothing")
    bounds = certificate.bounds
    if method in (Method.NONE, Method.LINEAR):
        if bounds or (method is Method.LINEAR and not condition.linear_only):
            raise _Rejected(f"the scope's completeness is '{method.value}', which does not fit")
    elif [bound.method for bound in bounds] != [method]:
        raise _Rejected(
            f"the scope's completeness is by {method.value}, and no bound of it is stored"
        )
    if method is not Method.NONE and said.get("dimension") != dimension:
        raise _Rejected(f"the scope's completeness is not about {dimension} fields")
    for bound in bounds:
        answer = check_bound(condition, bound, dimension, gauge)
        if not answer.holds:
            raise _Rejected(f"completeness: {answer.reason}")
        checked.append(f"completeness: {answer.reason}")


def _check_fields(
    condition: Condition,
    record: DegreeRecord,
    fields: Sequence[Field],
    known: set[tuple[Any, ...]],
    at: str,
) -> None:
    names = {str(p): p for p in condition.parameters}
    for terms, stored, field in zip(record.fields, record.changes, fields, strict=True):
        if len(terms) != len(condition.image):
            raise _Rejected(f"{at}: a field has {len(terms)} components")
        sizes = {sum(powers) for component in terms for powers, _ in component}
        if any(k > record.degree for k in sizes) or (condition.linear_only and sizes - {1}):
            raise _Rejected(f"{at}: the field {field} has a term of degree {max(sizes)}")
        if set(stored) != set(names):
            raise _Rejected(f"{at}: the change of the learned parameters is incomplete")
        key = (field.expressions, tuple(sorted(stored.items())))
        if key in known:
            continue
        answer = check_field(condition, field, {names[k]: v for k, v in stored.items()})
        if not answer.holds:
            raise _Rejected(f"{at}: {field} is not free: {answer.reason}")
        known.add(key)
    _reducible((c for f in record.fields for e in f for _, c in e), at)
    answer = check_independent(condition, fields)
    if not answer.holds:
        raise _Rejected(f"{at}: {answer.reason}")


def _reducible(numbers: Any, at: str) -> None:
    if any(int(x.q) % CHECK_PRIME == 0 for x in numbers):
        raise _Rejected(f"{at}: a denominator is divisible by the checker's prime {CHECK_PRIME}")


def _check_monomials(condition: Condition, record: DegreeRecord, at: str) -> None:
    """Check that the stored monomials are a basis of the polynomials of the degree on the space."""
    d, top, found = len(condition.z), record.degree, record.monomials
    constraints = condition.space.constraints(condition.z)
    if condition.linear_only:
        wanted = d
    elif constraints:
        wanted = comb(d + top - 1, top) + (comb(d + top - 2, top - 1) if top else 0)
    else:
        wanted = comb(d + top, top)
    if len(found) != wanted or len(set(found)) != wanted:
        raise _Rejected(f"{at}: {len(set(found))} monomials are not the {wanted} of a basis")
    if any(sum(m) > top or (condition.linear_only and sum(m) != 1) for m in found):
        raise _Rejected(f"{at}: a monomial has another degree")
    if constraints and not condition.linear_only:
        rank = _normal_rank(condition, found)
        if rank != wanted:
            raise _Rejected(f"{at}: the monomials span {rank} of {wanted} dimensions on the space")


def _normal_rank(condition: Condition, monomials: Sequence[tuple[int, ...]]) -> int:
    """Rank of monomials modulo the equation of the space, which gives the last square."""
    z = condition.z
    constraints = condition.space.constraints(z)
    rest = sp.Poly(z[-1] ** 2 - constraints[0], *z, domain=sp.QQ)
    if len(constraints) > 1 or rest.degree(z[-1]) > 0 or rest.total_degree() > 2:
        raise UnsupportedCondition(f"the space {condition.space} is not one equation of degree 2")
    powers_of_rest = [sp.Poly(1, *z, domain=sp.QQ)]
    rows = []
    for m in monomials:
        half, odd = divmod(m[-1], 2)
        while len(powers_of_rest) <= half:
            powers_of_rest.append(powers_of_rest[-1] * rest)
        lower = sp.Poly({(*m[:-1], odd): 1}, *z, domain=sp.QQ)
        rows.append((lower * powers_of_rest[half]).as_dict())
    columns = {k: i for i, k in enumerate(sorted({k for row in rows for k in row}))}
    table = fmpq_mat(len(rows), len(columns))
    for i, row in enumerate(rows):
        for k, c in row.items():
            table[i, columns[k]] = fmpq(int(c.p), int(c.q))
    return int(table.rank())


def _check_points(condition: Condition, record: DegreeRecord, at: str) -> None:
    space, pairs = condition.space, condition.pairs
    kinds = (
        *_FULL_SUPPORT,
        Classes,
        KnownActions,
        PartlyKeptSphere,
        SharedBlock,
        StyleRedrawn,
    )
    for what, known in ((space, _SPACES), (pairs, kinds)):
        if not isinstance(what, known):
            raise UnsupportedCondition(f"the support of {what} is not known to the checker")
    for number, (z, *partners, corner) in enumerate(record.draws):
        where = f"{at}, draw {number}"
        for point in (z, *partners, corner):
            if any(c != 0 for c in space.constraints(point)):
                raise _Rejected(f"{where}: {tuple(map(str, point))} is not on the {space}")
            if isinstance(space, Box) and not all(0 < x < 1 for x in point):
                raise _Rejected(f"{where}: {tuple(map(str, point))} is not in the {space}")
        if isinstance(pairs, SharedBlock | StyleRedrawn) and any(
            y[i] != z[i] for y in partners for i in pairs.content
        ):
            raise _Rejected(f"{where}: anchor and partner do not share their content")
        if isinstance(pairs, PartlyKeptSphere) and any(
            y[i] != z[i] for y in partners for i in pairs.kept
        ):
            raise _Rejected(f"{where}: anchor and partner do not share the kept coordinates")
        if isinstance(pairs, Classes) and any(y != z for y in partners):
            raise _Rejected(f"{where}: a label has no point of its own")
        _reducible((x for p in (z, *partners, corner) for x in p), where)
    curved = bool(space.constraints(condition.z))
    if curved and any(e.up_to in _BY_COORDINATES for e in condition.equations):
        raise _Rejected("mixed differences leave a curved space")


def _check_rank(condition: Condition, record: DegreeRecord, at: str) -> int:
    """Check that no further field exists, and return the number of gauge changes."""
    unknowns = len(condition.image) * len(record.monomials) + len(condition.parameters)
    if record.unknowns != unknowns:
        raise _Rejected(f"{at}: the system has {unknowns} unknowns, not {record.unknowns}")
    if not record.draws:
        raise _Rejected(f"{at}: no points are stored")
    answer = check_count(condition, record.monomials, record.draws, record.rank)
    if not answer.holds:
        raise _Rejected(f"{at}: {answer.reason}")
    gauge = _gauge(condition, record.draws)
    if record.gauge != gauge:
        raise _Rejected(
            f"{at}: {gauge} changes of learned parameters move no field, not {record.gauge}"
        )
    left = unknowns - record.rank - gauge
    if left != len(record.fields):
        raise _Rejected(
            f"{at}: the rank leaves room for {left} fields, and {len(record.fields)} are stored"
        )
    return gauge


def _gauge(condition: Condition, draws: Sequence[Sequence[Point]]) -> int:
    """Count independent changes of the learned parameters that solve the condition by themselves.

    Candidates come from a few points; each is confirmed as an identity.
    """
    learned = tuple(condition.parameters)
    if not learned:
        return 0
    table = image_table(condition, condition.base, condition.base_t)
    slopes = [
        (e, [sp.diff(e.residual, p).xreplace({**table, **condition.parameters}) for p in learned])
        for e in condition.equations
    ]
    rows = [
        row for draw in draws[: len(learned) + 2] for row in _slope_rows(condition, slopes, draw)
    ]
    matrix = DomainMatrix(
        [[sp.QQ.from_sympy(x) for x in r] for r in rows], (len(rows), len(learned)), sp.QQ
    )
    still = Field(condition.z, (sp.Integer(0),) * len(condition.image))
    count = 0
    for vector in matrix.nullspace().to_Matrix().tolist():
        if check_field(condition, still, dict(zip(learned, vector, strict=True))).holds:
            count += 1
    return count


def _slope_rows(
    condition: Condition,
    slopes: Sequence[tuple[Equation, list[sp.Expr]]],
    draw: Sequence[Point],
) -> list[list[sp.Expr]]:
    z, zt, other, _ = draw

    def at(values: Sequence[sp.Expr], partner: Point) -> list[sp.Expr]:
        point = dict(zip((*condition.z, *condition.zt), (*z, *partner), strict=True))
        return [v.xreplace(point) for v in values]

    rows = []
    for equation, values in slopes:
        if equation.up_to in _BY_COORDINATES:
            raise UnsupportedCondition("learned parameters in an equation up to functions of z_i")
        own = dict(zip(condition.z, z, strict=True))
        row = at(values, tuple(e.xreplace(own) for e in equation.partner) or zt)
        if equation.up_to is UpTo.FUNCTION_OF_Z:
            row = [a - b for a, b in zip(row, at(values, other), strict=True)]
        rows.append(row)
    return rows


def _consistent(certificate: Certificate) -> None:
    counted = {r.degree: len(r.fields) for r in certificate.degrees}
    degrees = tuple(r.degree for r in certificate.degrees)
    if degrees != tuple(range(1, len(degrees) + 1)):
        raise _Rejected(f"the degrees are {list(degrees)}, not 1, 2, … in order")
    if dict(certificate.dimension_by_degree) != counted:
        raise _Rejected(
            f"the fields have the dimensions {counted}, and the certificate says "
            f"{dict(certificate.dimension_by_degree)}"
        )
    top, scope = certificate.degrees[-1], certificate.scope
    if any(not sp.isprime(p) for r in certificate.degrees for p in r.primes):
        raise _Rejected("a stored modulus is not a prime")
    expected = {
        "dimension": certificate.dimension,
        "degrees": degrees,
        "unknowns": top.unknowns,
        "primes": top.primes,
    }
    for key, value in expected.items():
        if scope[key] != value:
            raise _Rejected(f"the scope's {key} are {scope[key]}, not {value}")


def _conclusion(
    certificate: Certificate,
    claim: Claim,
    condition: Condition,
    fields: tuple[Field, ...],
    checked: list[str],
) -> None:
    """Re-check group, agreement and outcome from the fields."""
    top = certificate.degrees[-1].degree
    unnamed = f"an algebra of dimension {len(fields)} without a name"
    moved = _along_base(condition, fields)
    if not moved and fields:
        if certificate.group != unnamed or certificate.group_data:
            raise _Rejected("a free field depends on a dropped coordinate, so no group is derived")
        _agreed(certificate, when_outside(claim), Outcome.NOT_IDENTIFIED)
        checked.append("a free field depends on a coordinate that the base map drops")
        return
    names = latents(len(condition.image))
    kept = condition.base_coordinates
    prior = (
        claim.world.prior.log_density(condition.z)
        if len(kept) == len(condition.z) and not isinstance(claim.objective, Reconstruction)
        else sp.Integer(0)
    )
    law = free_law(claim, condition)
    groups: tuple[AbstractGroup, ...] = ()
    if certificate.group_data:
        density = prior.xreplace(dict(zip(kept, names, strict=True)))
        groups = (read_group(certificate.group_data, density),)
        whole_law = bool(law) and isinstance(claim.objective, Likelihood | SlicedNormality)
        _check_group(certificate, condition, groups[0], moved, top, whole_law=whole_law)
        checked.append(f"group {certificate.group}: its algebra is the fields, its maps are free")
    elif certificate.group != unnamed:
        raise _Rejected(f"the certificate names the group '{certificate.group}' without its parts")
    probes = free_probes(condition, groups)
    compared = compare(claim, condition, groups, (*moved, *law), probes, top)
    counts = [len(r.fields) for r in certificate.degrees]
    growing = len(counts) > 1 and counts[-1] > counts[-2]
    whole = len(kept) == len(condition.z) and not keeps_a_block(len(names), mixing(moved))
    if law or (growing and whole and len(names) > 1) or not compared.forth.holds:
        outcome = Outcome.NOT_IDENTIFIED
    else:
        outcome = Outcome.UNDECIDED if condition.incomplete else Outcome.IDENTIFIED
    agreement = compared.agreement
    if first_order_only(claim, condition, groups, moved):
        outcome = Outcome.UNDECIDED
        agreement = agreement if agreement is Agreement.AGREES else Agreement.UNDECIDED
    _agreed(certificate, agreement, outcome)
    checked.append(f"comparison with the stated group {certificate.stated}, and the outcome")


def _along_base(condition: Condition, fields: Sequence[Field]) -> tuple[Field, ...]:
    """Rewrite fields in the base map's coordinates; () where one depends on another coordinate."""
    kept = condition.base_coordinates
    names = latents(len(kept))
    table = {x: y / (b / x) for b, x, y in zip(condition.base, kept, names, strict=True)}
    if any(e.free_symbols - set(kept) for f in fields for e in f.expressions):
        return ()
    return tuple(Field(names, tuple(e.xreplace(table) for e in f.expressions)) for f in fields)


def _check_group(
    certificate: Certificate,
    condition: Condition,
    group: AbstractGroup,
    fields: Sequence[Field],
    degree: int,
    *,
    whole_law: bool,
) -> None:
    if str(group) != certificate.group:
        raise _Rejected(f"the stored parts are of {group}, the name is '{certificate.group}'")
    if group.dim != len(condition.image):
        raise _Rejected(f"{group} does not act on R^{len(condition.image)}")
    outside = [m for m in (group.in_algebra(f) for f in fields) if not m.holds]
    if outside:
        raise _Rejected(f"a free field is outside {group}: {outside[0].reason}")
    if whole_law:
        # The condition is that the law is kept, whatever the degree of its polynomial fields.
        return
    size = group.algebra_dimension(degree)
    if size != len(fields):
        raise _Rejected(f"{group} has {size} fields of degree ≤ {degree}, not {len(fields)}")
    for member in group.finite_generators():
        answer = check_map(condition, member)
        if not answer.holds:
            raise _Rejected(f"{member} of {group} is not free: {answer.reason}")
    answer = check_members(condition, group)
    if not answer.holds:
        raise _Rejected(f"{group} is not free: {answer.reason}")
    for other in named_groups(group.dim):
        if not other.infinite and not contained(other, group).holds:
            same = other.algebra_dimension(degree) == size
            same = same and all(other.in_algebra(f).holds for f in fields)
            if same and all(check_map(condition, g).holds for g in other.finite_generators()):
                raise _Rejected(f"the larger group {other} is free, not only {group}")


def _agreed(certificate: Certificate, agreement: Agreement, outcome: Outcome) -> None:
    if certificate.agreement is not agreement or certificate.agrees != (
        agreement is Agreement.AGREES
    ):
        raise _Rejected(
            f"derived and stated group: {agreement.value}, and the certificate says "
            f"{certificate.agreement.value}"
        )
    if certificate.outcome is not outcome:
        raise _Rejected(
            f"the fields show '{outcome.value}', and the certificate says "
            f"'{certificate.outcome.value}'"
        )


def _lemmas(certificate: Certificate, claim: Claim, condition: Condition) -> list[Lemma]:
    """Return the trusted lemmas; each is one that the condition calls for."""
    settling = [lemma for lemma, _ in settling_lemmas(claim, condition)]
    settling += [lemma for lemmas, _ in rigid_lemmas(claim, condition) for lemma in lemmas]
    known = {str(lemma): lemma for lemma in (*condition.lemmas, *settling)}
    stray = [text for text in certificate.trusted if text not in known]
    if stray:
        raise _Rejected(f"'{stray[0]}' is no lemma that the condition calls for")
    needed = [
        *condition.lemmas,
        *(x for x in settling if x.name in certificate.scope["components"]),
    ]
    for lemma in needed:
        if str(lemma) not in certificate.trusted:
            raise _Rejected(f"the verdict rests on {lemma.name}, which the certificate leaves out")
    return [known[text] for text in certificate.trusted]
