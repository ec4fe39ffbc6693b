"""What judges a result: ACD (thesis 4.8), pose, emotions."""
