"""Re-check a certificate with nothing but Python: `python proof_kernel.py certificate.json`.

A certificate holds the optimum condition R(z, z̃, h(z), h(z̃), ∂h, θ) = 0 (or equal to a function that
the loss does not see) as polynomials, a base map h₀ that solves it, vector fields ξ, and groups as
equations. All arithmetic is exact. Whether the equations are those of the claim is not known here:
`sith verify` derives them from the claim again.

Exit status: 0 valid, 1 rejected, 2 unreadable, or its fields cannot be checked by this file.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import combinations, permutations, product
from typing import Any

MALFORMED = (AttributeError, RecursionError, TypeError, ValueError)
UNREAD = "argument, claim, parameters, digest, group_data, completeness, monomials, primes, "
UNREAD += "base_words, escape, reason, scope: compared by `sith verify` alone"
TRUSTED = "that equations and named groups are the claim's, and h₀ fixes θ: see `sith verify`"


class Reject(Exception):
    """The certificate says something that does not hold."""


class Unknown(Exception):
    """This file cannot decide a question, or read the certificate: nothing is concluded from it."""


def pairs(*lists: Sequence[Any]) -> list[Any]:
    """Return the entries of equally long lists side by side."""
    if len({len(x) for x in lists}) > 1:
        raise Unknown("two lists that belong together differ in length")
    return list(zip(*lists))  # noqa: B905


def show(field: Sequence[Poly]) -> str:
    """Return a field or a map as text."""
    return f"({', '.join(map(str, field))})"


Mono = tuple[tuple[str, int], ...]  # (name, power), in the order of names
Vector = dict[Any, Fraction]  # no entry is 0


class Poly(dict[Mono, Fraction]):
    """A polynomial: the coefficient of each monomial, none of them 0."""

    @staticmethod
    def read(terms: Any, names: Sequence[str] = ()) -> Poly:
        """Return the polynomial of a list of terms, powers by name or in the order of `names`."""
        out = Poly()
        for term in terms:
            powers = p if isinstance(p := term["powers"], dict) else dict(pairs(names, p))
            if any(type(k) is not int or k < 0 for k in powers.values()):
                raise Unknown("a power is not a whole number")
            out += Poly({_mono(powers): Fraction(term["coefficient"])})
        return out

    def __add__(self, other: Poly) -> Poly:
        return Poly(_sum(self, other))

    def __mul__(self, other: Any) -> Poly:
        if not isinstance(other, Poly):
            return Poly({m: c * other for m, c in self.items()} if other else {})
        out: Vector = {}
        for m, c in self.items():
            for n, e in other.items():
                powers = dict(m)
                for x, k in n:
                    powers[x] = powers.get(x, 0) + k
                out[_mono(powers)] = out.get(_mono(powers), Fraction(0)) + c * e
        return Poly({m: c for m, c in out.items() if c})

    def __pow__(self, k: int) -> Poly:
        return self ** (k - 1) * self if k else constant(1)

    def along(self, *names: str) -> Poly:
        """Return the derivative along each name in turn."""
        out = self
        for x in names:
            terms = [(dict(m), c) for m, c in out.items() if dict(m).get(x)]
            out = Poly({_mono({**m, x: m[x] - 1}): c * m[x] for m, c in terms})
        return out

    def put(self, table: dict[str, Poly]) -> Poly:
        """Return the polynomial with others in place of names."""
        out = Poly()
        for m, c in self.items():
            term = constant(c)
            for x, k in m:
                term = term * (table[x] ** k if x in table else Poly({((x, k),): Fraction(1)}))
            out += term
        return out

    def at(self, point: dict[str, Fraction]) -> Fraction:
        """Return the value at a point."""
        return self.put({x: constant(c) for x, c in point.items()}).get((), Fraction(0))

    @property
    def names(self) -> set[str]:
        """The variables that occur."""
        return {x for m in self for x, _ in m}

    @property
    def degree(self) -> int:
        """The total degree, 0 for 0."""
        return max((sum(k for _, k in m) for m in self), default=0)

    def __str__(self) -> str:
        words = ("·".join([str(c), *(f"{x}^{k}" for x, k in m)]) for m, c in self.items())
        return " + ".join(words) or "0"


def _mono(powers: dict[str, int]) -> Mono:
    return tuple(sorted((x, k) for x, k in powers.items() if k))


def _sum(v: Vector, w: Vector, factor: Fraction = Fraction(1)) -> Vector:
    out = dict(v)
    for key, c in w.items():
        out[key] = out.get(key, Fraction(0)) + factor * c
    return {key: c for key, c in out.items() if c}


def constant(c: Any) -> Poly:
    """Return a number as a polynomial."""
    return Poly({(): Fraction(c)} if c else {})


def symbol(name: str) -> Poly:
    """Return a variable as a polynomial."""
    return Poly({((name, 1),): Fraction(1)})


def determinant(rows: Sequence[Sequence[Poly]]) -> Poly:
    """Return the determinant of a square matrix, along its first row."""
    minors = [[[*r[:j], *r[j + 1 :]] for r in rows[1:]] for j in range(len(rows))]
    parts = (rows[0][j] * determinant(m) * (-1) ** j for j, m in enumerate(minors))
    return sum(parts, Poly()) if rows else constant(1)


class Span:
    """The span of rational vectors, in echelon form."""

    def __init__(self, vectors: Iterable[Vector] = ()) -> None:
        self.rows: dict[Any, Vector] = {}
        for v in map(self.rest, vectors):
            if v:
                pivot = next(iter(v))
                self.rows[pivot] = {k: c / v[pivot] for k, c in v.items()}

    def rest(self, v: Vector) -> Vector:
        """Return a vector modulo the span: empty exactly where it lies in it."""
        for pivot, row in self.rows.items():  # a row holds no pivot of an earlier one
            if pivot in v:
                v = _sum(v, row, -v[pivot])
        return v

    def __len__(self) -> int:
        return len(self.rows)


class System:
    """The condition of a certificate, its base map h₀, and the space that it is about."""

    def __init__(self, cert: Any) -> None:
        data, v = cert["system"], cert["system"]["variables"]
        self.z, self.zt, self.image, self.image_t = (v[k] for k in ("z", "zt", "image", "image_t"))
        self.parameters: list[str] = v["parameters"]
        self.equations, self.linear_only = data["equations"], data["linear_only"]
        self.symmetric = data.get("symmetric")  # the outputs may come in any order
        self.to_partner = {a: symbol(b) for a, b in pairs(self.z, self.zt)}
        self.base = [Poly.read(b, self.z) for b in cert["base"]]
        self.learned = {p: constant(Fraction(cert["base_parameters"][p])) for p in self.parameters}
        read = [Poly.read(c) for c in data["space"]["constraints"]]
        at = [(c, *[p for p in pairs(self.z, self.zt) if p[0] in c.names][-1]) for c in read]
        kept = self.z != self.zt and any(x in self.zt or y in self.z for _, x, y in at)
        if kept or any(a.names & b.names for a, b in combinations(read, 2)):
            raise Unknown("two equations that share coordinates, or pairs that keep the last")
        at += [(c.put(self.to_partner), y, y) for c, _, y in at]
        self.squares = [self.square(c, x) for c, x, _ in at]
        # Which signs of absolute values occur is seen at the stored points.
        drawn = [a + b for r in cert["degrees"] for a, b, *_ in r["draws"]]
        self.points = [dict(pairs(self.z + self.zt, [*map(Fraction, p)])) for p in drawn]
        cells = product(range(len(self.image)), enumerate(self.z))
        self.jacobian = {f"J{i + 1}_{j + 1}": (i, x) for i, (j, x) in cells}
        self.linear = [part for e in self.equations for part in self.linearised(e)]

    def square(self, constraint: Poly, x: str) -> tuple[str, Poly]:
        """Read a constraint as x² = rest, without x in the rest."""
        lead = constraint.get(((x, 2),), Fraction(0)) * (len(constraint.names) > 1)
        if not lead or (((x, 1),) in constraint) or constraint.along(x, x) != constant(2 * lead):
            raise Unknown("a space that is not given by the square of its last coordinate")
        return x, symbol(x) ** 2 + constraint * (-1 / lead)

    def reduce(self, p: Poly) -> Poly:
        """Return the normal form on the space: squares of the last coordinate are replaced."""
        for x, rest in self.squares:
            while any(y == x and k > 1 for m in p for y, k in m):
                high = Poly({m: c for m, c in p.items() if dict(m).get(x, 0) > 1})
                cut = Poly({_mono({**dict(m), x: dict(m)[x] - 2}): c for m, c in high.items()})
                p = p + high * -1 + cut * rest
        return p

    def table(self, image: Sequence[Poly]) -> dict[str, Poly]:
        """Return what stands for h(z), h(z̃) and the derivatives J1_1, J1_2, … of h at z."""
        table = dict(pairs(self.image, image))
        table.update(pairs(self.image_t, [p.put(self.to_partner) for p in image]))
        return {**table, **{name: image[i].along(x) for name, (i, x) in self.jacobian.items()}}

    def branches(self, equation: Any, table: dict[str, Poly]) -> Iterator[tuple[bool, Poly]]:
        """Return the residual for every choice of signs of |·|, and whether the signs occur."""
        if "residual" not in equation:
            raise Unknown(f"an equation: {equation['not_polynomial']}")
        if equation.get("abs") and equation["up_to"] != "nothing":
            raise Unknown(f"absolute values in an equation up to {equation['up_to']}")
        edges, forms = list[Poly](), {}
        for name, terms in equation.get("abs", {}).items():
            inner = Poly.read(terms)
            form = self.reduce(inner.put(table))
            if not form or form.names - {*self.z, *self.zt}:
                raise Unknown("an absolute value of no polynomial in z and z̃, or of 0")
            edge = form * (1 / form[max(form)])
            edges += [] if edge in edges else [edge]
            forms[name] = (edges.index(edge), inner * (1 if form[max(form)] > 0 else -1))
        met = {tuple((e.at(p) > 0) - (e.at(p) < 0) for e in edges) for p in self.points}
        for signs in product((1, -1), repeat=len(edges)):
            resolved = {name: inner * signs[k] for name, (k, inner) in forms.items()}
            yield not edges or signs in met, Poly.read(equation["residual"]).put(resolved)

    def demanded(self, equation: Any, p: Poly) -> Poly:
        """Return the terms of a value that must vanish: those that `up_to` does not allow."""
        if equation["partner"]:
            p = p.put(dict(pairs(self.zt, [Poly.read(e) for e in equation["partner"]])))
        p, up_to = self.reduce(p), equation["up_to"]
        if up_to == "nothing":
            return p
        if up_to == "function_of_z":
            own = set(self.zt) - set(self.z)
            return Poly({m: c for m, c in p.items() if any(x in own for x, _ in m)})
        if up_to not in ("separable", "pair_separable") or self.squares:
            raise Unknown(f"an equation up to {up_to}, or up to single coordinates of a sphere")
        sides = [self.z, self.zt] if up_to == "pair_separable" else [[*self.z, *self.zt]]
        index = {x: i for side in sides for i, x in enumerate(side)}
        return Poly({m: c for m, c in p.items() if len({index[x] for x, _ in m if x in index}) > 1})

    def linearised(self, equation: Any) -> Iterator[Any]:
        """Return the factors of ξ(z), ξ(z̃), δθ and the derivatives of ξ, for every branch."""
        table = {**self.table(self.base), **self.learned}
        fixed = [(a, [self.z[b]], constant(1)) for a, b in equation["volume"]]
        for t in equation.get("decoder", ()):
            along = [x for x, k in pairs(self.z, t["derivative"]) for _ in range(k)]
            fixed.append((t["output"], along, Poly.read(t["coefficient"])))
        for occurs, residual in self.branches(equation, table):
            sides = (self.image, self.image_t, self.parameters)
            factors = [[residual.along(x).put(table) for x in side] for side in sides]
            slopes = [(i, [x], residual.along(n).put(table)) for n, (i, x) in self.jacobian.items()]
            yield equation, occurs, factors, fixed + slopes

    def change(self, field: Sequence[Poly], learned: Vector, met: bool = True) -> Vector:
        """Return what must vanish of the first-order change along h₀ + εξ, θ + εδθ (`met` signs)."""
        out: Vector = {}
        for n, (equation, occurs, (here, there, own), slopes) in enumerate(self.linear):
            if occurs or not met:
                parts = [a * f for a, f in pairs(here, field) if f]
                parts += [a * f.put(self.to_partner) for a, f in pairs(there, field) if f]
                parts += [a * learned.get(p, 0) for a, p in pairs(own, self.parameters)]
                parts += [c * field[i].along(*xs) for i, xs, c in slopes if field[i]]
                left = self.demanded(equation, sum(parts, Poly()))
                out.update({(n, m): c for m, c in left.items()})
        return out

    def solves(self, after: Sequence[Poly], learned: dict[str, Poly]) -> bool:
        """Say whether a polynomial map solves every equation, for some of the parameters not given."""
        table, demands, doubts = {**self.table(after), **learned}, [], []
        for e in self.equations:
            try:
                single = "separable" in e["up_to"]
                if single and any(len(p.names) > 1 for p in after):
                    raise Unknown("maps that mix, in an equation up to functions of single outputs")
                if "decoder" in e and after != self.base:
                    raise Unknown("finite maps of a class of decoders")
                if ab := e["volume"]:
                    # |det J| exp(R) = 1, and both are polynomials: det J = ±1 and R = 0.
                    det = determinant([[after[a].along(self.z[b]) for _, b in ab] for a, _ in ab])
                    demands += [constant(not det) if single else det**2 + constant(-1)]
                for occurs, residual in self.branches(e, table):
                    value = self.demanded(e, residual.put(table))
                    if value and not occurs:
                        raise Unknown("signs of absolute values that were met at no stored point")
                    grouped: dict[Mono, Poly] = {}
                    for m, c in value.items():
                        own = tuple(t for t in m if t[0] in self.learned)
                        rest = tuple(t for t in m if t not in own)
                        grouped[rest] = grouped.get(rest, Poly()) + Poly({own: c})
                    demands += grouped.values()
            except Unknown as doubt:
                doubts.append(doubt)
        answer = solvable([d for d in demands if d], {*self.z, *self.zt})
        if answer and doubts:
            raise doubts[0]
        return answer

    def vector(self, field: Sequence[Poly]) -> Vector:
        """Return a field as a vector: the normal form of each component."""
        return {(i, m): c for i, p in enumerate(field) for m, c in self.reduce(p).items()}

    def basis(self, degree: int) -> list[Poly]:
        """Return the monomials that are a basis of the polynomials on the space."""
        found = [m for m in product(range(degree + 1), repeat=len(self.z)) if sum(m) <= degree]
        if self.linear_only:
            found = [m for m in found if sum(m) == 1]
        high = {x for x, _ in self.squares}
        found = [m for m in found if all(k < 2 or x not in high for x, k in pairs(self.z, m))]
        return [Poly({_mono(dict(pairs(self.z, m))): Fraction(1)}) for m in found]


def solvable(left: list[Poly], fixed: set[str]) -> bool:
    """Say whether polynomials have a common zero: linear ones are solved and put in."""
    while left:
        if any(not p.names or p.names & fixed for p in left):
            return False
        lines = [p for p in left if p.degree == 1]
        lines = lines or [q for p in left if (q := p + left[0] * -1).degree == 1]
        if not lines:
            raise Unknown("learned parameters that solve equations of degree 2 or more")
        x = min(lines[0].names)
        root = symbol(x) + lines[0] * (-1 / lines[0][((x, 1),)])
        left = [q for p in left if (q := p.put({x: root}))]
    return True


def check_degree(system: System, record: Any, top: int) -> list[list[Poly]]:
    """Re-check one degree: its fields are free and independent, and the rank leaves no other one."""
    fields = []
    for terms, stored in pairs(record["fields"], record["changes"]):
        field = [Poly.read(c, system.z) for c in terms]
        learned = {p: Fraction(c) for p, c in stored.items()}
        powers = {sum(k for _, k in m) for p in field for m in p}
        if max(powers, default=0) > top or (system.linear_only and powers - {1}):
            raise Reject(f"degree {top}: a field has another degree")
        if learned.keys() != set(system.parameters) or system.change(field, learned):
            raise Reject(f"degree {top}: the field ξ = {show(field)} is not free")
        if system.change(field, learned, met=False):
            raise Unknown("signs of absolute values that were met at no stored point")
        fields.append(field)
    if len(Span(map(system.vector, fields))) < len(fields):
        raise Reject(f"degree {top}: the fields are dependent")
    still = [Poly() for _ in system.image]
    columns = [system.change(still, {p: Fraction(1)}) for p in system.parameters]
    alone = len(columns) - len(Span(columns))
    for i in range(len(still)):
        columns += [system.change([*still[:i], m, *still[i + 1 :]], {}) for m in system.basis(top)]
    found = {"degree": top, "unknowns": len(columns), "rank": len(Span(columns)), "gauge": alone}
    for key, value in found.items():
        if record[key] != value:
            raise Reject(f"degree {top}: {key} = {value}, and the certificate says {record[key]}")
    if found["unknowns"] - found["rank"] - found["gauge"] != len(fields):
        raise Reject(f"degree {top}: there are not {len(fields)} fields")
    return fields


def names_of(group: Any) -> list[str]:
    """Return the names of the coordinates that a group acts on."""
    return [f"z{i + 1}" for i in range(group["dim"])]


def given(data: Any) -> Any:
    """Return a part of a group; raises `Unknown` where it has none as data."""
    if "not_given" in data:
        raise Unknown(data["not_given"])
    return data


def in_algebra(system: System, group: Any, field: Sequence[Poly]) -> bool:
    """Say whether ξ = η∘h₀ with a field η of the group's algebra."""
    test, names = given(group["algebra"]), names_of(group)
    table = dict(pairs(names, system.base))
    if "span" in test:
        basis = [[Poly.read(c, names).put(table) for c in f] for f in test["span"]]
        return not Span(map(system.vector, basis)).rest(system.vector(field))
    if any(len(b) != 1 or b.degree != 1 for b in system.base):
        raise Unknown("a base map that is not made of multiples of coordinates")
    back = {min(b.names): symbol(y) * (1 / min(b.values())) for y, b in table.items()}
    if any(p.names - set(back) for p in field):
        return False
    moved = [p.put(back) for p in field]
    for operator in test["operators"]:
        value = Poly()
        for t in operator:
            along = [x for x, k in pairs(names, t["derivative"]) for _ in range(k)]
            value += Poly.read(t["coefficient"]) * moved[t["output"]].along(*along)
        if value:
            return False
    return True


