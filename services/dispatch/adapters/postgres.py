"""Reads dispatch's own parts outside a batch: who has said STOP, right before a call."""

import msgspec

from services.dispatch.domain.state import Consent, consent_key
from services.kernel import postgres
from services.kernel.postgres import Pool
from services.kernel.readiness import Readiness

_READ = "SELECT value::text FROM part WHERE key = %s"


class PostgresConsents:
    """Consents as the last committed batch left them; waits while the database is away."""

    def __init__(self, pool: Pool, readiness: Readiness) -> None:
        self._pool = pool
        self._readiness = readiness

    async def has_opted_out(self, number: str, counterpart: str) -> bool:
        """Tell whether nothing may be sent to them now."""
        key = consent_key(number, counterpart)
        rows = await postgres.patiently(
            lambda: postgres.fetch_all(self._pool, _READ, (key,)), self._readiness, "postgres"
        )
        return bool(rows) and msgspec.json.decode(rows[0][0], type=Consent).opted_out
