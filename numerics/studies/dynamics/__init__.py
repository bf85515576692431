"""Studies of the course of training."""
