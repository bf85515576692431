"""Every measure has a case in which it is high and one in which it is low against the truth."""

from __future__ import annotations

import numpy as np

from sith.numerics.data import SCORERS, SCRAMBLED, Audited, audit_measures, design


def test_every_measure_is_audited_and_both_its_witnesses_mislead() -> None:
    audit = audit_measures()
    assert [row.measure for row in audit.rows] == [n for s in SCORERS for n in s.names]
    assert [row.measure for row in audit.rows if not row.shown] == []
    assert all(row.assumes in str(audit) for row in audit.rows)
    assert len(audit.to_dict()["measures"]) == len(audit.rows)


def test_the_cases_are_what_they_say() -> None:
    x = design()
    # Every combination equally often: exactly independent, exactly uncorrelated.
    assert np.array_equal(x.T @ x, np.diag(np.diag(x.T @ x)))
    z, y = SCRAMBLED.make()
    for k in (0, 1):
        assert (
            len(set(z[:, k])) == len(set(y[:, k])) == len(set(zip(z[:, k], y[:, k], strict=True)))
        )


def test_a_case_that_does_not_mislead_is_noticed() -> None:
    assert not Audited("mcc", "", SCRAMBLED, SCRAMBLED, 0.3, 0.3).shown
    assert Audited("mcc", "", SCRAMBLED, SCRAMBLED, 0.99, 0.3).shown
