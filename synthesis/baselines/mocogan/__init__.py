"""MoCoGAN: Tulyakov et al., CVPR 2018 (thesis [5], 4.7.2)."""
