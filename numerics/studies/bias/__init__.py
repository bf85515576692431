"""Studies of the inductive bias of encoder, projector and optimiser."""
