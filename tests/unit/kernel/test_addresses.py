"""Only public addresses are called, and what an operator has allowed."""

import ipaddress
from collections.abc import Sequence

import pytest

from services.kernel.addresses import DoesNotResolve, NotAllowed, check, resolve
from services.kernel.outbound import Policy

LOOPBACK = (ipaddress.ip_network("127.0.0.0/8"),)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "10.0.0.1", "172.16.0.1",
        "192.168.1.1", "100.64.0.1", "169.254.169.254", "0.0.0.0", "192.0.0.8", "198.18.0.1",
        "224.0.0.1", "240.0.0.1", "255.255.255.255", "::", "::ffff:127.0.0.1", "::ffff:8.8.8.8",
        "64:ff9b::7f00:1", "2002:7f00:1::", "2001::1", "ff02::1", "192.0.2.1",
    ],
)  # fmt: skip
def test_an_address_that_is_not_public_is_refused(address: str) -> None:
    with pytest.raises(NotAllowed):
        check(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111"])
def test_a_public_address_is_called(address: str) -> None:
    assert str(check(address)) == address


def test_an_operator_may_allow_a_network_and_only_that() -> None:
    assert str(check("127.0.0.1", LOOPBACK)) == "127.0.0.1"
    with pytest.raises(NotAllowed):
        check("10.0.0.1", LOOPBACK)


async def test_one_bad_answer_among_good_ones_refuses_the_name() -> None:
    async def both(_host: str, _port: int) -> Sequence[str]:
        return ("8.8.8.8", "10.0.0.1")

    async def none(_host: str, _port: int) -> Sequence[str]:
        return ()

    with pytest.raises(NotAllowed):
        await resolve("files.example", 443, (), both)
    with pytest.raises(DoesNotResolve):
        await resolve("files.example", 443, (), none)


@pytest.mark.parametrize(
    "url",
    [
        "http://files.example/", "ftp://files.example/", "https://me:pw@files.example/",
        "https://files.example:8443/", "https://8.8.8.8/", "https://[::1]/", "https:///x",
        "https://other.example/", "file:///etc/passwd",
    ],
)  # fmt: skip
def test_what_the_address_itself_tells_is_judged_before_any_connection(url: str) -> None:
    with pytest.raises(NotAllowed):
        Policy(hosts=frozenset({"files.example", "8.8.8.8", "::1"})).check(url)


def test_https_on_its_own_port_is_the_plain_case() -> None:
    Policy().check("https://files.example/a?b=c")
    Policy.read(["127.0.0.0/8"]).check("http://127.0.0.1:8080/")
