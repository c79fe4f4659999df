"""Two hundred agents that update one row where nobody holds it."""

import asyncio
import sys

from benchmarks.peers.claims import rows

TABLE = rows.TABLE
_CLAIM = "UPDATE conversation SET holder = %(agent)s WHERE id = %(id)s AND holder IS NULL"


if __name__ == "__main__":
    asyncio.run(rows.agents(sys.argv[1], _CLAIM))
