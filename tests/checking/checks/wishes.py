"""What people were told of their wishes over HTTP, against the log (I1, I3, I5).

History has a line `say` for each text that somebody asked to send, by its `client_id`, and a line
`told` for each definite answer: `say` with the client's id, or `claim` with its place and epoch.
"""

from collections.abc import Iterator
from http import HTTPStatus

from schemas.conversation import MessageSubmitted
from tests.checking.evidence import Anomaly, Evidence


def _said(evidence: Evidence) -> set[str]:
    return {
        seen.envelope.data.client_id
        for seen in evidence.events("conversation-events")
        if isinstance(seen.envelope.data, MessageSubmitted) and seen.envelope.data.client_id
    }


def _told(evidence: Evidence) -> dict[str, set[int]]:
    """Give every answer that each text of a person got."""
    found: dict[str, set[int]] = {}
    for entry in evidence.history.of("told"):
        if entry.about["wish"] == "say":
            found.setdefault(entry.about["client_id"], set()).add(entry.about["status"])
    return found


def granted_is_kept(evidence: Evidence) -> Iterator[Anomaly]:
    """Expect a text that was answered by 200 in its conversation."""
    said = _said(evidence)
    for client_id, statuses in _told(evidence).items():
        if HTTPStatus.OK in statuses and client_id not in said:
            yield Anomaly("lost-write", f"{client_id} was answered by 200, and was not said")


def refused_is_refused(evidence: Evidence) -> Iterator[Anomaly]:
    """Expect nothing said that was only refused, and nothing that nobody asked for."""
    said, told = _said(evidence), _told(evidence)
    for client_id in sorted(said & told.keys()):
        if told[client_id] == {HTTPStatus.CONFLICT}:
            yield Anomaly("aborted-read", f"{client_id} was refused, and was said")
    asked = {entry.about["client_id"] for entry in evidence.history.of("say")}
    for client_id in sorted(said - asked) if asked else ():
        yield Anomaly("aborted-read", f"nobody asked to say {client_id}")


def one_winner(evidence: Evidence) -> Iterator[Anomaly]:
    """Expect one person to be told that they hold a conversation under an epoch."""
    winners: dict[tuple[object, ...], str] = {}
    for entry in evidence.history.of("told"):
        about = entry.about
        if about["wish"] != "claim" or about["status"] != HTTPStatus.OK:
            continue
        claim = (about["queue_id"], about["conversation_id"], about["epoch"])
        first = winners.setdefault(claim, about["holder"])
        if first != about["holder"]:
            yield Anomaly("double-holder", f"{claim}: {first} and {about['holder']} were told yes")
