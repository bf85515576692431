"""The verb `report`: what stores hold, as tables and as a page with figures."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sith.numerics.claims.certificates import write_whole
from sith.numerics.studies import NAMES, study
from sith.numerics.sweeping import Row, Store
from sith.numerics.verbs.study import StudyReport, held_budgets, study_report
from sith.numerics.verbs.sweep_lines import SCORES, SweepLine, lines_of
from sith.theory import InputError
from sith.theory.notebook import text_card


@dataclass(frozen=True, slots=True)
class StoreReport:
    """What stores hold.

    Fields:
        studies: every study that is complete at some budget, at the largest one.
        lines: the sweeps' runs, grouped over seeds.
        failed: errors, each with the number of its tasks.
        stores: the folders.
        silent: those of them in which nothing is finished.
        provenance: with which versions and on which device was measured, one line each.
    """

    studies: tuple[StudyReport, ...]
    lines: tuple[SweepLine, ...]
    failed: tuple[str, ...]
    stores: tuple[str, ...]
    silent: tuple[str, ...] = ()
    provenance: tuple[str, ...] = ()

    _repr_html_ = text_card

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain data, ready for JSON."""
        return {
            "stores": list(self.stores),
            "silent": list(self.silent),
            "provenance": list(self.provenance),
            "studies": [s.to_dict() for s in self.studies],
            "sweeps": [
                {
                    "settings": dict(line.settings),
                    "seeds": line.seeds,
                    "diverged": line.diverged,
                    "scores": {k: v.to_dict() for k, v in line.scores.items()},
                }
                for line in self.lines
            ],
            "failed": list(self.failed),
        }

    def __str__(self) -> str:
        """A report for a terminal."""
        parts = [str(s) for s in self.studies]
        for line in self.lines:
            scores = "  ".join(f"{k} {line.scores[k]}" for k in SCORES if k in line.scores)
            lost = f"; {line.diverged} diverged" if line.diverged else ""
            parts.append(f"{line.label}{lost}\n  {scores}")
        parts += [f"failed: {text}" for text in self.failed]
        parts += [f"nothing is finished in {store}" for store in self.silent]
        return "\n".join(parts)

    def write_html(self, path: Path) -> None:
        """Write one page that needs no other file: the registry, and what the stores hold."""
        from sith.numerics.verbs.report_page import page

        write_whole(path, page(self))


def report(stores: Sequence[str | Path]) -> StoreReport:
    """Return what stores hold; nothing is run.

    Raises:
        InputError: a folder does not exist or is not a store.
    """
    held = []
    for folder in stores:
        if not Path(folder).is_dir():
            raise InputError(
                f"the store {folder} does not exist", cure="run `sith study` or `sith sweep` first"
            )
        held.append(Store(folder))
    by_store = {str(store.folder): list(_studies(store)) for store in held}
    studies = [found for every in by_store.values() for found in every]
    rows = {key: row for store in held for key, row in store.rows().items()}
    runs = [row for row in rows.values() if row.kind == "train" and row.done]
    failed = _failed([row for row in rows.values() if not row.done])
    silent = [
        str(store.folder)
        for store in held
        if not by_store[str(store.folder)]
        and not any(row.kind == "train" and row.done for row in store.rows().values())
    ]
    return StoreReport(
        studies=tuple(studies),
        lines=lines_of(runs),
        failed=failed,
        stores=tuple(by_store),
        silent=tuple(silent),
        provenance=_provenance(rows.values()),
    )


def _provenance(rows: Iterable[Row]) -> tuple[str, ...]:
    """One line for each combination of versions and device, with its number of results."""
    found = Counter(
        ", ".join(f"{name} {value}" for name, value in sorted(row.provenance.items()))
        for row in rows
        if row.done and row.provenance
    )
    return tuple(f"{line} ({count} results)" for line, count in found.items())


def _studies(store: Store) -> Iterable[StudyReport]:
    kinds = {row.kind for row in store.rows().values()}
    for name in NAMES:
        if f"study:{name}" not in kinds:
            continue
        own = study(name)
        budgets = held_budgets(own, store)
        if budgets:
            yield study_report(own, budgets[-1], store)


def _failed(rows: Sequence[Row]) -> tuple[str, ...]:
    """One line for each error, with the number of its tasks and the settings of the first."""
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(row.error, []).append(row)
    return tuple(
        f"{len(group)} × {error}; first: {json.dumps(dict(group[0].settings))}"
        for error, group in groups.items()
    )
