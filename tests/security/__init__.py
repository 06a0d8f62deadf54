"""One test per security requirement, named after its number in docs/security.md."""
