"""Encoder classes, as pure functions with parameters batched over seeds."""
