"""Emotions of faces: classifiers and what they say of clips (thesis 3.5)."""
