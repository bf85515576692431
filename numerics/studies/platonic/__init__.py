"""Studies of agreement between representations."""
