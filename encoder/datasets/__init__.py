"""Readers of face data sets."""
