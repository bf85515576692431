"""Optimum conditions: one file for each objective, one table that joins them."""

from theory.derive.conditions.misfit import misfit as misfit
from theory.derive.conditions.optimum import optimum_condition as optimum_condition
from theory.derive.conditions.pointwise import optimal_score as optimal_score
from theory.derive.conditions.pointwise import optimal_scores as optimal_scores
