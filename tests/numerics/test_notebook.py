"""Figures are shown in notebooks, and left alone elsewhere."""

import sys
from types import ModuleType, SimpleNamespace

from matplotlib.figure import Figure

from sith import stored_study
from sith.numerics.studies.frame.notebook import png, shown


class Formatter:
    def __init__(self):
        self.known = {}

    def for_type(self, kind, function):
        self.known[kind] = function


def pretend(monkeypatch, shell):
    module = ModuleType("IPython")
    module.get_ipython = lambda: shell
    module.version_info = (9, 0)  # which matplotlib asks for
    monkeypatch.setitem(sys.modules, "IPython", module)


def test_a_notebook_learns_to_show_the_figure(monkeypatch):
    formatter = Formatter()
    formatters = {"image/png": formatter}
    pretend(monkeypatch, SimpleNamespace(display_formatter=SimpleNamespace(formatters=formatters)))
    figure = Figure(figsize=(2, 1))
    figure.subplots().plot([0, 1])
    assert shown(figure) is figure
    data = formatter.known[Figure](figure)
    assert data.startswith(b"\x89PNG")
    assert data == png(figure)


def test_outside_a_notebook_the_figure_is_returned_as_it_is(monkeypatch):
    pretend(monkeypatch, None)
    figure = Figure()
    assert shown(figure) is figure
    monkeypatch.delitem(sys.modules, "IPython")
    assert shown(figure) is figure
    assert "IPython" not in sys.modules


def test_a_study_shows_its_figure(monkeypatch, request):
    formatter = Formatter()
    formatters = {"image/png": formatter}
    pretend(monkeypatch, SimpleNamespace(display_formatter=SimpleNamespace(formatters=formatters)))
    stored = request.config.rootpath / "book" / "_static" / "studies" / "stepwise.json"
    stored_study(stored).figure()
    assert Figure in formatter.known
