"""The custom ops compiled for this machine: sources, building, loading."""
