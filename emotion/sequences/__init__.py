"""Emotion sequences: files, statistics, the LSTM (thesis 3.6)."""
