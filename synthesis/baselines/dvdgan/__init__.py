"""DVD-GAN: Clark et al., arXiv 1907.06571 (thesis [7])."""
