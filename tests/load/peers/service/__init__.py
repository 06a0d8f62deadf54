"""What the peers run beside the Chalice app."""
