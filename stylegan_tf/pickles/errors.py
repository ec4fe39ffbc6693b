"""What may be wrong with a network pickle."""

from stylegan_tf.errors import InputError


class PickleFormatError(InputError):
    """The file is not a readable network pickle; the message says what it seems to be."""


class UnsafePickleError(PickleFormatError):
    """The pickle asks for something that no official network file contains."""
