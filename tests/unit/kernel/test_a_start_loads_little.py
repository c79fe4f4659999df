import subprocess
import sys

#: Slow to load, and needed by few starts: by one with a collector, by one after an update.
_SELDOM = ("opentelemetry.exporter", "alembic", "sqlalchemy")


def test_a_service_loads_nothing_that_few_starts_need() -> None:
    """The gateway stands on all that the others stand on."""
    asked = f"import sys, services.gateway.app; print(*set({_SELDOM}) & sys.modules.keys())"

    loaded = subprocess.run(
        [sys.executable, "-c", asked], check=True, capture_output=True, text=True
    )

    assert loaded.stdout.split() == []
