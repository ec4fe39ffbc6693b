"""Where many independent items are worked on: in this process, in several, on a cluster."""
