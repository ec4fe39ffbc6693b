"""What the head's surfaces look like: skin, hair textures, light, and the GPU programs."""
