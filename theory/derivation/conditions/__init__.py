"""Optimum conditions: one file for each objective, one table that joins them."""

from sith.theory.derivation.conditions.misfit import said_misfit as said_misfit
from sith.theory.derivation.conditions.optimum import optimum_condition as optimum_condition
from sith.theory.derivation.conditions.own import rank_fault as rank_fault
from sith.theory.derivation.conditions.pointwise import optimal_score as optimal_score
from sith.theory.derivation.conditions.pointwise import optimal_scores as optimal_scores
