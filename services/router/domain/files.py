"""What may go along with a text as files (DESIGN.md §6): how many, how large, of which kinds."""

from collections.abc import Sequence

from schemas.directory import NumberDefined
from schemas.files import MOST_FILE_BYTES, MOST_FILES, MOST_MESSAGE_BYTES, PROMISES
from schemas.media import SentFile
from services.kernel.decider import Refused

_MB = 1_000_000
_KINDS = frozenset(PROMISES.values())


class TooManyFiles(Refused):
    """More than one message carries."""

    code = "too-many-files"
    text = "You can attach up to {most} files."


class FileTooBig(Refused):
    """One of them, as it would be sent."""

    code = "file-too-big"
    text = "{name} is too big. Each file can be at most {most} MB."


class FilesTooBig(Refused):
    """All of them together."""

    code = "files-too-big"
    text = "These files are more than {most} MB together."


class TypeNotAllowed(Refused):
    """A kind that is not sent."""

    code = "type-not-allowed"
    text = "{name}: this file type can't be sent."


class UnknownFile(Refused):
    """It is not one of the tenant's."""

    code = "unknown-file"
    text = "Attach the file again."


class TollFreeNoFiles(Refused):
    """Toll-free numbers carry no files (DESIGN.md §6)."""

    code = "toll-free-no-files"
    text = "Toll-free numbers can only send SMS: one recipient, no attachments."


def check_files(files: Sequence[SentFile], tenant: str) -> None:
    """Refuse what no message carries; whoever sends the command has measured the files."""
    if len(files) > MOST_FILES:
        raise TooManyFiles(most=MOST_FILES)
    for file in files:
        _check_file(file, tenant)
    if sum(file.original.size for file in files) > MOST_MESSAGE_BYTES:
        raise FilesTooBig(most=MOST_MESSAGE_BYTES / _MB)


def _check_file(file: SentFile, tenant: str) -> None:
    if not file.original.key.startswith(f"{tenant}/"):
        raise UnknownFile
    if file.original.media_type not in _KINDS:
        raise TypeNotAllowed(name=file.name)
    if file.original.size > MOST_FILE_BYTES:
        raise FileTooBig(name=file.name, most=MOST_FILE_BYTES // _MB)


def check_carries(files: Sequence[SentFile], ours: NumberDefined) -> None:
    """Refuse files from a number that carries none."""
    if files and ours.toll_free:
        raise TollFreeNoFiles
