"""Keeps every read model that may serve at the end of the log: one projector each."""

import asyncio

from psycopg.errors import InvalidSchemaName, UndefinedTable

from services.gateway.adapters import read_models
from services.gateway.adapters.applying import Applier, Changed, Tell, unheard
from services.gateway.adapters.projector import Following, Projector
from services.gateway.domain.views import Online
from services.kernel.postgres import is_transient

_LOOK_SECONDS = 2.0


class Keeper:
    """Starts and stops projectors as read models come and go."""

    def __init__(
        self, around: Following, online: Online, tell: Tell, changed: Changed = unheard
    ) -> None:
        self._around, self._online, self._tell = around, online, tell
        self._changed = changed
        self._running: dict[str, tuple[Projector, asyncio.Task[None]]] = {}
        self._serving = ""

    @property
    def leading(self) -> bool:
        """Whether this process projects what serves."""
        found = self._running.get(self._serving)
        return found is not None and found[0].leading

    async def run(self) -> None:
        """Look again and again; a projector that fails ends the service."""
        try:
            while True:
                await self._look()
                tasks = [task for _, task in self._running.values()]
                await asyncio.wait(
                    tasks, timeout=_LOOK_SECONDS, return_when=asyncio.FIRST_COMPLETED
                )
                for name, (_, task) in list(self._running.items()):
                    if task.done():
                        await self._ended(name, task)
        finally:
            for name in list(self._running):
                await self._stop(name)

    async def _look(self) -> None:
        try:
            models = await read_models.every(self._around.pool)
        except Exception as error:
            if not is_transient(error):
                raise
            return
        followed = {one.schema for one in models if one.state in read_models.FOLLOWED}
        self._serving = next(one.schema for one in models if one.state == "serving")
        for name in self._running.keys() - followed:
            await self._stop(name)
        for name in followed - self._running.keys():
            applier = Applier(
                self._around.pool, name, self._online, self._tell, changed=self._changed
            )
            projector = Projector(self._around, applier, name)
            self._running[name] = projector, asyncio.create_task(projector.run())

    async def _ended(self, name: str, task: "asyncio.Task[None]") -> None:
        """Forget a projector whose read model was discarded under it; any other end ends us."""
        error = task.exception()
        gone = isinstance(error, UndefinedTable | InvalidSchemaName)
        if not gone or name in {one.schema for one in await read_models.every(self._around.pool)}:
            task.result()
        del self._running[name]

    async def _stop(self, name: str) -> None:
        _, task = self._running.pop(name)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
