"""The queue's settings: all its values are per queue and come with its definition (DESIGN.md §7)."""

from services.kernel.settings import KernelSettings


def read() -> KernelSettings:
    """Read `TANDEM_*` and `QUEUE_*` once; the runtime is aiokafka unless QUEUE_RUNTIME says so."""
    return KernelSettings.read("queue", runtime="aiokafka")
