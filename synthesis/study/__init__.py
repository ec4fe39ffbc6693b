"""The preference study: which of two videos looks more realistic (thesis 4.8, table 2)?"""
