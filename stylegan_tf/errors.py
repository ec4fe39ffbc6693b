"""The one exception that means "what you gave me is wrong", with a message for its user."""


class InputError(ValueError):
    """An input (a file, a flag, an array) is unusable; the message says what and what to do.

    Every package raises it or a subclass; drivers print its message as one line and exit with 1.
    """
