"""Faces at an asked yaw, after Souza and Ruiz, FLAIRS 2018 (thesis [21], 2.2.4)."""
