"""Clips: decoding, shots, tracking, extraction of faces (thesis 3.4)."""
