"""What images can be computed in, by name, as Keras' dtype policies."""

# Variables, W and the images that come out are float32 with all of them.
POLICIES = {"float32": "float32", "bfloat16": "mixed_bfloat16", "float16": "mixed_float16"}
