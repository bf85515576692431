"""Counterexamples as data, one per file, and their registry."""

from theory.witnesses.registry import WITNESSES as WITNESSES
