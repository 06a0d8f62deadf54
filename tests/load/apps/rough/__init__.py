"""Functions that behave badly, for the soak."""
