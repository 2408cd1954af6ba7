"""What the web server answers by itself, seen from the raw path."""

import pytest

from .made import asking, data, row

ODD_IDS = (
    "org/42",
    "user 42",
    "100%",
    "100%25",
    "a#b",
    "a?b&c=d",
    "..",
    "ünïcode",
    "🦊",
    "'\"<>&",
    "a+b",
    "",
    "cus_1LOOK",
)


@pytest.mark.parametrize(
    ("path", "status", "kind"),
    [
        ("/customers", 200, "application/json"),
        ("/api/customers", 200, "application/json"),
        ("/customers/", 308, None),
        ("/api/customers/", 308, None),
        ("/customers/count", 200, "application/json"),
        ("/customers/%63ount", 404, "application/json"),
        ("/customers/ext_user_1", 200, "application/json"),
        ("/api/customers/ext_user_1", 200, "application/json"),
        ("/Customers", 404, "text/html; charset=utf-8"),
        ("/api/api/customers", 404, "text/html; charset=utf-8"),
        ("/api", 404, "text/html; charset=utf-8"),
        ("/", 404, "text/html; charset=utf-8"),
        ("/customers//activity", 404, "text/html; charset=utf-8"),
        ("/customers/ext_org/42", 404, "text/html; charset=utf-8"),
        ("/customers/x/extra", 404, "text/html; charset=utf-8"),
        ("/links", 404, "text/html; charset=utf-8"),
        ("/__reset", 404, "text/html; charset=utf-8"),
        ("/customers/ext_100%", 500, "text/html; charset=utf-8"),
        ("/customers/ext_%zz", 500, "text/html; charset=utf-8"),
        ("/customers/ext_%f", 500, "text/html; charset=utf-8"),
        ("/customers/ext_%ff", 500, "text/html; charset=utf-8"),
        ("/customers/ext_%ed%a0%80", 500, "text/html; charset=utf-8"),
        ("/customers/ext_%/activity", 500, "text/html; charset=utf-8"),
    ],
)
async def test_paths(path: str, status: int, kind: str | None) -> None:
    async with asking(data(row(1))) as ask:
        answer = await ask(path)
    assert answer.status_code == status
    assert answer.headers.get("content-type") == kind
    assert "content-length" not in answer.headers


@pytest.mark.parametrize("path", ["/nowhere", "/customers/ext_%"])
async def test_nobody_is_asked_for_a_key_there(path: str) -> None:
    async with asking(data()) as ask:
        answer = await ask(path, authorization="")
    assert answer.status_code in (404, 500)
    assert "html" in answer.text


async def test_a_trailing_slash_is_redirected_relatively() -> None:
    async with asking(data()) as ask:
        answer = await ask("/customers/?page=2", authorization="")
    assert (answer.status_code, answer.headers["location"], answer.text) == (308, "/customers?page=2", "/customers")


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/customers", "GET, HEAD, OPTIONS, POST"),
        ("/customers/x", "DELETE, GET, HEAD, OPTIONS, PATCH"),
        ("/customers/count", "GET, HEAD, OPTIONS"),
        ("/customers/x/activity", "GET, HEAD, OPTIONS"),
        ("/events", "GET, HEAD, OPTIONS"),
    ],
)
async def test_methods(path: str, allowed: str) -> None:
    """OPTIONS tells them without a key; others get an empty 405 without a content type, and no CORS headers at all."""
    async with asking(data(row(1))) as ask:
        options = await ask(path, method="OPTIONS", authorization="")
        wrong = [await ask(path, method=method) for method in ("PUT", "TRACE", "DELETE") if method not in allowed]
    assert (options.status_code, options.headers["allow"], options.content) == (204, allowed, b"")
    assert {(answer.status_code, answer.content, answer.headers.get("content-type")) for answer in wrong} == {
        (405, b"", None)
    }
    assert not [name for name in options.headers if name.startswith("access-control")]


@pytest.mark.parametrize("path", ["/customers", "/customers/ext_user_1", "/customers/nobody", "/nowhere"])
async def test_head_is_get_without_a_body(path: str) -> None:
    async with asking(data(row(1))) as ask:
        head, get = await ask(path, method="HEAD"), await ask(path)
    assert head.content == b""
    assert (head.status_code, head.headers.get("content-type")) == (get.status_code, get.headers.get("content-type"))


@pytest.mark.parametrize("external_id", ODD_IDS)
async def test_an_external_id_is_found_when_the_whole_segment_is_encoded(external_id: str) -> None:
    encoded = "".join(f"%{byte:02X}" for byte in external_id.encode())
    doubled = encoded.replace("%", "%25")
    async with asking(data(row(1, externalId=external_id))) as ask:
        assert (await ask(f"/customers/ext_{encoded}")).json()["externalId"] == external_id
        assert (await ask(f"/customers/ext_{doubled}")).status_code == (404 if external_id else 200)


async def test_ext_is_cut_once() -> None:
    async with asking(data(row(1, externalId="ext_7"), row(2, externalId="user 42"))) as ask:
        assert (await ask("/customers/ext_ext_7")).status_code == 200
        assert (await ask("/customers/ext_7")).status_code == 404
        assert (await ask("/customers/user_1")).status_code == 404
        assert (await ask("/customers/ext_user+42")).status_code == 404
        assert await ask.numbers("/customers?externalId=ext_7") == [1]
        assert await ask.numbers("/customers?externalId=user+42") == [2]


async def test_the_date_header_tells_the_demos_clock() -> None:
    async with asking(data()) as ask:
        assert (await ask("/customers")).headers["date"] == "Fri, 20 Nov 2026 21:15:42 GMT"
