"""Clips: decoding, shots, who is who from frame to frame (thesis 3.4)."""
