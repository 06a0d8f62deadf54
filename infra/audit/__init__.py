"""Known vulnerabilities of what is installed from the lock files, and a bill of materials of it."""
