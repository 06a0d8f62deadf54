"""TLS for the gateway's port."""

import ssl
from pathlib import Path


class CertificateError(Exception):
    """The certificate or its key cannot be used; one sentence."""


def server_context(certificate: Path, key: Path | None) -> ssl.SSLContext:
    """A context for a PEM certificate chain; the key may be in the same file. Raises CertificateError."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.set_alpn_protocols(["http/1.1"])
    try:
        # Without this a key with a passphrase would ask for it on the terminal.
        context.load_cert_chain(certificate, key, password="")  # nosec B106 # there is none
    except (OSError, ValueError) as error:  # ssl.SSLError is an OSError
        reason = error.strerror or str(error) if isinstance(error, OSError) else str(error)
        message = f"The certificate {certificate} cannot be used with its key ({reason}): name two PEM files."
        raise CertificateError(message) from error
    return context
