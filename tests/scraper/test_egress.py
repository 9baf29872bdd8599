import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.egress import BAD_PORTS, BadEntry, Egress
from storage.address import hostname, parse

GUARD = Egress()

PRIVATE = [
    "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.127.255.254", "127.0.0.1",  # noqa: S104 - nothing is bound
    "127.255.255.254", "168.63.129.16", "169.254.0.1", "169.254.169.254", "172.16.0.1",
    "172.31.255.255", "192.0.0.1", "192.0.0.192", "192.0.2.1", "192.88.99.1", "192.168.0.1",
    "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.250", "240.0.0.1",
    "255.255.255.255", "::", "::1", "::7f00:1", "::a9fe:a9fe", "::ffff:127.0.0.1", "::ffff:7f00:1",
    "::ffff:10.0.0.1", "::ffff:169.254.169.254", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe",
    "64:ff9b::10.0.0.1", "64:ff9b:1::1", "64:ff9b:1:ffff::8.8.8.8", "100::1", "2001::1",
    "2001:0:7f00:1::1", "2001:0:808:808::80ff:fffe", "2001:db8::1", "2002:7f00:1::", "2002:a9fe:a9fe::",
    "2002:c0a8:1::1", "3fff::1", "3fff:fff::1", "5f00::1", "fc00::1", "fd00:ec2::254", "fdff::1",
    "fe80::1", "fe80::1%eth0", "febf::1", "fec0::1", "feff::1", "ff02::1", "ff0e::1", "2001:10::1", "",
    "localhost", "not an ip", "127.1", "1.2.3.4.5",
]  # fmt: skip
PUBLIC = [
    "1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "93.184.216.34", "100.63.255.255", "100.128.0.0",
    "126.255.255.255", "128.0.0.1", "168.63.129.15", "172.15.255.255", "172.32.0.0", "192.0.1.1",
    "192.167.255.255", "198.17.255.255", "223.255.255.255", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8",
    "2002:808:808::1", "2606:4700::1111", "2a00:1450:4001::200e",
]  # fmt: skip


@pytest.mark.parametrize("ip", PRIVATE)
def test_no_socket_connects_to_a_private_address(ip: str) -> None:
    assert GUARD.refuses(ip, 80, "shop.example") == "egress"


@pytest.mark.parametrize("ip", PUBLIC)
def test_public_addresses_are_open(ip: str) -> None:
    assert GUARD.refuses(ip, 443, "shop.example") is None


LOOPBACK = [
    "127.0.0.1", "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7f.1", "0X7F.0.0.1", "017700000001",
    "0177.0.0.1", "0177.0x0.1", "127.0.0.1.", "%31%32%37.0.0.1", "１２７.0.0.1", "[::1]",
    "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]", "[::FFFF:7F00:1]", "[::127.0.0.1]", "0", "127.0.0.2",
    "LocalHost", "localhost.",
]  # fmt: skip


@pytest.mark.parametrize("spelling", LOOPBACK)
def test_every_spelling_of_loopback_is_refused(spelling: str) -> None:
    host = hostname(parse(f"http://{spelling}/").host)
    connected = "127.0.0.1" if host == "localhost" else host.strip("[]")
    assert GUARD.refuses(connected, 80, host) == "egress"


@pytest.mark.parametrize("spelling", [text for text in LOOPBACK if not text.lower().startswith("local")][:13])
def test_every_spelling_of_an_allowed_address_is_allowed(spelling: str) -> None:
    host = parse(f"http://{spelling}:8000/").host
    assert Egress.allowing(["127.0.0.1:8000"]).refuses("127.0.0.1", 8000, host) is None


