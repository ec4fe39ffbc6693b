"""Files in and out: checked, whole or not at all, downloaded once."""
