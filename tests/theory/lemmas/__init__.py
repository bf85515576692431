"""Every lemma with a case in which it is cited, and one that violates each hypothesis alone."""
