"""The command that re-checks a certificate or a witness: verify."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sith.numerics.cli.options import Json
from sith.numerics.cli.output import Answer, headed, note, present
from sith.theory import InputError, SithError

if TYPE_CHECKING:
    from sith.theory import Statement

VERIFIER = "sith verify: the condition is derived from the claim again"
"""What ran besides the kernel."""


def verify_command(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="What `sith derive` or `sith refute` wrote.")
    ],
    claim: Annotated[
        str | None,
        typer.Option(metavar="CLAIM", help="Where the claim is now, if not where FILE says."),
    ] = None,
    permit: Annotated[
        str | None,
        typer.Option(metavar="LEMMA,…", help="Refuse a certificate that trusts any other lemma."),
    ] = None,
    json: Json = False,
) -> int:
    """Re-check a certificate or a witness, without the code that found it.

    The claim is read again (a claim in a file runs as Python), and fields, ranks, group and
    agreement are checked afresh; the kernel, one file of plain Python, then checks the certificate on its own. Exit status: 0 valid, 1 not valid, 2 no certificate or no claim.

    Example: sith verify my_claim.json
    """

    def command() -> Answer:
        from sith.numerics.claims.certificates import (
            WITNESS,
            after_kernel,
            ask_kernel,
            permitted,
            read_json,
        )
        from sith.theory import read_certificate, verify_certificate

        data = read_json(file)
        if isinstance(data, dict) and data.get("format") == WITNESS:
            if permit is not None:
                raise InputError(f"--permit: {file} is a witness, which trusts no lemma")
            return _witness(data, claim, file)
        names = None if permit is None else _names(permit)
        argument = claim or read_certificate(data).argument
        code = _code(argument, claim, file)
        statement = _statement(argument, file)
        verification = verify_certificate(data, statement)
        if not verification.same_claim and ".py" in argument:
            raise InputError(
                f"{argument} is not the claim that {file} is about: {verification.reason}",
                cure="derive it again, or name the claim with --claim",
            )
        kernel = ask_kernel(data)
        verification = after_kernel(verification, kernel)
        if names is not None:
            verification = permitted(verification, names)
        answer = {
            **verification.to_dict(),
            "verifiers": {"claim": VERIFIER, "kernel": kernel.to_dict()},
            "argument": argument,
            "code": code,
            "file": str(file),
        }
        status = verification.exit_status
        text = f"{verification}\n  verifiers       {VERIFIER}\n  kernel          {kernel}"
        return Answer(answer, headed(text, status), status)

    return present(json, command)


def _names(permit: str) -> tuple[str, ...]:
    """Return the names of a list with commas; an empty list permits no lemma."""
    from sith.theory.derivation.lemmas import CATALOGUE

    names = tuple(name.strip() for name in permit.split(",") if name.strip())
    known = [entry.name for entry in CATALOGUE]
    for name in names:
        if name not in known:
            near = get_close_matches(name, known, n=1, cutoff=0)
            raise InputError(
                f"--permit: no lemma is called '{name}'", cure=f"did you mean {near[0]}?"
            )
    return names


def _witness(data: dict[str, Any], claim: str | None, file: Path) -> Answer:
    from sith.numerics.searching import read_counterexample

    witness = read_counterexample(data)
    argument = claim or str(data.get("argument", witness.claim))
    code = _code(argument, claim, file)
    answer = witness.check(_statement(argument, file))
    report = {
        "valid": answer.holds,
        "reason": answer.reason,
        "claim": witness.claim,
        "argument": argument,
        "code": code,
        "file": str(file),
    }
    status = 0 if answer.holds else 1
    head = f"witness against {witness.claim}: {'valid' if answer.holds else 'not valid'}"
    text = f"{head}\n{witness}\nreason     {answer.reason}"
    return Answer(report, headed(text, status), status)


def _code(argument: str, claim: str | None, file: Path) -> str:
    """Return the Python file that runs, "" for a slug; say so where FILE and not the user names it."""
    from sith.numerics.claims.loading import split_claim

    path, _ = split_claim(argument)
    if path is None:
        return ""
    if claim is None:
        note(f"{file} names the claim {argument}: the code of {path} is run")
    return str(path)


def _statement(argument: str, file: Path) -> Statement:
    from sith.numerics.claims.loading import load_statement

    try:
        return load_statement(argument)
    except SithError as error:
        raise InputError(
            f"the claim of {file} cannot be read: {error.fault}",
            cure=f"say where it is: sith verify {file} --claim CLAIM",
        ) from error
