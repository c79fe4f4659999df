"""The words by which people withdraw, renew and ask, and what they are answered (carriers.md §3).

Edit these lists to change what counts; the whole message has to be one of them. Sources: CTIA's
short-code practice and FCC 47 CFR 64.1200(a)(10) for the English words; the French and Spanish
ones are customary and promised by no rule.
"""

import unicodedata
from collections.abc import Mapping
from typing import Literal, NamedTuple

from schemas.carrier import ConsentKeyword

Language = Literal["en", "fr", "es"]

#: Longest text that can be a word at all; what is longer is not even normalised.
MAX_WORD = 40

STOP: Mapping[Language, frozenset[str]] = {
    "en": frozenset(
        {
            "stop", "stopall", "stop all", "end", "cancel", "unsubscribe", "quit", "revoke",
            "opt out", "optout",
        }
    ),
    "fr": frozenset({"arret", "desabonner"}),
    "es": frozenset({"parar", "alto", "baja", "cancelar"}),
}  # fmt: skip
START: Mapping[Language, frozenset[str]] = {
    "en": frozenset({"start", "yes", "unstop"}),
    "fr": frozenset(),
    "es": frozenset(),
}
HELP: Mapping[Language, frozenset[str]] = {
    "en": frozenset({"help", "info"}),
    "fr": frozenset({"aide"}),
    "es": frozenset({"ayuda"}),
}
_LISTS: Mapping[ConsentKeyword, Mapping[Language, frozenset[str]]] = {
    "stop": STOP,
    "start": START,
    "help": HELP,
}

#: What is answered, once, without any marketing. `{name}` is the tenant's name.
ANSWERS: Mapping[ConsentKeyword, Mapping[Language, str]] = {
    "stop": {
        "en": "{name}: you are unsubscribed and will receive no more messages. "
        "Reply START to resubscribe.",
        "fr": "{name} : vous êtes désabonné et ne recevrez plus de messages. "
        "Répondez START pour vous réabonner.",
        "es": "{name}: ha cancelado su suscripción y no recibirá más mensajes. "
        "Responda START para suscribirse de nuevo.",
    },
    "start": {
        "en": "{name}: you are subscribed again. Reply STOP to unsubscribe, HELP for help.",
        "fr": "{name} : vous êtes réabonné. Répondez STOP pour vous désabonner.",
        "es": "{name}: se ha suscrito de nuevo. Responda STOP para cancelar.",
    },
    "help": {
        "en": "{name}: write your question here and a person will answer. "
        "Reply STOP to unsubscribe.",
        "fr": "{name} : écrivez votre question ici et une personne vous répondra. "
        "Répondez STOP pour vous désabonner.",
        "es": "{name}: escriba aquí su pregunta y una persona le responderá. "
        "Responda STOP para cancelar.",
    },
}


class Keyword(NamedTuple):
    """What a text means, and in which language it was said."""

    meaning: ConsentKeyword
    language: Language


def normal(text: str) -> str:
    """Trim, fold case, drop accents and punctuation: «¡Alto!» is `alto`."""
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    kept = (
        char
        for char in decomposed
        if not unicodedata.category(char).startswith(("M", "P", "S", "C")) or char.isspace()
    )
    return " ".join("".join(kept).split())


def keyword_of(text: str, handled: ConsentKeyword | None = None) -> Keyword | None:
    """Tell whether the whole message is a keyword; what the carrier took it for comes first."""
    word = normal(text) if len(text) <= MAX_WORD else ""
    for meaning, lists in _LISTS.items():
        for language, words in lists.items():
            if word in words and handled in {None, meaning}:
                return Keyword(meaning, language)
    return None if handled is None else Keyword(handled, "en")
