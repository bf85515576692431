"""Counterexamples as data, one per file, and their registry."""

from sith.theory.witnesses.registry import WITNESSES as WITNESSES