@pytest.mark.parametrize(
    ("entry", "ip", "port", "host", "allowed"),
    [
        ("localhost", "127.0.0.1", 80, "localhost", True),
        ("localhost", "::1", 8080, "localhost", True),
        ("LocalHost", "127.0.0.1", 80, "localhost", True),
        ("localhost", "127.0.0.1", 80, "localhost.", True),
        ("localhost.", "127.0.0.1", 80, "localhost", True),
        ("localhost", "127.0.0.1", 80, "LOCALHOST:80", True),
        ("localhost", "127.0.0.1", 80, "evil.example", False),
        ("localhost", "127.0.0.1", 80, "127.0.0.1", False),
        ("localhost", "127.0.0.1", 80, "sub.localhost", False),
        ("localhost:8080", "127.0.0.1", 8080, "localhost", True),
        ("localhost:8080", "127.0.0.1", 8081, "localhost", False),
        ("*.lab.example", "10.0.0.1", 80, "a.b.lab.example", True),
        ("*.lab.example", "10.0.0.1", 80, "lab.example", False),
        ("*.lab.example", "10.0.0.1", 80, "evillab.example", False),
        ("*.lab.example:81", "10.0.0.1", 80, "a.lab.example", False),
        ("bücher.example", "10.0.0.1", 80, "xn--bcher-kva.example", True),
        ("127.0.0.1", "127.0.0.1", 80, "127.0.0.1", True),
        ("127.0.0.1", "127.0.0.1", 80, "evil.example", False),
        ("127.0.0.1", "127.0.0.2", 80, "127.0.0.2", False),
        ("127.0.0.1:81", "127.0.0.1", 81, "127.0.0.1", True),
        ("127.0.0.1:81", "127.0.0.1", 82, "127.0.0.1", False),
        ("127.0.0.1", "::ffff:127.0.0.1", 80, "[::ffff:7f00:1]", True),
        ("::1", "::1", 80, "[::1]", True),
        ("[::1]", "::1", 80, "[::1]", True),
        ("[::1]:81", "::1", 81, "[::1]", True),
        ("[::1]:81", "::1", 82, "[::1]", False),
        ("10.0.0.0/8", "10.9.8.7", 80, "10.9.8.7", True),
        ("10.0.0.1/8", "10.9.8.7", 80, "10.9.8.7", True),
        ("10.0.0.0/8", "11.0.0.1", 80, "11.0.0.1", True),  # public anyway
        ("10.0.0.0/8", "10.9.8.7", 80, "evil.example", False),
        ("10.0.0.0/8", "192.168.0.1", 80, "192.168.0.1", False),
        ("fd00::/8", "fd00::5", 80, "[fd00::5]", True),
        ("fd00::/8", "10.0.0.1", 80, "10.0.0.1", False),
    ],
)
def test_an_entry_opens_the_name_that_it_names(
    entry: str, ip: str, port: int, host: str, allowed: bool
) -> None:
    assert Egress.allowing([entry]).refuses(ip, port, host) == (None if allowed else "egress")


@pytest.mark.parametrize(
    "entry",
    [
        "",
        " ",
        "*",
        "*.",
        "http://localhost",
        "localhost/x",
        "a b",
        "user@host",
        "h:port",
        "a.*.b",
        "h:99999999",
        "h:65536",
    ],
)
def test_what_names_no_host_is_said_when_the_guard_is_made(entry: str) -> None:
    with pytest.raises(BadEntry):
        Egress.allowing(["localhost", entry])


@pytest.mark.parametrize("port", sorted(BAD_PORTS))
def test_ports_of_other_protocols_are_refused_even_on_allowed_hosts(port: int) -> None:
    assert GUARD.refuses("8.8.8.8", port, "shop.example") == "egress"
    assert Egress.allowing(["localhost"]).refuses("127.0.0.1", port, "localhost") == "egress"
    assert Egress.allowing([f"localhost:{port}"]).refuses("127.0.0.1", port, "localhost") is None


@pytest.mark.parametrize("port", [80, 443, 8000, 8080, 8443, 3000, 49152])
def test_ports_of_web_servers_are_open(port: int) -> None:
    assert GUARD.refuses("8.8.8.8", port, "shop.example") is None


@given(st.ip_addresses(v=4))
def test_an_address_inside_another_is_judged_like_the_bare_one(ip: object) -> None:
    bare = GUARD.refuses(str(ip), 80, "x.example")
    high, low = (int(ip) >> 16, int(ip) & 0xFFFF)  # type: ignore[call-overload]
    assert GUARD.refuses(f"::ffff:{ip}", 80, "x.example") == bare
    assert GUARD.refuses(f"64:ff9b::{ip}", 80, "x.example") == bare
    assert GUARD.refuses(f"2002:{high:x}:{low:x}::1", 80, "x.example") == bare
