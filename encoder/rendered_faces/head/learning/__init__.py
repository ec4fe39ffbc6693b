"""Distils the renderer into a StyleGAN2 generator."""
