"""What is stored in place of a secret, or of what the store is not to know."""

import hashlib


def digest(secret: str) -> str:
    """What is stored of a secret of 256 random bits: guessing is hopeless, so no slow hash is needed."""
    return hashlib.sha256(secret.encode()).hexdigest()
