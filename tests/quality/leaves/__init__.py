"""Every entry of a certificate matters: change one, and a verifier refuses it or a list names it."""
