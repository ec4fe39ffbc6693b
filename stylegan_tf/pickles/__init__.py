"""The official network pickles: read without executing anything in them, and written."""
