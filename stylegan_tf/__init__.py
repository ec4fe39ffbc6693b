"""StyleGAN networks in TensorFlow/Keras, from and to the official pickles."""
