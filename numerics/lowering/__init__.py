"""Exact expressions of the theory as functions of tensors."""
