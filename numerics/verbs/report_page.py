"""The page of `sith report --html`: one file with figures, filters, and where everything is from."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sith.numerics.studies.frame.notebook import png
from sith.numerics.verbs.sweep_figure import sweep_figure
from sith.numerics.verbs.sweep_lines import SCORES, SweepLine

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from sith.numerics.verbs.report import StoreReport
    from sith.numerics.verbs.study import StudyReport


def page(report: StoreReport) -> str:
    """Return the HTML of a report on stores, with the registry of theorems before them."""
    from jinja2 import Environment

    return str(
        Environment(autoescape=True, trim_blocks=True)
        .from_string(PAGE)
        .render(
            theorems=_registry(),
            studies=[_study(s) for s in report.studies],
            lines=[_cells(line) for line in report.lines],
            scores=SCORES,
            image=_image(sweep_figure(report.lines)) if report.lines else "",
            failed=report.failed,
            stores=[(name, _written(Path(name)), name in report.silent) for name in report.stores],
            version=_version(),
            provenance=report.provenance,
            command=f"sith report {' '.join(report.stores)} --html FILE",
        )
    )


def _registry() -> list[dict[str, str]]:
    from sith.theory import THEOREMS
    from sith.theory.theorems import SETTLED

    found = []
    for theorem in THEOREMS:
        claim = theorem.at()
        found.append(
            {
                "slug": theorem.slug,
                "title": theorem.title,
                "states": f"{claim.relation.value}: {claim.group}",
                "settled": SETTLED[theorem.slug],
                "source": str(theorem.source),
            }
        )
    return found


def _study(report: StudyReport) -> Mapping[str, Any]:
    command = f"sith study {report.study.name} --budget {report.budget} --store {report.store}"
    seeds = sorted({m.settings["seed"] for m in report.measurements if "seed" in m.settings})
    picture = "" if report.failed else _image(report.figure())
    return {"report": report.to_dict(), "image": picture, "command": command, "seeds": seeds}


def _image(figure: Figure) -> str:
    return base64.b64encode(png(figure, 120)).decode()


def _cells(line: SweepLine) -> dict[str, Any]:
    return {
        "label": line.label,
        "seeds": line.seeds,
        "diverged": line.diverged,
        "scores": [str(line.scores[name]) if name in line.scores else "" for name in SCORES],
    }


def _written(store: Path) -> str:
    """The day on which the newest file of a store was written; "" without any."""
    times = [file.stat().st_mtime for file in store.rglob("*") if file.is_file()]
    return datetime.fromtimestamp(max(times), UTC).date().isoformat() if times else ""


def _version() -> str:
    try:
        return version("sith-ident")
    except PackageNotFoundError:
        return "not installed"


PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>sith report</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><style>
body { font: 16px/1.5 system-ui, sans-serif; max-width: 68rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; font-size: 0.9rem; display: block; overflow-x: auto; }
td, th { border-bottom: 1px solid #ccc; padding: 0.25rem 0.6rem; text-align: left; vertical-align: top; }
img { max-width: 100%; } .agrees { color: #176b2c; } .disagrees { color: #a1161b; }
.undecided { color: #8a5a00; } .what { color: #555; font-size: 0.9rem; } [hidden] { display: none; }
#filter { position: sticky; top: 0; background: #fff; padding: 0.6rem 0; border-bottom: 1px solid #ccc; }
</style></head><body>
<h1>What is registered and stored</h1>
<table><tr><th>sith</th><td>{{ version }}</td></tr>
<tr><th>command</th><td><code>{{ command }}</code></td></tr>
{% for name, day, silent in stores %}
<tr><th>store</th><td>{{ name }}{% if day %}, last written {{ day }}{% endif %}
{% if silent %}; nothing is finished in it{% endif %}</td></tr>
{% endfor %}
{% for line in provenance %}<tr><th>measured with</th><td>{{ line }}</td></tr>
{% endfor %}</table>
<form id="filter"><label>Show only <input type="search" id="words" placeholder="words"></label>
{% for answer in ("agrees", "disagrees", "undecided") %}
<label><input type="checkbox" value="{{ answer }}" checked> {{ answer }}</label>
{% endfor %}
<output id="count"></output></form>
{% for page in studies %}
<section class="item" data-answer="{{ page.report.verdict }}">
<h2>{{ page.report.name }}: <span class="{{ page.report.verdict }}">{{ page.report.verdict }}</span></h2>
<p>{{ page.report.title }} ({{ page.report.direction }}; {{ page.report.runs }} measurements,
{{ page.report.measured_seconds }} s{% if page.seeds %}; seeds {{ page.seeds|join(", ") }}{% endif %}).
<br><code>{{ page.command }}</code></p>
{% if page.image %}
<img alt="prediction and measurement of {{ page.report.name }}" src="data:image/png;base64,{{ page.image }}">
{% endif %}
<table><tr><th>what</th><th>predicted</th><th>measured</th><th>error</th><th>at most</th><th></th></tr>
{% for f in page.report.findings %}<tr><td>{{ f.name }}
<div class="what">because {{ f.reason }}{% if f.note %}; {{ f.note }}{% endif %}</div></td>
<td>{{ f.predicted }}</td><td>{{ f.measured }}</td><td>{{ "%.3g"|format(f.error) }}</td>
<td>{{ "%.3g"|format(f.tolerance) }}</td><td class="{{ f.agrees }}">{{ f.agrees }}</td></tr>
{% endfor %}</table>
{% for line in page.report.failed %}<p class="undecided">failed: {{ line }}</p>{% endfor %}
{% if page.report.prediction.not_shown %}
<p class="what">Not shown: {{ page.report.prediction.not_shown }}</p>
{% endif %}
</section>
{% endfor %}
{% if lines %}<h2>Training runs</h2>
<img alt="linear R² of every setting, mean and interval" src="data:image/png;base64,{{ image }}">
<table><tr><th>setting</th><th>seeds</th><th>diverged</th>{% for s in scores %}<th>{{ s }}</th>{% endfor %}</tr>
{% for line in lines %}<tr class="item"><td>{{ line.label }}</td><td>{{ line.seeds }}</td><td>{{ line.diverged }}</td>
{% for s in line.scores %}<td>{{ s }}</td>{% endfor %}</tr>
{% endfor %}</table>
<p class="what">Not shown: a score says how a finished run ended, and not what the optimum is.</p>{% endif %}
{% if failed %}<h2>Failed</h2><ul>{% for f in failed %}<li class="item">{{ f }}</li>{% endfor %}</ul>{% endif %}
<h2>Registered theorems</h2>
<table><tr><th>theorem</th><th>states</th><th>settled by</th><th>source</th></tr>
{% for t in theorems %}<tr class="item"><td><code>{{ t.slug }}</code><div class="what">{{ t.title }}</div></td>
<td>{{ t.states }}</td><td>{{ t.settled }}</td><td>{{ t.source }}</td></tr>
{% endfor %}</table>
<script>
const form = document.getElementById("filter"), items = [...document.querySelectorAll(".item")];
function show() {
  const words = document.getElementById("words").value.toLowerCase().split(/\\s+/);
  const answers = new Set([...form.querySelectorAll(":checked")].map((box) => box.value));
  for (const item of items) {
    const text = item.textContent.toLowerCase(), answer = item.dataset.answer;
    item.hidden = !words.every((word) => text.includes(word)) || (answer && !answers.has(answer));
  }
  document.getElementById("count").value = `${items.filter((i) => !i.hidden).length} of ${items.length}`;
}
form.addEventListener("input", show);
form.addEventListener("submit", (event) => event.preventDefault());
show();
</script>
</body></html>
"""
