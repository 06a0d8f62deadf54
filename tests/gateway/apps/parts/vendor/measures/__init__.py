"""A package that is not installed where the gateway runs."""


def in_feet(metres: float) -> float:
    """A length."""
    return round(metres / 0.3048, 3)
