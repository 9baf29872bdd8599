import pytest

from tandem.progress.broker_watch import promised_seconds


@pytest.mark.parametrize(
    ("packet", "seconds"),
    [
        ("1010 0004 4d515454 04 02 000a 0004 64656166", 10),
        ("1010 0004 4d515454 04 02 0000 0004 64656166", 0),
        ("10 90 01 0004 4d515454 04 02 003c", 60),
        ("1012 0006 4d5149736470 03 02 001e 0004 64656166", 30),
        ("3003 0001 61", 0),
        ("10", 0),
        ("", 0),
    ],
)
def test_the_longest_silence_stands_in_the_first_packet(packet: str, seconds: int) -> None:
    assert promised_seconds(bytes.fromhex(packet)) == seconds
