"""Take a film's first frame, and drop what it says beside its pictures and sound.

A film is opened by the one demuxer that its bytes asked for, with no protocol but `file`: a
playlist in disguise leads nowhere. Where and by what it was taken goes: pictures and sound are
moved into a new container as they are, the way that it is to be turned included; a film that says
nothing stays as it is, byte for byte.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import av
from PIL import Image

_DEMUXERS = {
    "video/mp4": "mov",
    "video/quicktime": "mov",
    "video/3gpp": "mov",
    "video/webm": "matroska",
    "video/mpeg": "mpeg",
}
#: Packets that are looked through for the first frame.
_MOST_PACKETS = 500
#: Packets that are looked through for the first frame.
_MOST_PACKETS = 500
_CONTAINERS = {"video/mp4": "mp4", "video/quicktime": "mov", "video/3gpp": "3gp"}
#: What every muxer writes, and what says nothing of a person.
_HARMLESS = frozenset(
    {
        "major_brand",
        "minor_version",
        "compatible_brands",
        "encoder",
        "handler_name",
        "language",
        "vendor_id",
        "timecode",
    }
)
_ONLY_FILE = {"protocol_whitelist": "file"}


def first_frame(path: Path, media_type: str, most_pixels: int) -> Image.Image:
    """Give it as it is to be seen; ValueError where there is none, or one that is too large."""
    with _opened(path, _DEMUXERS[media_type]) as film:
        stream = film.streams.video[0]
        stream.codec_context.thread_count = 1
        if stream.codec_context.width * stream.codec_context.height > most_pixels:
            raise ValueError("a frame is too large")
        for packet, _ in zip(film.demux(stream), range(_MOST_PACKETS), strict=False):
            for frame in packet.decode():
                turned = int(getattr(frame, "rotation", 0))
                picture: Image.Image = frame.to_image()  # type: ignore[no-untyped-call]  # PyAV types it partly
                return picture.rotate(turned, expand=True) if turned else picture
    raise ValueError("no frame")


@contextmanager
def _opened(path: Path, demuxer: str) -> Iterator[av.container.InputContainer]:
    """Open a film; what its decoders find wrong is a ValueError, and is not printed."""
    av.logging.set_level(None)
    try:
        with av.open(str(path), format=demuxer, options=_ONLY_FILE) as film:
            yield film
    except av.FFmpegError as error:
        raise ValueError(type(error).__name__) from error


def silenced(source: Path, target: Path, media_type: str) -> bool:
    """Write it without its asides; False where there are none, or none that can be dropped."""
    container = _CONTAINERS.get(media_type)
    if container is None:
        return False
    with _opened(source, "mov") as film:
        if not _says_something(film):
            return False
        with av.open(
            str(target), "w", format=container, container_options={"movflags": "faststart"}
        ) as out:
            _move(film, out)
    return True


def _says_something(film: av.container.InputContainer) -> bool:
    said = set(film.metadata).union(*(stream.metadata for stream in film.streams))
    return bool(said - _HARMLESS) or len(film.streams) > len(_shown(film))


def _shown(film: av.container.InputContainer) -> list[av.stream.Stream]:
    """Name pictures and sound; cameras write their position as a stream of its own."""
    return [*film.streams.video, *film.streams.audio]


def _move(film: av.container.InputContainer, out: av.container.OutputContainer) -> None:
    places = {one.index: out.add_stream_from_template(one) for one in _shown(film)}
    for place in places.values():
        place.metadata.clear()
    for packet in film.demux(*_shown(film)):
        if packet.dts is not None:  # the last of a stream is empty
            packet.stream = places[packet.stream.index]
            out.mux(packet)
