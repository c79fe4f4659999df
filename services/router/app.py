"""Wires the router to the kernel: its handlers on aiokafka, and nothing to perform."""

from services.kernel.service import run
from services.router import settings
from services.router.handlers import RouterHandlers


def main() -> None:
    """Run until told to stop."""
    run("router", RouterHandlers(), runtime=settings.RUNTIME)
