"""The writing end of the spool: runs in the disk's thread, and owns the one open segment."""

import os
import secrets
from collections.abc import Callable, Sequence
from pathlib import Path

from services.ingest.adapters import segments
from services.ingest.adapters.segments import Segment
from services.kernel.crash import point

_PERMISSIONS = 0o600


class Writer:
    """Appends and syncs; what it has not synced it has not taken."""

    def __init__(
        self,
        directory: Path,
        segment_bytes: int,
        sync: Callable[[int], None],
        end_process: Callable[[str], None],
    ) -> None:
        self._directory = directory
        self._segment_bytes = segment_bytes
        self._sync = sync
        self._end_process = end_process
        self._file: int | None = None
        self._segment: Segment | None = None
        self._end = 0

    def commit(self, payloads: Sequence[bytes], after: int) -> tuple[Segment, int]:
        """Write and sync; give the segment and its new length. OSError: nothing was taken.

        after: a new segment's number is larger than this one's and than the last one's.
        """
        if self._file is None or self._segment is None or self._end >= self._segment_bytes:
            file, segment = self._begin(after)
        else:
            file, segment = self._file, self._segment
        content = b"".join(segments.frame(segment.mark, payload) for payload in payloads)
        try:
            _write(file, content)
        except OSError:
            self._take_back(file)
            raise
        point("spool-written")
        self._synced(file)
        point("spool-synced")
        self._end += len(content)
        return segment, self._end

    def seal(self) -> None:
        """Let the next commit begin a new segment."""
        self.close()

    def close(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _begin(self, after: int) -> tuple[int, Segment]:
        number = max(after, self._segment.number if self._segment else 0) + 1
        mark = secrets.token_bytes(segments.MARK_BYTES)
        segment = Segment.named(self._directory, number, mark)
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL
        file = os.open(segment.path, flags, _PERMISSIONS)
        self.close()
        self._file, self._segment, self._end = file, segment, 0
        directory = os.open(self._directory, os.O_RDONLY)
        try:
            self._synced(directory)
        finally:
            os.close(directory)
        return file, segment

    def _take_back(self, file: int) -> None:
        try:
            os.ftruncate(file, self._end)
        except OSError:
            self._end_process("spool-truncate")

    def _synced(self, file: int) -> None:
        try:
            self._sync(file)
        except OSError:
            # the state of the pages is unknown, and a second sync would lie about it
            self._end_process("spool-sync")
            raise


def _write(file: int, content: bytes) -> None:
    view = memoryview(content)
    while view:
        view = view[os.write(file, view) :]
