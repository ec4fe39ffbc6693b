"""OpenFace's face descriptor nn4.small2 (Amos, Ludwiczuk and Satyanarayanan 2016)."""
