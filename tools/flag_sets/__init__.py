"""Flags that several drivers share, a subject each."""
