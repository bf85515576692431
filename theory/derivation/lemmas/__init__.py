"""The lemmas that a verdict may cite, and what is known of their hypotheses."""
