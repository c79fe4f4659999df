"""What an API's answer means, by its status and the carrier's table of codes (carriers.md §2)."""

from dataclasses import dataclass, replace

from services.carriers.contract import Answer, HttpResponse

_REQUEST_TIMEOUT, _TOO_MANY, _SERVER_ERROR = 408, 429, 500
#: A gateway's word says nothing about what lies behind it: the message may have gone.
_GATEWAYS = frozenset({502, 504})
#: No credentials, no credit: nothing about the text.
_NOT_LET_IN = frozenset({401, 402})
#: With a code it may be the text that is forbidden.
_FORBIDDEN = 403
_MAX_TEXT = 500
_MAX_WAIT_SECONDS = 86_400
_UNTOLD = Answer(kind="permanent")


@dataclass(frozen=True, kw_only=True)
class Codes:
    """A carrier's error codes by what they ask for; all others are permanent."""

    retry: frozenset[str]
    once: frozenset[str] = frozenset()
    daily_cap: frozenset[str] = frozenset()
    opted_out: frozenset[str] = frozenset()
    #: It is the account that is not in order, not the text.
    account_fault: frozenset[str] = frozenset()


def judge(code: str, codes: Codes) -> Answer:
    """Say what a code means by the carrier's table."""
    once, daily_cap = code in codes.once, code in codes.daily_cap
    again = once or daily_cap or code in codes.retry
    return Answer(
        kind="retry" if again else "permanent",
        code=code,
        once=once,
        daily_cap=daily_cap,
        opted_out=code in codes.opted_out,
        account_fault=code in codes.account_fault,
    )


def accepted(provider_message_id: str | None) -> Answer:
    """Say what a 2xx means: without an id that we could read, it may have gone."""
    if not provider_message_id:
        return Answer(kind="unknown", code="no-id")
    return Answer(kind="accepted", provider_message_id=provider_message_id)


def refused(
    response: HttpResponse,
    verdict: Answer | None,
    text: str | None,
    *,
    idempotent: bool = False,
) -> Answer:
    """Say what a refusal means: `verdict` is what its code says, None where it has none."""
    code = verdict.code if verdict else f"http-{response.status}"
    wait = _retry_after(response)
    shown = text[:_MAX_TEXT] if text else None
    if response.status in _GATEWAYS and not idempotent:
        return Answer(kind="unknown", code=code, text=shown)
    told = replace(verdict or _UNTOLD, code=code, text=shown, retry_after_seconds=wait)
    if response.status in _NOT_LET_IN or (response.status == _FORBIDDEN and verdict is None):
        return replace(told, kind="permanent", account_fault=True)
    if response.status in {_REQUEST_TIMEOUT, _TOO_MANY} or response.status >= _SERVER_ERROR:
        return replace(told, kind="retry", once=False, opted_out=False)
    return told


def _retry_after(response: HttpResponse) -> int | None:
    given = response.headers.get("retry-after", "")
    if not (given.isascii() and given.isdigit()):
        return None
    return min(int(given[:9]), _MAX_WAIT_SECONDS)
