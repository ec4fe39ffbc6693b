"""Faces in pictures: found, measured, aligned, recognised (thesis 3.3)."""
