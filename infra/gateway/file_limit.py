"""The limit of open files of this process: each connection is one."""

import resource


def raise_file_limit() -> None:
    """As far as it goes without more rights: shells start with 1,024, which is for programs that use select(2)."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
