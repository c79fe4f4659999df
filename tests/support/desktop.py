"""A desktop of our own: shows what a browser wants shown, and lets somebody click on it.

Chromium speaks to it as to any Linux desktop (the Desktop Notifications Specification, over D-Bus),
so that a click is a person's to the page: it may come to the front, or be opened.
"""

import contextlib
import itertools
import os
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jeepney import DBusAddress, HeaderFields, MessageType, new_error, new_method_return, new_signal
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import open_dbus_connection

_NAME, _PATH = "org.freedesktop.Notifications", "/org/freedesktop/Notifications"
_EMITTER = DBusAddress(_PATH, interface=_NAME)
_ABILITIES = ["actions", "body", "body-images", "body-markup", "persistence"]
#: Reasons of the specification.
_CLOSED_BY_CALL = 3
_BUS = """<busconfig>
  <type>session</type><listen>unix:path={path}</listen>
  <policy context="default">
    <allow send_destination="*"/><allow receive_sender="*"/><allow own="*"/>
  </policy>
</busconfig>
"""


class Desktop:
    """What stands on the screen by its number; each is a title and a body."""

    def __init__(self, address: str) -> None:
        #: For a browser's DBUS_SESSION_BUS_ADDRESS.
        self.address = address
        self._line = open_dbus_connection(bus=address)
        self._line.send_and_get_reply(message_bus.RequestName(_NAME))
        self._numbers = itertools.count(1)
        self._stands: dict[int, tuple[str, str]] = {}
        threading.Thread(target=self._serve, daemon=True).start()

    def shown(self) -> list[tuple[str, str]]:
        """Give what stands there, the oldest first."""
        return list(self._stands.values())

    def click(self) -> None:
        """Click on what came last."""
        number = max(self._stands)
        self._line.send(new_signal(_EMITTER, "ActionInvoked", "us", (number, "default")))

    def _serve(self) -> None:
        with contextlib.suppress(OSError, EOFError):  # the bus has ended
            while True:
                message = self._line.receive()
                if message.header.message_type is MessageType.method_call:
                    self._answer(message)

    def _answer(self, call: Any) -> None:  # noqa: ANN401 - jeepney has no types
        match call.header.fields[HeaderFields.member]:
            case "GetCapabilities":
                self._line.send(new_method_return(call, "as", (_ABILITIES,)))
            case "GetServerInformation":
                self._line.send(new_method_return(call, "ssss", ("desk", "tests", "1", "1.2")))
            case "Notify":
                _, replaced, _, title, body, *_ = call.body
                number = replaced or next(self._numbers)
                self._stands[number] = (title, body)
                self._line.send(new_method_return(call, "u", (number,)))
            case "CloseNotification":
                (number,) = call.body
                self._stands.pop(number, None)
                self._line.send(new_method_return(call))
                about = (number, _CLOSED_BY_CALL)
                self._line.send(new_signal(_EMITTER, "NotificationClosed", "uu", about))
            case _:
                self._line.send(new_error(call, "org.freedesktop.DBus.Error.UnknownMethod"))


@contextlib.contextmanager
def desktop() -> Iterator[Desktop]:
    """Run a bus of its own, and the desktop on it."""
    with tempfile.TemporaryDirectory(prefix="desk-") as place:
        config, path = Path(place, "bus.conf"), Path(place, "bus")
        config.write_text(_BUS.format(path=path), encoding="utf-8")
        command = ["dbus-daemon", f"--config-file={config}", "--nofork", "--print-address=1"]
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        ) as bus:
            assert bus.stdout is not None
            try:
                yield Desktop(bus.stdout.readline().strip())
            finally:
                bus.terminate()


def environment(on: Desktop) -> dict[str, str | float | bool]:
    """Give a browser that desktop."""
    return {**os.environ, "DBUS_SESSION_BUS_ADDRESS": on.address}
