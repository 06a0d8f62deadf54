"""What a client had yesterday, what it was pushed since, and what it would load today: the server's own answers.

`python -m tests.recording` writes them for the web app's tests; with --check it fails when the file is stale.
"""
