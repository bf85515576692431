"""Errata: published statements, or readings of them, that do not hold, one file each."""

from theory.errata.registry import ERRATA as ERRATA
from theory.errata.registry import erratum as erratum