def in_group(group: Any, images: Sequence[Poly]) -> bool:
    """Say whether a polynomial map of the group's coordinates is a member."""
    test, names = given(group["maps"]), names_of(group)
    jacobian = [[p.along(x) for x in names] for p in images]
    if not determinant(jacobian):
        return False
    if "equations" in test:
        cells = [(i, j) for i in range(len(names)) for j in range(len(names))]
        entries = {f"M{i + 1}_{j + 1}": jacobian[i][j].get((), Fraction(0)) for i, j in cells}
        linear = all(p.degree < 2 and (test["shifts"] or () not in p) for p in images)
        return linear and not any(Poly.read(e).at(entries) for e in test["equations"])
    if "log_density" in test:
        density = Poly.read(test["log_density"])
        kept = density.put(dict(pairs(names, images))) == density
        return kept and determinant(jacobian) ** 2 == constant(1)
    if "content" in test:
        return not any(p for row in jacobian[: test["content"]] for p in row[test["content"] :])
    hit = [[i for i, row in enumerate(jacobian) if any(row[j] for j in b)] for b in test["blocks"]]
    return all(rows in test["blocks"] for rows in hit)


class Evidence:
    """`outside`: free maps or fields not in the stated group; `denied`: its elements not free."""

    def __init__(self, system: System, cert: Any, fields: list[list[Poly]]) -> None:
        self.system, self.free = system, Span(map(system.vector, fields))
        fields, walls = ([], ["the walls of a box"]) if cert["system"]["confined"] else (fields, [])
        self.doubts, self.maps, self.degree = list[str](walls), list[Any](), len(cert["degrees"])
        stated, derived = cert["groups"]["stated"], cert["groups"].get("derived")
        self.endless = bool(derived and derived["infinite"])
        if derived:
            maps = [x["element"] for x in cert.get("lower", ()) if x["kind"] == "map"]
            maps = [] if self.endless else maps[len(self.generators(derived)) :]
            more = f" and {len(maps) - 1} more map{'s' * (len(maps) > 2)}" * (len(maps) > 1)
            name = derived["name"] + f", with {[*maps, ''][0]}{more}" * bool(maps)
            if cert["group"] != name:
                raise Reject(f"the derived group is {name}, not {cert['group']}")
            if any(self.ask(in_algebra, system, derived, f) is False for f in fields):
                raise Reject(f"a free field is not in the algebra of {derived['name']}")
            for what in self.denials(derived):
                raise Reject(f"{what} of {derived['name']} is not free")
            self.maps += [m for m in self.generators(derived) if self.free_map(m, derived)]
        for element in cert.get("lower", ()):
            self.lower(element, cert)
        self.outside = [show(f) for f in fields if self.ask(in_algebra, system, stated, f) is False]
        self.outside += [show(m) for m in self.maps if self.ask(in_group, stated, m) is False]
        self.denied = self.denials(stated)

    def ask(self, question: Any, *about: Any) -> Any:
        """Return an answer; where there is none, None, and the reason is kept."""
        try:
            return question(*about)
        except Unknown as doubt:
            self.doubts += [str(doubt)] if str(doubt) not in self.doubts else []
            return None

    def generators(self, group: Any) -> list[list[Poly]]:
        """Return the generators of a group's finite part."""
        listed = self.ask(given, group["generators"]) or []
        return [[Poly.read(c, names_of(group)) for c in m] for m in listed]

    def free_map(self, images: Sequence[Poly], group: Any) -> Any:
        """Say whether a map of the outputs, after h₀, is free; None where that is not known."""
        table = dict(pairs(names_of(group), self.system.base))
        orders = permutations(images) if self.system.symmetric else [images]
        solved = (self.system.solves([p.put(table) for p in order], {}) for order in orders)
        return self.ask(any, solved)

    def free_field(self, field: Sequence[Poly]) -> bool:
        """Say whether a field is free; the free ones are known up to a degree."""
        left = self.free.rest(self.system.vector(field))
        if left and any(self.system.reduce(p).degree > self.degree for p in field):
            raise Unknown(f"fields of a degree above {self.degree}")
        return not left

    def denials(self, group: Any) -> list[str]:
        """Return the fields and generators of a group that are not free."""
        names = names_of(group)
        table = dict(pairs(names, self.system.base))
        listed = self.ask(given, group["fields"]) or []
        fields = [[Poly.read(c, names).put(table) for c in terms] for terms in listed]
        found = [f"ξ = {show(f)}" for f in fields if self.ask(self.free_field, f) is False]
        broken = (m for m in self.generators(group) if self.free_map(m, group) is False)
        return found + [f"h = {show(m)}" for m in broken]

    def lower(self, element: Any, cert: Any) -> None:
        """Check an element of the lower bound, where it is given as polynomials."""
        stated = cert["groups"]["stated"]
        if "field" in element:
            field = [Poly.read(c, self.system.z) for c in element["field"]]
            if self.ask(self.free_field, field) is False:
                raise Reject(f"{element['element']} is not a free field")
        elif "map" in element:
            images = [Poly.read(c, names_of(stated)) for c in element["map"]]
            if (free := self.free_map(images, stated)) is False:
                raise Reject(f"{element['element']} is not free")
            self.maps += [images] if free else []
        elif element["element"] != cert["group"]:
            self.doubts.append(f"{element['element']} is free: {element['checked']}")


