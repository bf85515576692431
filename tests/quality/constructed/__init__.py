"""Claims whose answer is known by construction, and their judgement: see `python -m` for a deep run.

A *problem* is a world with the set F of its optimal maps, given by generators with a reason why they
are all, and by a substitution into the optimum condition that says of any map whether it lies in F.
A stated group G is given by generators and a membership test. F ⊆ G and G ⊆ F are then decided
without the engine, and its verdicts are compared with them.
"""
