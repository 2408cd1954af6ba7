"""Numbers, URLs and times as JavaScript has them."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dubtui.demo import javascript


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("5", 5),
        (" 5 ", 5),
        ("\u00a0\n5\ufeff", 5),
        ("", 0),
        ("   ", 0),
        ("1e2", 100),
        ("+.5E1", 5),
        ("5.", 5),
        ("0x10", 16),
        ("0XfF", 255),
        ("0o17", 15),
        ("0b101", 5),
        ("-0", 0),
        ("007", 7),
        ("Infinity", math.inf),
        ("-Infinity", -math.inf),
        ("0x" + "f" * 400, math.inf),
        ("1e999", math.inf),
    ],
)
def test_what_is_a_number(text: str, value: float) -> None:
    assert javascript.number(text) == value


@pytest.mark.parametrize(
    "text", ["abc", "NaN", "nan", "inf", "infinity", "1_000", "1,5", "5px", "-0x10", "0x", "1 2", "٥", "--5", ".", "e5"]
)
def test_what_is_no_number(text: str) -> None:
    assert math.isnan(javascript.number(text))


@given(st.floats(allow_nan=False))
def test_every_printed_number_is_one(value: float) -> None:
    assert javascript.number(repr(value).replace("inf", "Infinity")) == value


@pytest.mark.parametrize(
    ("integer", "served"),
    [
        (0, 0),
        (-500, -500),
        (2**53 - 1, 9007199254740991),
        (9007199254740993, 9007199254740992),
        (-9007199254740993, -9007199254740992),
        (2**63 - 1, 9223372036854776000),
    ],
)
def test_a_big_integer_loses_its_last_digits(integer: int, served: int) -> None:
    assert javascript.double(integer) == served


@given(st.integers(-(2**63), 2**63 - 1))
def test_a_served_integer_is_the_same_double(integer: int) -> None:
    assert float(javascript.double(integer)) == float(integer)


@pytest.mark.parametrize(
    "url",
    [
        "https://images.example/a.png",
        "HTTPS://EXAMPLE",
        "https:images.example",
        "http:\\\\images.example",
        "https://user:pass@images.example:8080/a?b#c",
        "https://[::1]:80/",
        "https://192.168.0.1/a",
        "https://2130706433",
        "https://münchen.example/ä",
        "ftp://x.example/a.png",
        "javascript:alert(1)",
        "data:image/png;base64,AAAA",
        "mailto:ada@letters.example",
        "C:\\pictures\\ada.png",
        "x:",
        "foo://bar",
    ],
)
def test_what_is_a_url(url: str) -> None:
    assert javascript.is_url(url)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "not a url",
        "nope",
        "//images.example/a.png",
        "/a.png",
        "images.example/a.png",
        "https://",
        "https:///",
        "https://a b.example/",
        "https://a<b.example/",
        "https://images.example:port/",
        "https://images.example:70000/",
        "https://256.1.1.1/",
        "https://1.2.3.4.5/",
        "https://[nonsense]/",
        "1http://images.example",
        "foo://b r",
    ],
)
def test_what_is_no_url(url: str) -> None:
    assert not javascript.is_url(url)


def test_the_three_ways_to_write_a_time() -> None:
    moment = javascript.unix_ms("2026-11-20T16:04:29.123Z")
    assert javascript.iso(moment) == "2026-11-20T16:04:29.123Z"
    assert javascript.date_text(moment) == "Fri Nov 20 2026 16:04:29 GMT+0000 (Coordinated Universal Time)"
    assert javascript.utc_text(moment) == "Fri, 20 Nov 2026 16:04:29 GMT"


@given(st.integers(0, 4_102_444_800_000))
def test_an_iso_time_comes_back(unix_ms: int) -> None:
    assert javascript.unix_ms(javascript.iso(unix_ms)) == unix_ms
