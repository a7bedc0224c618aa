"""What a process took: CPU time of its children, memory. The clock is that of the solver room."""

from __future__ import annotations

import resource


def children_cpu_seconds() -> float:
    """Return the CPU time of the children that have ended, and of their own children. [s]."""
    others = resource.getrusage(resource.RUSAGE_CHILDREN)
    return others.ru_utime + others.ru_stime


def peak_gigabytes() -> float:
    """Return the highest memory of this process, or of a child where one took more. [GB]."""
    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return max(resource.getrusage(kind).ru_maxrss for kind in kinds) / 1024**2


def limit_memory(gigabytes: float) -> None:
    """Let this process fail rather than take more memory. [GB]."""
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    wanted = int(gigabytes * 1024**3)
    resource.setrlimit(resource.RLIMIT_AS, (wanted, hard))
