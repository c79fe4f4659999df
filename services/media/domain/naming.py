"""Names of files as people may see them: no path, no control, nothing that turns the writing."""

from urllib.parse import unquote, urlsplit

MOST_NAME = 120
_PATHS = frozenset('\\/:"<>|')


def clean(name: str) -> str:
    """Drop what could lead astray: separators, control and bidi characters; keep the ending."""
    kept = "".join(letter for letter in name if letter.isprintable() and letter not in _PATHS)
    return kept.strip()[-MOST_NAME:]


def of_link(url: str, index: int, media_type: str) -> str:
    """Name a file for people: the URL's last part if it looks like a name, else by its type."""
    name = clean(unquote(urlsplit(url).path.rsplit("/", 1)[-1]))
    if "." in name.strip("."):
        return name
    kind = media_type.rsplit("/", 1)[-1].rsplit(".", maxsplit=1)[-1]
    return f"file-{index + 1}.{'bin' if kind == 'octet-stream' else kind}"
