"""The thesis' comparison and its report, made anew (thesis 4, tables 1 and 2)."""
