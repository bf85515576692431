"""Whether a log-density belongs to a law: normalisable, not normalisable, or not shown."""

from sith.theory.assumptions.law.answer import Law as Law
from sith.theory.assumptions.law.answer import Standing as Standing
from sith.theory.assumptions.law.answer import fails as fails
from sith.theory.assumptions.law.answer import jointly as jointly
from sith.theory.assumptions.law.answer import not_shown as not_shown
from sith.theory.assumptions.law.answer import shown as shown
from sith.theory.assumptions.law.box import box_law as box_law
from sith.theory.assumptions.law.box import sphere_law as sphere_law
from sith.theory.assumptions.law.polynomial import leading_for_all as leading_for_all
from sith.theory.assumptions.law.polynomial import polynomial_law as polynomial_law
from sith.theory.assumptions.law.regular import continuous as continuous
from sith.theory.assumptions.law.regular import positive_on_box as positive_on_box
from sith.theory.assumptions.law.regular import positive_on_reals as positive_on_reals
from sith.theory.assumptions.law.size import MOST_MONOMIALS as MOST_MONOMIALS
from sith.theory.assumptions.law.size import monomial_bound as monomial_bound
from sith.theory.assumptions.law.terms import real_law as real_law
