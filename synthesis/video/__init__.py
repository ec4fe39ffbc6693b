"""Videos and sheets: writing, labels, grids (thesis 4.6)."""
