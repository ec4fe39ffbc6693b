"""Faces in, latents out."""
