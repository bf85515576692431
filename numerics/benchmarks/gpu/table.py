"""The rows of the benchmark as one table of text."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

Row = Mapping[str, Any]


def _agreement(row: Row) -> str:
    text = f"float64 {row['float64']:.1e} (≤ {row['float64_allowed']:.0e})"
    if "float32" not in row:
        return text
    return f"{text}, float32 {row['float32']:.1e} (≤ {row['float32_allowed']:.1e})"


def _memory(row: Row) -> str:
    def size(value: float | None) -> str:
        return "out of memory" if value is None else f"{value:,.0f} MiB"

    def time(value: float | None) -> str:
        return "" if value is None else f" in {value:.3g} ms"

    text = f"{size(row['peak_mib'])}{time(row['step_ms'])}, plain {size(row['plain_peak_mib'])}"
    text += time(row["plain_step_ms"])
    return text if row["memory_ratio"] is None else f"{text}, ratio {row['memory_ratio']:.3g}"


def _seeds(row: Row) -> str:
    return (
        f"one {row['one_ms']:.3g} ms, {row['seeds']} seeds {row['many_ms']:.3g} ms a step, "
        f"ratio {row['ratio']:.2f} (aim ≤ {row['aim']:g})"
    )


def _rate(row: Row) -> str:
    return (
        f"{row['tflop_per_s']:.3g} of {row['matrix_tflop_per_s']:.3g} Tflop/s "
        f"({100 * row['share']:.2g} %), {row['step_ms']:.3g} ms a step"
    )


def _check(row: Row) -> str:
    return f"{row['verdict']}; trained: {row['trained'] or 'nothing'}"


def _registry(row: Row) -> str:
    if not row["trained"]:
        return "not trained"
    gap = "none" if row["loss_gap"] is None else f"{row['loss_gap']:.2g}"
    return f"{row['steps']} steps, loss gap {gap}"


TEXTS: Mapping[str, Callable[[Row], str]] = {
    "agreement": _agreement,
    "memory": _memory,
    "seeds": _seeds,
    "rate": _rate,
    "check": _check,
    "registry": _registry,
}
MARKS = {True: "yes", False: "NO", None: "–"}


def line(row: Row) -> str:
    """One line: part, name, whether it is as it must be, figures, seconds."""
    text = f"error: {row['error']}" if row["error"] else TEXTS[row["part"]](row)
    note = f" [{row['note']}]" if row.get("note") else ""
    mark = MARKS[row["met"]]
    return f"{row['part']:10} {row['name']:40} {mark:4} {row['seconds']:7.2f} s  {text}{note}"


def table(machine: Mapping[str, str], rows: Sequence[Row], left: Sequence[str]) -> str:
    """The table, with the machine above it and what is left and the counts below."""
    head = f"{machine['device']}, torch {machine['torch']}"
    head += f", CUDA {machine['cuda']}" if machine["cuda"] else ""
    head += "; smallest size: the figures mean nothing" if machine["size"] == "small" else ""
    lines = [head, *map(line, rows)]
    for name in left:
        lines.append(f"left for another call: {name}")
    bad = sum(row["met"] is False for row in rows)
    seconds = sum(row["seconds"] for row in rows)
    lines.append(f"{len(rows)} rows in {seconds:.0f} s, {bad} not met, {len(left)} left")
    return "\n".join(lines)
