"""Become COMMAND, tied to the parent: when the parent dies, in whatever way, the kernel kills this process.

    python -I -S bound.py PARENT_PID [--account UID:GID] [--reach] -- COMMAND ...

A program of its own, because the tie has to be set between fork and exec, after any change of user (which
clears it: prctl(2), PR_SET_PDEATHSIG), and code that runs there inside a threaded parent may deadlock.
Standard library only: it runs without site-packages, in about 20 ms.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1
PR_SET_KEEPCAPS = 8
PR_CAP_AMBIENT = 47
PR_CAP_AMBIENT_RAISE = 2
CAP_DAC_OVERRIDE = 1
CAPABILITY_VERSION_3 = 0x20080522

_libc = ctypes.CDLL(None, use_errno=True)


def _prctl(option: int, *arguments: int) -> None:
    padded = [ctypes.c_ulong(argument) for argument in (*arguments, 0, 0, 0, 0)[:4]]
    if _libc.prctl(ctypes.c_int(option), *padded) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"prctl {option}: {os.strerror(number)}")


def _drop_to(uid: int, gid: int, *, reach: bool) -> None:
    """Give up root for good; with `reach`, keep the one right to pass through folders closed to others."""
    if reach:
        _prctl(PR_SET_KEEPCAPS, 1)
    os.setgroups([])
    os.setresgid(gid, gid, gid)
    os.setresuid(uid, uid, uid)
    if reach:
        bit = 1 << CAP_DAC_OVERRIDE
        header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
        # effective, permitted, inheritable: first the low words, then the high ones (capset(2))
        sets = (ctypes.c_uint32 * 6)(bit, bit, bit, 0, 0, 0)
        if _libc.capset(header, sets) != 0:
            number = ctypes.get_errno()
            raise OSError(number, f"capset: {os.strerror(number)}")
        _prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_DAC_OVERRIDE)


def main(arguments: list[str]) -> None:
    """Never returns: the process becomes the command, or ends."""
    split = arguments.index("--")
    options, command = arguments[:split], arguments[split + 1 :]
    if "--account" in options:
        uid, gid = options[options.index("--account") + 1].split(":")
        _drop_to(int(uid), int(gid), reach="--reach" in options)
    _prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != int(options[0]):
        # The parent died before the tie was set, so nothing would ever end this process.
        os._exit(1)
    # Looked up on PATH by the parent: without root, Python's own modules may be out of reach here.
    os.execv(command[0], command)  # noqa: S606 - starting a program without a shell is the purpose


if __name__ == "__main__":
    main(sys.argv[1:])
