"""The commands that measure at length: study, sweep, report."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import Executor
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from sith.numerics.cli.options import Json, Quiet, drawable
from sith.numerics.cli.output import Answer, headed, present, progress
from sith.theory import InputError

if TYPE_CHECKING:
    from sith.numerics.sweeping import Sweep, SweepReport

STORE = Path("sith-store")

StoreFolder = Annotated[
    Path,
    typer.Option(
        "--store", metavar="DIR", help="Folder of the results; a run resumes from what is there."
    ),
]
Workers = Annotated[
    int, typer.Option("--workers", metavar="N", min=1, help="Processes on this machine.")
]
Scheduler = Annotated[
    str,
    typer.Option(
        "--scheduler",
        metavar="ADDRESS",
        help="Of a dask scheduler, or slurm (local to try it), with NAME=VALUE after commas: "
        "jobs through submitit. Workers need access to the folder of the store.",
    ),
]


def study_command(
    name: Annotated[
        str, typer.Argument(metavar="[NAME]", help="Of a study; without it they are listed.")
    ] = "",
    budget: Annotated[
        str, typer.Option(metavar="BUDGET", help="smoke, ci or full: how much is measured.")
    ] = "smoke",
    store: StoreFolder = STORE,
    workers: Workers = 1,
    scheduler: Scheduler = "",
    figure: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Draw prediction and measurement: .png, .svg or .pdf."),
    ] = None,
    export: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write the measurements, as JSON, for a page."),
    ] = None,
    quiet: Quiet = False,
    json: Json = False,
) -> int:
    """Run a study: a prediction, measurements that can contradict it, and a figure.

    Measurements in the store are not repeated. Exit status: 0 the prediction
    holds, 1 it does not, 2 usage or input error, 3 undecided.

    Example: sith study stepwise --figure stepwise.png
    """

    def command() -> Answer:
        from sith.numerics.claims.certificates import writable

        if not name:
            return _listed()
        target = figure and drawable(figure)
        file = export and writable(export, "--export")
        from sith.numerics.verbs import export_study, run_study

        with progress(quiet) as tell:
            report = run_study(
                name,
                budget=budget,
                store=store,
                workers=workers,
                executor=_executor(scheduler, store),
                progress=tell,
            )
        if target:
            report.figure().savefig(target, dpi=150)
        if file:
            export_study(report, file)
        status = report.exit_status
        return Answer(report.to_dict(), headed(str(report), status), status)

    return present(json, command)


def _listed() -> Answer:
    from sith.numerics.studies import studies

    found = studies()
    table = Table(box=None, pad_edge=False)
    for column in ("study", "direction", "prediction"):
        table.add_column(column, no_wrap=column == "study")
    for own in found:
        table.add_row(own.name, own.direction.value, own.title)
    data = [{"name": s.name, "title": s.title, "direction": s.direction.value} for s in found]
    return Answer({"studies": data}, table)


def _executor(text: str, store: Path) -> Callable[[], Executor] | None:
    """Return what makes the executor of --scheduler; "" for processes of this machine."""
    if not text:
        return None
    from sith.numerics.sweeping import dask_executor, submitit_executor

    cluster, *items = text.split(",")
    if cluster not in ("slurm", "local"):
        return dask_executor(text)
    pairs = [item.partition("=") for item in items]
    if not all(name and equals and value for name, equals, value in pairs):
        raise InputError(
            f"--scheduler {text}", allowed=f"{cluster},NAME=VALUE,… with parameters of submitit"
        )
    given = {name: int(value) if value.isdecimal() else value for name, _, value in pairs}
    return submitit_executor(store.with_name(f"{store.name}-jobs"), cluster, **given)


def sweep_command(
    spec: Annotated[Path, typer.Argument(metavar="SPEC", help="A TOML file with a [grid].")],
    store: StoreFolder = STORE,
    workers: Workers = 2,
    scheduler: Scheduler = "",
    shard: Annotated[
        str, typer.Option("--shard", metavar="I/N", help="Run part I of N, I from 0.")
    ] = "0/1",
    status: Annotated[
        bool, typer.Option("--status", help="Show what is stored, and run nothing.")
    ] = False,
    quiet: Quiet = False,
    json: Json = False,
) -> int:
    """Run a grid of training runs into a durable store.

    After a kill the same command resumes: what is stored is not run again. Exit status: 0 every
    run is stored, 2 usage or input error, 3 some are not.

    Example: sith sweep examples/sweep.toml --store runs --workers 2
    """

    def command() -> Answer:
        part, parts = _shard(shard)
        from sith.numerics.sweeping import Store, read_sweep, run_tasks, sweep_status

        sweep = read_sweep(spec)
        tasks = [t for t in sweep.tasks if int(t.key, 16) % parts == part]
        if status:
            return _swept(sweep_status(tasks, store), sweep)
        with progress(quiet) as tell:
            results = Store(store)
            report = run_tasks(
                tasks,
                results,
                workers=workers,
                executor=_executor(scheduler, store),
                tell=lambda done: tell(sweep.name, done),
            )
        results.compact()
        return _swept(report, sweep)

    return present(json, command)


def _swept(report: SweepReport, sweep: Sweep) -> Answer:
    """The answer of a sweep, with every combination that was left out."""
    lines = [str(report)]
    if sweep.skipped:
        lines.append(f"  skipped    {sweep.skipped_runs} runs: these cannot be stated")
        lines += [f"    {line}" for line in sweep.skipped]
    data = {
        **report.to_dict(),
        "skipped": list(sweep.skipped),
        "skipped_runs": sweep.skipped_runs,
    }
    return Answer(data, headed("\n".join(lines), report.exit_status), report.exit_status)


def _shard(text: str) -> tuple[int, int]:
    found = re.fullmatch(r"([0-9]{1,9})/([0-9]{1,9})", text)
    if not found or int(found[1]) >= int(found[2]):
        raise InputError(f"--shard {text}", allowed="I/N with 0 ≤ I < N, for example 0/8")
    return int(found[1]), int(found[2])


def report_command(
    stores: Annotated[
        list[Path] | None, typer.Argument(metavar="[STORE]...", help="Folders of results.")
    ] = None,
    html: Annotated[
        Path | None, typer.Option("--html", metavar="FILE", help="Write a page with figures.")
    ] = None,
    json: Json = False,
) -> int:
    """Report on stores of results: studies against their predictions, sweeps as tables of means.

    Example: sith report sith-store --html report.html
    """

    def command() -> Answer:
        from sith.numerics.claims.certificates import writable

        target = html and writable(html, "--html")
        from sith.numerics.verbs import report

        found = report(stores or [STORE])
        if target:
            found.write_html(target)
        return Answer(found.to_dict(), str(found))

    return present(json, command)
