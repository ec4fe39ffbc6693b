"""A parametric head in three dimensions, drawn with OpenGL, with labels for all of it."""
