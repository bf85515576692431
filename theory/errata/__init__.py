"""Errata: published statements that do not hold as stated, one file each."""

from theory.errata.registry import ERRATA as ERRATA
from theory.errata.registry import erratum as erratum
