"""How calls travel: proof of who calls, a key for every write, problems as exceptions."""

import uuid
from collections.abc import Mapping
from typing import Any, Self
from urllib.parse import quote

import httpx

#: Seconds; the gateway itself answers or says 202 within a few.
TIMEOUT_SECONDS = 30.0
_JSON = "application/json"


class Refused(Exception):
    """The gateway said no, by RFC 9457: `code` is stable, `detail` a sentence for a person."""

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        self.status = status
        self.code: str = problem.get("code") or f"http-{status}"
        self.detail: str = problem.get("detail") or ""
        self.problem = problem
        super().__init__(f"{status} {self.code}: {self.detail}")


class Wire:
    """One gateway and who calls it; an HTTP client of one's own stays one's own to close."""

    def __init__(self, address: str, token: str, http: httpx.AsyncClient | None = None) -> None:
        self._address = address.rstrip("/")
        self._authorization = f"Bearer {token}"
        self._http = http or httpx.AsyncClient(timeout=TIMEOUT_SECONDS)
        self._is_ours = http is None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._is_ours:
            await self._http.aclose()

    async def exchange(
        self,
        method: str,
        path: str,
        *,
        body: object = None,
        content: bytes | None = None,
        query: Mapping[str, object] | None = None,
        headers: Mapping[str, object] | None = None,
        key: str | None = None,
    ) -> Any:  # noqa: ANN401 - each operation says what its answer is
        """Make one call; Refused where the gateway says no.

        A write has a key, so that the same call made again does nothing more: give it one to make
        it again after a silence, else each call has its own.
        """
        told = {"authorization": self._authorization, **_spelled(headers)}
        if method != "GET":
            told["idempotency-key"] = key or str(uuid.uuid4())  # noqa: TID251 - a client's own key
        answer = await self._http.request(
            method,
            f"{self._address}{path}",
            params=_spelled(query),
            headers=told,
            json=body,
            content=content,
        )
        return _read(answer)


def segment(text: str) -> str:
    """Spell a part of a path."""
    return quote(text, safe="")


def _spelled(values: Mapping[str, object] | None) -> dict[str, str]:
    given = ((name, value) for name, value in (values or {}).items() if value is not None)
    return {
        name: str(value).lower() if value in (True, False) else str(value) for name, value in given
    }


def _read(answer: httpx.Response) -> Any:  # noqa: ANN401 - any JSON, a text, or where it leads
    is_json = answer.headers.get("content-type", "").partition(";")[0].endswith("json")
    if answer.is_error:
        problem = answer.json() if is_json else {}
        raise Refused(answer.status_code, problem if isinstance(problem, dict) else {})
    if answer.is_redirect:
        return answer.headers["location"]
    if not answer.content:
        return None
    return answer.json() if is_json else answer.text