def check_conclusion(cert: Any, linear_only: bool, found: Evidence) -> None:
    """Check that agreement and outcome follow from the bounds F ⊇ L and F ⊆ U.

    disagrees: a checked element of S or L is not in the other; not identified: a function space.
    """
    inside, back = (cert["relation"] != r for r in ("contains", "contained in"))
    against = [*found.outside] * inside + [*found.denied] * back
    agreement, outcome = cert["agreement"], cert["verdict"]
    counts = [len(r["fields"]) for r in cert["degrees"]]
    grows = counts[-1:] > counts[-2:-1] > []
    if agreement.startswith("agrees") and against:
        raise Reject(f"'{agreement}' is refuted by {against[0]}")
    if agreement == "disagrees" and not against:
        if not found.doubts:
            raise Reject("'disagrees' is shown by no field and by no map")
        found.doubts.append("that the groups disagree: no field and no map here shows it")
    if cert["agrees"] is not agreement.startswith("agrees"):
        raise Reject(f"'{agreement}' is not what 'agrees' says")
    if "upper" not in cert:
        doubt = grows or found.endless or found.outside or found.doubts
        if {"identified": found.outside, "not identified": not doubt}.get(outcome):
            raise Reject(f"'{outcome}' does not follow from the fields")
        return

    def bounds(*groups: str) -> tuple[bool, bool]:
        scopes = {u["scope"] for u in cert["upper"] if u["group"] in groups}
        wide = ("all maps", "all linear maps") if linear_only else "all maps"
        every = any(s.startswith(wide) for s in scopes)
        return every, every or any(s[:3] == "all" and "linear" not in s for s in scopes)

    every, near = bounds(cert["group"])
    within, some = bounds(cert["group"], cert["stated"])
    kinds = {x["kind"] for x in cert["lower"]}
    for says, holds in (
        (outcome == "identified", every),
        (outcome == "identified locally", near),
        (outcome == "not identified", found.endless or "family" in kinds),
        (agreement == "agrees" and inside, within),
        (agreement == "agrees locally" and inside, some),
        ("undecided" in (outcome, agreement), bool(cert["missing"])),
    ):
        if says and not holds:
            raise Reject(f"no bound shows '{outcome}' and '{agreement}'")


