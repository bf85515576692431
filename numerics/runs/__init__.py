"""Trained encoders of a claim: design, training, measurement, storage."""
