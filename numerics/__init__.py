"""The numerical layer: worlds, encoders, losses, training and measurement in torch."""
