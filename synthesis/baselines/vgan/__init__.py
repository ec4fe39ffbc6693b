"""VGAN: Vondrick et al., NIPS 2016 (thesis [6], 2.3)."""
