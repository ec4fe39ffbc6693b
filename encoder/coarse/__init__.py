"""The coarse encoder, which predicts a latent in one step (thesis 2.6, 4.1)."""
