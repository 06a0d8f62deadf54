"""Outlives its parent by a moment, to kill the process groups that the parent leaves behind.

The parent writes `+GROUP` and `-GROUP` lines to this program's standard input. The end of that input means that
the parent is gone, even by SIGKILL: every group still listed is killed. Direct children are tied to the parent
anyway (bound.py); this is for what they started: the shell under npm, the compiler under the shell.
"""

import os
import signal
import sys


def main() -> None:
    """Follow the list until the input ends, then kill what is left on it."""
    groups: set[int] = set()
    for line in sys.stdin:
        group = int(line[1:])
        if line.startswith("+"):
            groups.add(group)
        else:
            groups.discard(group)
    for group in groups:
        try:
            os.killpg(group, signal.SIGKILL)
        except ProcessLookupError:
            continue


if __name__ == "__main__":
    main()
