"""Directions of emotions in the latent space (thesis 3.2, 4.4)."""
