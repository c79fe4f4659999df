"""Dead letters, for operators: what was set aside and why, to be retried or given up."""

from typing import Annotated, Literal

from fastapi import Path, Query

from schemas.letter import KEEPERS
from services.gateway.domain.dead_letters import Letter, named, place_named, shown
from services.gateway.domain.oversight import has_role
from services.gateway.http.entry import CallerDep, KeyDep, Parts, PartsDep
from services.gateway.http.letter_shapes import DeadLetter, DeadLetterDetail, DeadLetters
from services.gateway.http.letter_shapes import SettingAside as Note
from services.gateway.http.operating import REFUSES, Deed, operators_router, tell_deed
from services.gateway.http.problems import Trouble, not_found
from services.gateway.ports import Json
from services.kernel.telemetry import mask

#: One page; what is older is in its topic, and `tandem dead-letters` lists it.
MOST_LETTERS = 500
#: Who may see whole numbers beside the role of an operator.
SEES_NUMBERS = frozenset({"admin"})

router = operators_router("/dead-letters")
Id = Annotated[str, Path(max_length=120, description="As the list names it.")]


@router.get("", response_model=DeadLetters, operation_id="dead_letters")
async def dead_letters(
    *,
    parts: PartsDep,
    state: Literal["open", "ended"] = "open",
    limit: Annotated[int, Query(ge=1, le=MOST_LETTERS)] = 200,
) -> Json:
    """Records that services have set aside, of all organizations, the latest first."""
    found, open_count = await parts.letters.letters(is_open=state == "open", most=limit)
    return {"items": [shown(one) for one in found], "open_count": open_count}


@router.get("/{letter_id}", response_model=DeadLetterDetail, operation_id="dead_letter")
async def dead_letter(
    *,
    letter_id: Id,
    caller: CallerDep,
    parts: PartsDep,
    numbers: Literal["masked", "shown"] = "masked",
) -> Json:
    """One of them, with its record as it was written.

    Numbers are masked, unless the operator is an admin too and asks for them.
    """
    letter = await _known(parts, letter_id)
    raw = await parts.letters.raw(letter)
    may_show = has_role(await parts.views.person(caller.scope), SEES_NUMBERS)
    hide = str if may_show and numbers == "shown" else mask
    return {
        **shown(letter),
        "key": hide(letter.key),
        "error": hide(letter.error),
        "raw": None if raw is None else hide(raw.text),
        "size": 0 if raw is None else raw.size,
        "masked": hide is mask,
        "may_show": may_show,
        "stack": "" if raw is None else raw.stack,
        "deeds": await parts.letters.deeds(letter),
    }


@router.post(
    "/{letter_id}/retry",
    response_model=DeadLetter,
    operation_id="retry_dead_letter",
    responses=REFUSES,
)
async def retry_dead_letter(
    *, letter_id: Id, caller: CallerDep, parts: PartsDep, key: KeyDep
) -> Json:
    """Let its service decide it again, and in their order those that wait behind it.

    `open` with a later `died_at` means that it broke again; `open` with the same one, that its
    service has not come to it yet.
    """
    letter = await _waiting(parts, letter_id)
    if letter.place.service not in KEEPERS:
        text = "Nobody can decide this one again. A webhook can be parsed again: tandem reparse."
        raise Trouble(409, "not-retryable", text)
    deed = Deed(action="letter-retried", about=named(letter.place), letter=letter.place)
    await tell_deed(parts, caller, key, deed)
    return shown(await parts.letters.after(letter))


@router.post(
    "/{letter_id}/set-aside",
    response_model=DeadLetter,
    operation_id="set_dead_letter_aside",
    responses=REFUSES,
)
async def set_dead_letter_aside(
    *, letter_id: Id, body: Note, caller: CallerDep, parts: PartsDep, key: KeyDep
) -> Json:
    """Give it up for good, with a note why; what waited behind it goes on without it."""
    letter = await _waiting(parts, letter_id)
    if not letter.place.service:
        text = "An older version set it aside and did not say who it was: tandem dead-letters."
        raise Trouble(409, "unknown-keeper", text)
    about = named(letter.place)
    deed = Deed(action="letter-set-aside", about=about, note=body.note, letter=letter.place)
    await tell_deed(parts, caller, key, deed)
    if letter.place.service not in KEEPERS:
        await parts.letters.give_up(letter)
    return shown(await parts.letters.after(letter))


async def _known(parts: Parts, id_: str) -> Letter:
    place = place_named(id_)
    letter = None if place is None else await parts.letters.letter(place)
    if letter is None:
        raise not_found()
    return letter


async def _waiting(parts: Parts, id_: str) -> Letter:
    letter = await _known(parts, id_)
    if letter.end is not None:
        raise Trouble(409, "letter-ended", f"This one is {letter.end} already.")
    return letter
