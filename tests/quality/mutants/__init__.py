"""Change a verifier's own code in one place at a time, and see whether the battery notices."""
