"""The numbered migrations of the stores, and the program that applies them: `python -m infra.schema`."""
