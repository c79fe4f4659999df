"""Whatever a stranger or a broken carrier sends: verify refuses it, parse says so, nothing breaks.

Nothing but `Unverified` (and what asks for a second try) leaves verify, and nothing but
`Unparseable` leaves parse; and what comes out of it can be written to the log.
"""

import copy
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas import codec
from services.carriers.contract import (
    Headers,
    Method,
    NeedsChallenge,
    ProofForgotten,
    Request,
    Unverified,
)
from services.carriers.registry import CARRIERS
from services.ingest.domain import keep
from services.ingest.handlers import outcome
from tests.support.webhooks import FORM, NOW, account, fixtures, sign

EVERY = sorted(CARRIERS)
JSON = ("content-type", "application/json")
WORD = re.compile(r"[a-z]+(-[a-z]+)*")

#: What a body's leaf may turn into.
anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(max_size=12)
    | st.sampled_from(["+12015550150", "51515", "12015550150", "\ud800", "\0", "9" * 400, "²"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=4,
)
quick = settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow], deadline=None)


def _refusal(carrier: str, request: Request) -> str | None:
    """Verify; give why it was refused, which is a word of ours that is counted by."""
    try:
        CARRIERS[carrier].verify(request, account(carrier), NOW)
    except (NeedsChallenge, ProofForgotten):
        return "no-proof"
    except Unverified as refusal:
        return refusal.reason
    return None


def _breaks_nothing(carrier: str, request: Request) -> None:
    """Verify, parse, and spell what comes out: a bug would be told from what is not understood."""
    refusal = _refusal(carrier, request)
    assert refusal is None or WORD.fullmatch(refusal)
    found = outcome(keep(carrier, "main", request, NOW), {"main": account(carrier)})
    assert found.trouble is None or found.trouble[0] == "unparseable", found.trouble
    for envelope in found.envelopes:
        assert codec.decode(codec.encode(envelope)) == envelope


@st.composite
def requests(draw: st.DrawFn, methods: frozenset[Method]) -> Request:
    """Any request at all."""
    headers: Headers = tuple(
        draw(
            st.lists(
                st.tuples(
                    st.sampled_from(["authorization", "content-type", *_proofs()]),
                    st.text(st.characters(codec="latin-1"), max_size=40),
                ),
                max_size=4,
            )
        )
    )
    kind = draw(st.sampled_from([FORM, JSON, ("content-type", "text/plain")]))
    return Request(
        method=draw(st.sampled_from(sorted(methods))),
        query=draw(st.text(st.characters(codec="latin-1"), max_size=40)),
        headers=(kind, *headers),
        body=draw(st.binary(max_size=200) | st.text(max_size=100).map(_utf8)),
    )


def _utf8(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _proofs() -> list[str]:
    """Every header that any carrier proves its requests by."""
    signed = (sign(each.carrier, each.request) for each in fixtures() if each.name == "message")
    return sorted({name for request in signed for name, _ in request.headers})


@pytest.mark.parametrize("carrier", EVERY)
def test_any_bytes_are_refused_and_break_nothing(carrier: str) -> None:
    @quick
    @given(requests(CARRIERS[carrier].METHODS))
    def holds(request: Request) -> None:
        assert _refusal(carrier, request)
        _breaks_nothing(carrier, request)

    holds()


@pytest.mark.parametrize("carrier", EVERY)
def test_a_body_with_anything_in_any_place_breaks_nothing(carrier: str) -> None:
    @quick
    @given(st.data())
    def holds(data: st.DataObject) -> None:
        original = data.draw(st.sampled_from(fixtures(carrier))).request
        changed = (
            _another_document(data, original)
            if original.body.startswith((b"{", b"["))
            else _another_form(data, original)
        )
        _breaks_nothing(carrier, changed)
        _breaks_nothing(carrier, sign(carrier, changed))

    holds()


def _another_document(data: st.DataObject, original: Request) -> Request:
    document = json.loads(original.body)
    places = list(_places(document))
    holder, name = data.draw(st.sampled_from(places)) if places else (document, None)
    changed = copy.deepcopy(document)
    if name is None:
        return replace(original, body=json.dumps(data.draw(anything)).encode())
    inner = _at(changed, holder)
    if data.draw(st.booleans()):
        inner[name] = data.draw(anything)
    else:
        del inner[name]
    return replace(original, body=json.dumps(changed).encode())


def _places(document: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:  # noqa: ANN401 - any JSON
    """Give every place of a document: where its holder is, and its name in it."""
    named = document.items() if isinstance(document, dict) else enumerate(document)
    for name, inner in named:
        yield path, name
        if isinstance(inner, dict | list):
            yield from _places(inner, (*path, name))


def _at(document: Any, path: tuple[Any, ...]) -> Any:  # noqa: ANN401 - any JSON
    for name in path:
        document = document[name]
    return document


def _another_form(data: st.DataObject, original: Request) -> Request:
    spelled = original.query if original.method == "GET" else original.body.decode()
    fields = parse_qsl(spelled, keep_blank_values=True)
    text = st.text(st.characters(codec="utf-8"), max_size=20)
    index = data.draw(st.integers(0, len(fields)))
    name = fields[index][0] if index < len(fields) else data.draw(text)
    fields[index : index + 1] = data.draw(st.lists(st.tuples(st.just(name), text), max_size=2))
    changed = urlencode(fields)
    if original.method == "GET":
        return replace(original, query=changed)
    return replace(original, body=changed.encode())
