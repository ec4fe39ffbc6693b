"""Images as pixels, and many of them in one picture."""
