"""`python -m infra.gateway`."""

import sys

from infra.gateway.cli import main

if __name__ == "__main__":
    sys.exit(main())
