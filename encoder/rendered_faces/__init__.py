"""The parametric face renderer and the generator distilled from it."""
