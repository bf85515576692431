"""Lower and upper bounds of the set of optimal maps, and the table that gives the verdict."""
