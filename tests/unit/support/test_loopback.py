import socket

import pytest

from tests.support.loopback import LeavesTheMachine


def test_a_test_cannot_leave_this_machine() -> None:
    with socket.socket() as probe, pytest.raises(LeavesTheMachine):
        probe.connect(("192.0.2.1", 9))


def test_a_test_may_talk_to_itself() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()).close()
