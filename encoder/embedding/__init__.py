"""Embedding by optimisation: features, losses, methods, latent files (thesis 3.8, 4.2)."""
