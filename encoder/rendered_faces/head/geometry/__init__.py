"""The head's shape: meshes, targets, face units, hair strands, framing."""
