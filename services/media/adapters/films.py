"""Drop what a film says beside its pictures and sound: where and by what it was taken.

The pictures and the sound are moved into a new container as they are, the way that it is to be
turned included; a film that says nothing stays as it is, byte for byte.
"""

from pathlib import Path

import av

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


def silenced(source: Path, target: Path, media_type: str) -> bool:
    """Write it without its asides; False where there are none, or none that can be dropped."""
    container = _CONTAINERS.get(media_type)
    if container is None:
        return False
    with av.open(str(source), format="mov", options=_ONLY_FILE) as film:
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
