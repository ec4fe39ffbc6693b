"""Keyframes, in-between frames, videos and their scores."""
