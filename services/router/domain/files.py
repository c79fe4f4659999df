"""What may go along with a text as files (DESIGN.md §6): how many, how large, of which kinds."""

from collections.abc import Sequence

from schemas.directory import NumberDefined
from schemas.files import PROMISES
from schemas.limits import FileLimits
from schemas.media import SentFile
from services.kernel.decider import Refused
from services.router.domain.refusals import BadOption
from services.router.domain.state import World

_MB = 1_000_000
_SYSTEM = FileLimits()
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


def check_limits(limits: FileLimits) -> None:
    """Refuse limits that are more than the system takes."""
    for name in FileLimits.__struct_fields__:
        most = getattr(_SYSTEM, name)
        if not 0 <= getattr(limits, name) <= most:
            raise BadOption(option=name, least=0, most=most)


def check_files(files: Sequence[SentFile], world: World) -> None:
    """Refuse what no message carries; whoever sends the command has measured the files."""
    defined = world.tenant_defined()
    limits = _SYSTEM if defined is None else defined.files
    if len(files) > limits.files:
        raise TooManyFiles(most=limits.files)
    for file in files:
        _check_file(file, world.tenant, limits)
    if sum(file.original.size for file in files) > limits.message_bytes:
        raise FilesTooBig(most=_megabytes(limits.message_bytes))


def _megabytes(size: int) -> str:
    return f"{size / _MB:.2f}".rstrip("0").rstrip(".")


def _check_file(file: SentFile, tenant: str, limits: FileLimits) -> None:
    if not file.original.key.startswith(f"{tenant}/"):
        raise UnknownFile
    if file.original.media_type not in _KINDS:
        raise TypeNotAllowed(name=file.name)
    if file.original.size > limits.file_bytes:
        raise FileTooBig(name=file.name, most=_megabytes(limits.file_bytes))


def check_carries(files: Sequence[SentFile], ours: NumberDefined) -> None:
    """Refuse files from a number that carries none."""
    if files and ours.toll_free:
        raise TollFreeNoFiles
