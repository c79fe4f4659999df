"""What the service says about itself: metrics in one catalogue, logs that name no person."""

import logging
import re
import sys
from collections.abc import MutableMapping
from types import TracebackType
from typing import Any

import structlog
from prometheus_client import Counter, Gauge, Histogram

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)

# The catalogue of the kernel's metrics; deploy/ draws its dashboard and alerts from these names.
RECORDS = Counter("tandem_records_total", "Records by what became of them", ["topic", "fate"])
BATCH_SIZE = Histogram(
    "tandem_batch_records", "Records decided at once", buckets=(1, 2, 5, 10, 25, 50, 100, 250, 500)
)
DECIDE_SECONDS = Histogram("tandem_decide_seconds", "Reading and deciding", buckets=_SECONDS)
COMMIT_SECONDS = Histogram("tandem_commit_seconds", "The one statement", buckets=_SECONDS)
PUBLISH_SECONDS = Histogram("tandem_publish_seconds", "Outbox to acks", buckets=_SECONDS)
LAG = Gauge("tandem_lag_records", "Records not yet decided", ["topic", "partition"])
FENCED = Counter("tandem_fenced_total", "Partitions found to belong to another process")
DEAD_LETTERS = Counter("tandem_dead_letters_total", "Records set aside", ["topic", "reason"])
RETRIES = Counter("tandem_retries_total", "Attempts repeated because a thing was away", ["what"])
TIMERS = Counter("tandem_timers_fired_total", "Due timers sent as commands")
TIMER_LATENESS = Histogram("tandem_timer_lateness_seconds", "Due until sent", buckets=_SECONDS)
EFFECTS = Counter("tandem_effects_total", "Effects by end", ["kind", "end"])
CLOCK_MOVED = Gauge("tandem_clock_moved_seconds", "What the last reading of the clock moved")
STALLS = Counter("tandem_stalls_total", "Reasons for which the watchdog ended the process", ["why"])

#: Keys that a log line may carry. Anything else is dropped, so no text of a person gets in by
#: accident; add a key here only if it can hold nothing that a person wrote.
ALLOWED = frozenset(
    {
        "action", "address", "attempt", "bucket", "carrier", "code", "command_id", "component",
        "conversation_id", "correlation", "count", "duration", "effect_id", "epoch", "error",
        "event", "exception",
        "generation", "instance", "kind", "lag", "level", "limit", "logger", "message_id",
        "name", "offset", "owner", "partition", "partitions", "path", "reason", "runtime",
        "seconds", "sequence", "service", "size", "stack", "state", "status", "subject", "tenant",
        "timestamp", "topic", "topics", "type", "version", "what", "why",
    }
)  # fmt: skip
_MOST_CAUSES, _MOST_FRAMES = 4, 13
#: Seven digits or more in a row are treated as a phone number; four stay readable.
_NUMBER = re.compile(r"\+?\d{7,15}(?!\d)")


def mask(text: str) -> str:
    """Hide all but the last four digits of whatever looks like a phone number."""
    return _NUMBER.sub(lambda found: "…" + found.group()[-4:], text)


def _allow_listed(
    _logger: object, _method: str, entry: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    return {
        key: mask(value) if isinstance(value, str) and key != "timestamp" else value
        for key, value in entry.items()
        if key in ALLOWED
    }


def configure_logging(service: str, instance: str) -> None:
    """Write JSON lines to standard error, ours and the libraries', with the ids bound once."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.ExceptionRenderer(_stack_without_values),
            _allow_listed,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    structlog.contextvars.bind_contextvars(service=service, instance=instance)
    handler = LibraryHandler()
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)


def _stack_without_values(
    exc_info: tuple[type[BaseException], BaseException, TracebackType | None],
) -> str:
    """Say where it broke, never what it held: an error's text may quote a message."""
    told = []
    error: BaseException | None = exc_info[1]
    for _ in range(_MOST_CAUSES):
        if error is None:
            break
        told.append(f"{type(error).__name__} at {' < '.join(_places(error.__traceback__))}")
        error = error.exceptions[0] if isinstance(error, BaseExceptionGroup) else error.__cause__
    return " because ".join(told)


def _places(traceback: TracebackType | None) -> list[str]:
    places = []
    while traceback is not None:
        code = traceback.tb_frame.f_code
        places.append(f"{code.co_filename}:{traceback.tb_lineno} {code.co_qualname}")
        traceback = traceback.tb_next
    return places[:-_MOST_FRAMES:-1]


class LibraryHandler(logging.Handler):
    """Passes on what libraries log, each template at most once per ten seconds.

    Kafka clients write a line per 20 to 100 ms while the broker is away (streaming.md §7).
    """

    _EVERY_SECONDS = 10.0
    _MOST_TEMPLATES = 512

    def __init__(self) -> None:
        super().__init__()
        self._last: dict[str, float] = {}

    def emit(self, record: logging.LogRecord) -> None:
        template = f"{record.name}:{record.msg}"[:200]
        last = self._last.get(template)
        if last is not None and record.created - last < self._EVERY_SECONDS:
            return
        if len(self._last) >= self._MOST_TEMPLATES:
            self._last.clear()
        self._last[template] = record.created
        structlog.get_logger().warning(
            "library",
            logger=record.name,
            level=record.levelname.lower(),
            what=str(record.msg)[:200],
        )
