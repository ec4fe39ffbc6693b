"""The studio: emotions at one's fingertips, in the browser."""
