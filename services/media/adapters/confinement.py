"""Limits of a process that looks at an untrusted file; it imports little, to start at once."""

import resource

MAX_MEMORY_BYTES = 1_500_000_000
MAX_CPU_SECONDS = 10
#: A limit of the file system's writes: nothing that is made here is larger.
MAX_WRITE_BYTES = 50_000_000


def confine() -> None:
    """Bound the process that this is called in, before it looks at a file."""
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY_BYTES, MAX_MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (MAX_CPU_SECONDS, MAX_CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (MAX_WRITE_BYTES, MAX_WRITE_BYTES))
