"""The unknown field: ansatz, linear algebra over Q and F_p, exponentials, finite maps."""
