"""Wait for a condition with a deadline; never sleep for a guessed time."""

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar, overload

DEFAULT_SECONDS = 10.0
_POLL_SECONDS = 0.02

ValueT = TypeVar("ValueT")


@overload
async def eventually(
    ask: Callable[[], Coroutine[Any, Any, ValueT]],
    seconds: float = DEFAULT_SECONDS,
    *,
    every: float = _POLL_SECONDS,
) -> ValueT: ...
@overload
async def eventually(
    ask: Callable[[], ValueT], seconds: float = DEFAULT_SECONDS, *, every: float = _POLL_SECONDS
) -> ValueT: ...
async def eventually(
    ask: Callable[[], ValueT | Awaitable[ValueT]],
    seconds: float = DEFAULT_SECONDS,
    *,
    every: float = _POLL_SECONDS,
) -> ValueT:
    """Ask until the answer is truthy and no longer an AssertionError; give that answer.

    `ask` may be a function or a coroutine function. The last failure is shown at the deadline.
    """
    deadline = time.monotonic() + seconds
    while True:
        failure: AssertionError | None = None
        value: ValueT | None = None
        try:
            answer = ask()
            value = await answer if inspect.isawaitable(answer) else answer
        except AssertionError as error:
            failure = error
        if value:
            return value
        if time.monotonic() > deadline:
            raise _late(ask, seconds, value) from failure
        await asyncio.sleep(every)


def wait_until(
    ask: Callable[[], ValueT], seconds: float = DEFAULT_SECONDS, *, every: float = _POLL_SECONDS
) -> ValueT:
    """Do the same as `eventually`, without an event loop."""
    deadline = time.monotonic() + seconds
    while True:
        failure: AssertionError | None = None
        value: ValueT | None = None
        try:
            value = ask()
        except AssertionError as error:
            failure = error
        if value:
            return value
        if time.monotonic() > deadline:
            raise _late(ask, seconds, value) from failure
        time.sleep(every)


def _late(ask: Callable[[], object], seconds: float, value: object) -> AssertionError:
    name = getattr(ask, "__qualname__", repr(ask))
    return AssertionError(f"{name} did not come true within {seconds} s; last answer: {value!r}")
