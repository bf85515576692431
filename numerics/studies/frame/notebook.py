"""Figures in notebooks, where matplotlib shows only those that pyplot made."""

from __future__ import annotations

import sys
from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def shown(figure: Figure) -> Figure:
    """Return the figure; as the last value of a notebook's cell it is shown as a picture.

    Outside a notebook nothing happens, and IPython is not imported.
    """
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    if shell is not None:
        shell.display_formatter.formatters["image/png"].for_type(type(figure), png)
    return figure


def png(figure: Figure, dots: int = 100) -> bytes:
    """Return the figure as a PNG file's bytes, `dots` an inch."""
    file = BytesIO()
    figure.savefig(file, format="png", dpi=dots, bbox_inches="tight")
    return file.getvalue()
