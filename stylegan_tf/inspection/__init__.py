"""What a network is made of, and whether it gives the original's numbers."""
