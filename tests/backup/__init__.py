"""Backup and restore: the file, the stores, and a drill with the whole of Parley."""
