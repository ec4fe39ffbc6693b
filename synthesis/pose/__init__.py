"""Pose mimicry: a clip's head movement on another face (thesis 4.3)."""
