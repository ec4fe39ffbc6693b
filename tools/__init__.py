"""The drivers: one script a stage."""