def check(cert: Any) -> tuple[list[str], list[str], list[str]]:
    """Re-check a certificate; return what was checked, what was not, and what is trusted."""
    if cert["format"] != "sith certificate" or cert["version"] != 1:
        raise Unknown("this is not a certificate of version 1")
    body = {k: v for k, v in cert.items() if k != "checksum"}
    text = json.dumps(body, sort_keys=True, separators=(",", ":"))
    if hashlib.sha256(text.encode()).hexdigest() != cert["checksum"]:
        raise Reject("the checksum differs: the file was changed after it was written")
    if not cert.get("degrees") or "system" not in cert:
        raise Unknown("it holds no fields (spectral claims, obstructions: not checked here)")
    system, groups, counts = System(cert), cert["groups"], {}
    if not system.solves(system.base, system.learned):
        raise Reject("the base map does not solve the condition")
    checked = [f"the base map {show(system.base)} solves {len(system.equations)} equations"]
    for place, record in enumerate(cert["degrees"], 1):
        fields = check_degree(system, record, place)
        counts[str(place)] = len(fields)
        rank = f"rank {record['rank']} of {record['unknowns']} unknowns"
        checked.append(f"degree {place}: {len(fields)} free fields, and no other: {rank}")
    if counts != cert["dimension_by_degree"]:
        raise Reject(f"the fields have the dimensions {counts}, which is not what is stored")
    if (groups["stated"]["name"], groups["degree"]) != (cert["stated"], len(counts)):
        raise Reject("the stored tests are of another stated group or degree")
    found = Evidence(system, cert, fields)
    check_conclusion(cert, system.linear_only, found)
    checked.append(f"fields, {len(found.maps)} maps, {cert['stated']}: {cert['agreement']}")
    beyond = [f"F ⊆ {u['group']} for {u['scope']}, by {u['by']}" for u in cert.get("upper", ())]
    beyond = beyond or [f"{k}: {cert['scope'][k]}" for k in ("fields", "components")]
    return checked, [*found.doubts, *beyond, UNREAD], [TRUSTED, *cert["trusted"]]


def main(arguments: Sequence[str]) -> int:
    """Check a file, say what was found, and return the exit status."""
    write = sys.stdout.write
    try:
        with open(arguments[0], encoding="utf-8") as file:
            checked, left, trusted = check(json.load(file))
    except Reject as error:
        write(f"rejected: {error}\n")
        return 1
    except (Unknown, ArithmeticError, LookupError, OSError, *MALFORMED) as error:
        write(f"cannot be checked: {type(error).__name__}: {error}\n")
        return 2
    for word, lines in (("checked", checked), ("not checked", left), ("trusted", trusted)):
        write("".join(f"{word:12} {line}\n" for line in lines))
    write(f"valid: {arguments[0]}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
