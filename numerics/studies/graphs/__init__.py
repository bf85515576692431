"""Studies of augmentation graphs, of actions and of structured latents."""
