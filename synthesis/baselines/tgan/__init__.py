"""TGAN: Saito et al., ICCV 2017 (thesis [2], 4.7.1)."""
