"""Two hundred agents that each take the first row that nobody holds, past locked ones."""

import asyncio
import sys

from benchmarks.peers.claims import rows

TABLE = f"{rows.TABLE}; CREATE INDEX ON conversation (id) WHERE holder IS NULL"
_CLAIM = """
UPDATE conversation SET holder = %(agent)s WHERE id = (
  SELECT id FROM conversation WHERE holder IS NULL ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED)"""


if __name__ == "__main__":
    asyncio.run(rows.agents(sys.argv[1], _CLAIM))
