"""Video GANs that the thesis compares itself with (4.7, 4.8), trained like the originals."""
