"""The verb `report`: what stores hold, as tables and as a page with figures."""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sith.numerics.claims.certificates import write_whole
from sith.numerics.studies import NAMES, study
from sith.numerics.studies.frame.notebook import png, shown
from sith.numerics.sweeping import Row, Store
from sith.numerics.verbs.study import StudyReport, held_budgets, study_report
from sith.theory import InputError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

from sith.numerics.verbs.sweep_lines import SCORES, SweepLine, lines_of
from sith.theory.notebook import text_card


@dataclass(frozen=True, slots=True)
class StoreReport:
    """What stores hold.

    Fields:
        studies: every study that is complete at some budget, at the largest one.
        lines: the sweeps' runs, grouped over seeds.
        failed: errors, each with the number of its tasks.
        stores: the folders.
    """

    studies: tuple[StudyReport, ...]
    lines: tuple[SweepLine, ...]
    failed: tuple[str, ...]
    stores: tuple[str, ...]

    _repr_html_ = text_card

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain data, ready for JSON."""
        return {
            "stores": list(self.stores),
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
        return "\n".join(parts) or f"nothing is finished in {', '.join(self.stores)}"

    def write_html(self, path: Path) -> None:
        """Write one page that needs no other file."""
        from jinja2 import Environment

        pages = [
            {"text": str(s), "report": s.to_dict(), "image": _image(s.figure())}
            for s in self.studies
        ]
        template = Environment(autoescape=True).from_string(PAGE)
        text = template.render(
            studies=pages,
            lines=[_cells(line) for line in self.lines],
            scores=SCORES,
            image=_image(sweep_figure(self.lines)) if self.lines else "",
            failed=self.failed,
            stores=self.stores,
        )
        write_whole(path, text)


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
    studies = [found for store in held for found in _studies(store)]
    rows = {key: row for store in held for key, row in store.rows().items()}
    runs = [row for row in rows.values() if row.kind == "train" and row.done]
    failed = _failed([row for row in rows.values() if not row.done])
    return StoreReport(tuple(studies), lines_of(runs), failed, tuple(str(s.folder) for s in held))


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


def sweep_figure(lines: Sequence[SweepLine], score: str = "linear_r2") -> Figure:
    """Draw one score of every line with its interval over seeds."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8, 0.8 + 0.32 * len(lines)), layout="constrained")
    axes = figure.subplots()
    for place, line in enumerate(reversed(lines)):
        found = line.scores.get(score)
        if found is None or not math.isfinite(found.mean):
            continue
        axes.plot(found.mean, place, "o", color="C0")
        if found.n > 1 and math.isfinite(found.low) and math.isfinite(found.high):
            axes.plot([found.low, found.high], [place, place], color="C0")
    # A dollar would start a formula, and a name may have one.
    labels = [_marked(line).replace("$", r"\$") for line in reversed(lines)]
    axes.set_yticks(range(len(lines)), labels, fontsize=8)
    axes.set_ylim(-0.5, len(lines) - 0.5)
    axes.set_xlabel(f"{score}, mean and 95 % interval over seeds")
    return shown(figure)


def _marked(line: SweepLine) -> str:
    return f"{line.label} (diverged)" if line.diverged == line.seeds else line.label


def _image(figure: Figure) -> str:
    return base64.b64encode(png(figure, 120)).decode()


def _cells(line: SweepLine) -> dict[str, Any]:
    return {
        "label": line.label,
        "seeds": line.seeds,
        "diverged": line.diverged,
        "scores": [str(line.scores[name]) if name in line.scores else "" for name in SCORES],
    }


PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>sith report</title><style>
body { font: 16px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; font-size: 0.9rem; }
td, th { border-bottom: 1px solid #ccc; padding: 0.25rem 0.6rem; text-align: left; vertical-align: top; }
img { max-width: 100%; } .agrees { color: #176b2c; } .disagrees { color: #a1161b; }
.undecided { color: #8a5a00; }
</style></head><body>
<h1>What is stored in {{ stores|join(", ") }}</h1>
{% for page in studies %}
<h2>{{ page.report.name }}: <span class="{{ page.report.verdict }}">{{ page.report.verdict }}</span></h2>
<p>{{ page.report.title }} ({{ page.report.direction }}; {{ page.report.runs }} measurements,
{{ page.report.measured_seconds }} s).</p>
<img alt="prediction and measurement of {{ page.report.name }}" src="data:image/png;base64,{{ page.image }}">
<table><tr><th>what</th><th>predicted</th><th>measured</th><th>error</th><th>at most</th><th></th></tr>
{% for f in page.report.findings %}<tr><td>{{ f.name }}</td><td>{{ f.predicted }}</td>
<td>{{ f.measured }}</td><td>{{ "%.3g"|format(f.error) }}</td><td>{{ "%.3g"|format(f.tolerance) }}</td>
<td class="{{ f.agrees }}">{{ f.agrees }}</td></tr>{% endfor %}</table>
{% endfor %}
{% if lines %}<h2>Training runs</h2>
<img alt="linear R² of every setting" src="data:image/png;base64,{{ image }}">
<table><tr><th>setting</th><th>seeds</th><th>diverged</th>{% for s in scores %}<th>{{ s }}</th>{% endfor %}</tr>
{% for line in lines %}<tr><td>{{ line.label }}</td><td>{{ line.seeds }}</td><td>{{ line.diverged }}</td>
{% for s in line.scores %}<td>{{ s }}</td>{% endfor %}</tr>{% endfor %}</table>{% endif %}
{% if failed %}<h2>Failed</h2><ul>{% for f in failed %}<li>{{ f }}</li>{% endfor %}</ul>{% endif %}
</body></html>
"""
