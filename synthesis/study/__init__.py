"""The preference study: which of two videos people call more realistic (thesis 4.8, table 2)."""
