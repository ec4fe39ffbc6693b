"""Emotion sequences: changes, files, statistics, the LSTM (thesis 3.6)."""
