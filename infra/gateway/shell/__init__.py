"""Moves bytes between sockets, files and the core."""
