"""Whether a log-density belongs to a law: normalisable, not normalisable, or not shown."""

from theory.assumptions.law.answer import Law as Law
from theory.assumptions.law.answer import Standing as Standing
from theory.assumptions.law.answer import fails as fails
from theory.assumptions.law.answer import jointly as jointly
from theory.assumptions.law.answer import not_shown as not_shown
from theory.assumptions.law.answer import shown as shown
from theory.assumptions.law.box import box_law as box_law
from theory.assumptions.law.box import sphere_law as sphere_law
from theory.assumptions.law.polynomial import leading_for_all as leading_for_all
from theory.assumptions.law.polynomial import polynomial_law as polynomial_law
from theory.assumptions.law.regular import continuous as continuous
from theory.assumptions.law.regular import positive_on_box as positive_on_box
from theory.assumptions.law.regular import positive_on_reals as positive_on_reals
from theory.assumptions.law.size import MOST_MONOMIALS as MOST_MONOMIALS
from theory.assumptions.law.size import monomial_bound as monomial_bound
from theory.assumptions.law.terms import real_law as real_law
