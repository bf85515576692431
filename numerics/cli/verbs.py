"""The commands that decide: derive, check."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.text import Text

from sith.numerics.cli.options import (
    ClaimText,
    Degree,
    Dim,
    Drawing,
    Json,
    OwnEncoder,
    OwnMixing,
    Quiet,
    Set,
    drawable,
    point,
)
from sith.numerics.cli.output import Answer, headed, note, present, progress
from sith.numerics.cli.parts import Parts
from sith.theory import InputError

if TYPE_CHECKING:
    from sith.theory import Claim, Verdict

SCOPES = ("near", "all")
"""Over which maps `derive` is asked for agreement."""


def derive_command(
    claim: ClaimText,
    dim: Dim = None,
    degree: Degree = None,
    settings: Set = None,
    certificate: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the certificate, as JSON.")
    ] = None,
    max_unknowns: Annotated[
        int | None,
        typer.Option(metavar="N", min=1, help="Largest linear system; beyond it: undecided."),
    ] = None,
    scope: Annotated[
        str,
        typer.Option(metavar="SCOPE", help="near, or all: agreement over all maps, else exit 3."),
    ] = "near",
    latex: Annotated[
        bool, typer.Option("--latex", help="Print a theorem for a draft, with scope and lemmas.")
    ] = False,
    quiet: Quiet = False,
    json: Json = False,
) -> int:
    """Derive the indeterminacy group, exactly.

    The group that the optimum leaves free is computed and compared with the stated one.

    Example: sith derive my_claim.py:CLAIM --certificate my_claim.json
    """

    def command() -> Answer:
        from sith.numerics.claims.certificates import writable
        from sith.theory import Agreement, derive

        statement, parameters = point(claim, dim, settings)
        if scope not in SCOPES:
            raise InputError(f"--scope {scope}", allowed=", ".join(SCOPES))
        target = certificate and writable(certificate, "--certificate")
        limit = {} if max_unknowns is None else {"max_unknowns": max_unknowns}
        announce = (lambda _: None) if quiet else note
        verdict = derive(statement, dim, degree, announce=announce, **limit, **parameters)
        near = scope == "all" and verdict.agreement is Agreement.LOCALLY
        status = 3 if near else verdict.exit_status
        if target:
            from sith.numerics.claims.certificates import write_certificate

            write_certificate(target, verdict, claim, parameters)
        remark = _mis_specified(verdict) if status == 2 else ""
        if not latex:
            return Answer(verdict.to_dict(), headed(str(verdict), status), status, remark)
        text = _draft(statement.at(dim, **parameters), verdict)
        return Answer({**verdict.to_dict(), "latex": text}, Text(text), status, remark)

    return present(json, command)


def check_command(
    claim: ClaimText,
    budget: Annotated[
        str,
        typer.Option(metavar="BUDGET", help="smoke, ci or full: how much work the check may do."),
    ] = "smoke",
    seeds: Annotated[
        int | None, typer.Option(metavar="N", help="Number of independent runs, at least 2.")
    ] = None,
    device: Annotated[
        str, typer.Option(metavar="D", help="cpu, cuda, cuda:N, or auto: a GPU if there is one.")
    ] = "auto",
    dim: Dim = None,
    degree: Degree = None,
    settings: Set = None,
    save: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Save the report and the encoders in this new folder."),
    ] = None,
    encoder: OwnEncoder = None,
    mixing: OwnMixing = None,
    figure: Drawing = None,
    quiet: Quiet = False,
    json: Json = False,
) -> int:
    """Check a claim exactly, and then with trained encoders.

    It is derived, compared with the exact loss without a network, and then tested with encoders
    that are trained with several seeds. A network or a mixing of your own is Python code: its file
    is run.

    Example: sith check zimmermann_2021_vmf --budget smoke --seeds 5
    """
    parts = Parts(claim)

    def command() -> Answer:
        from sith.numerics.training.budget import pick_budget

        statement, parameters = point(claim, dim, settings)
        pick_budget(budget)
        target = figure and drawable(figure)
        if save is not None and save.exists():
            raise InputError(f"--save {save} exists", cure="name a folder that does not exist")
        from sith.numerics import check

        network, observed = _own(encoder, "--encoder"), _own(mixing, "--mixing")
        with progress(quiet) as tell:
            report = check(
                statement,
                dim=dim,
                budget=budget,
                seeds=seeds,
                device=device,
                degree=degree,
                progress=tell,
                finished=parts.take(tell.show),
                save=save,
                encoder=network,
                mixing=observed,
                **parameters,
            )
        if target:
            report.figure().savefig(target, dpi=150)
        status = report.exit_status
        remark = _mis_specified(report.derived) if status == 2 else ""
        return Answer(report.to_dict(), headed(str(report), status), status, remark)

    return present(json, command, parts)


def _draft(claim: Claim, verdict: Verdict) -> str:
    from sith.numerics.claims.draft import draft

    return draft(claim, verdict)


def _own(text: str | None, option: str) -> Any:
    """What FILE:NAME names, or None where nothing was given."""
    from sith.numerics.claims.own_callables import load_callable

    return load_callable(text, option) if text else None


def _mis_specified(verdict: Verdict) -> str:
    return f"{verdict.claim} is {verdict.outcome.value}: {verdict.reason}"
