"""A server that sends what a publisher says to all others."""

import asyncio
import sys

from websockets.asyncio.server import ServerConnection, broadcast, serve

_PUBLISHER = "/publish"


async def _serve(port: int) -> None:
    screens: set[ServerConnection] = set()

    async def talk(socket: ServerConnection) -> None:
        if socket.request is not None and socket.request.path == _PUBLISHER:
            async for said in socket:
                broadcast(screens, said)
            return
        screens.add(socket)
        try:
            await socket.wait_closed()
        finally:
            screens.discard(socket)

    async with serve(talk, "127.0.0.1", port, compression=None, ping_interval=None) as server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1])))
