"""What may be sent: the kinds of DESIGN.md §6 by a name's ending, and what their bytes may be."""

from schemas.files import PROMISES

OCTET_STREAM = "application/octet-stream"
_PICTURES = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp", "image/heic"})
_SOUND = frozenset({"audio/mpeg", "audio/mp4", "audio/aac", "audio/wav", "audio/ogg", "audio/amr"})
_FILMS = frozenset({"video/mp4", "video/quicktime", "video/3gpp", "video/webm", "video/mpeg"})
#: One container may hold sound or film, and says so only deep inside.
_MOVING = _SOUND | _FILMS

#: What is made small before it is sent; it may be larger when it comes.
SHRUNK = frozenset({"image/jpeg", "image/png", "image/heic"})
_ENDINGS = {"image/jpeg": "jpg", "image/png": "png", "image/gif": "gif", "image/webp": "webp"}


def promised(name: str) -> str | None:
    """Say what a name promises; None for a kind that is not sent."""
    _, dot, ending = name.rpartition(".")
    return PROMISES.get(ending.lower()) if dot else None


def is_kept(promise: str, found: str) -> bool:
    """Tell whether the bytes are of the kind that the name promises.

    A picture under another picture's name is harmless and common; so are film and sound.
    """
    families = (_PICTURES, _MOVING)
    return promise == found or any(promise in one and found in one for one in families)


def renamed(name: str, media_type: str) -> str:
    """Give a picture the ending that its bytes ask for; anything else keeps its name."""
    ending = _ENDINGS.get(media_type)
    if ending is None or promised(name) == media_type:
        return name
    return f"{name.rpartition('.')[0]}.{ending}"
