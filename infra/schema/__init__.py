"""The numbered migrations of the three stores, and the program that applies them: `python -m infra.schema`."""
