"""The training loop, and what bounds it: budget, device, memory."""
