"""What may mean STOP without being a word of the list; a person decides, so it may be wide.

Edit the list to change what is flagged. Each phrase is spelt as `words.normal` leaves it: lower
case, no accents, no punctuation ("don't" is `dont`, "n'envoyez" is `nenvoyez`).
"""

from collections.abc import Mapping

from services.router.domain.words import Language, normal

#: Longest text that is looked through; what people withdraw by is short.
MAX_LOOKED_AT = 1_000

PHRASES: Mapping[Language, tuple[str, ...]] = {
    "en": (
        "stop texting", "stop messaging", "stop sending", "stop contacting", "stop writing",
        "stop the messages", "stop the texts", "stop these", "stop bothering", "please stop",
        "quit texting", "quit messaging", "quit sending",
        "do not text", "dont text", "do not message", "dont message", "do not contact",
        "dont contact", "do not send", "dont send", "never text", "never contact",
        "no more texts", "no more messages", "no more text messages",
        "remove me", "remove my number", "delete my number", "lose my number",
        "take me off", "leave me alone", "unsubscribe", "opt out", "opt me out", "optout",
        "cancel my subscription", "revoke my consent", "withdraw my consent", "i revoke",
    ),
    "fr": (
        "arretez de", "arrete de", "ne menvoyez plus", "ne mecrivez plus", "ne me contactez plus",
        "ne plus recevoir", "plus de messages", "desabonnez moi", "me desabonner", "me desinscrire",
        "supprimez mon numero", "retirez mon numero", "laissez moi tranquille",
    ),
    "es": (
        "deje de", "dejen de", "deja de", "no me escriba", "no me escriban", "no me envie",
        "no me envien", "no me contacte", "no me contacten", "no mas mensajes", "no quiero recibir",
        "darme de baja", "deme de baja", "borre mi numero", "borren mi numero", "dejeme en paz",
    ),
}  # fmt: skip


def phrase_in(text: str) -> str | None:
    """Give the first phrase of the list that the text holds as whole words."""
    said = f" {normal(text[:MAX_LOOKED_AT])} "
    for phrases in PHRASES.values():
        for phrase in phrases:
            if f" {phrase} " in said:
                return phrase
    return None
