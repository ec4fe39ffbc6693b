"""Emotions: labels, sequences, directions."""
