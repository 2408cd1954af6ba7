"""Who is let in, what the others are told, and which check comes first."""

import pytest

from dubtui.demo.data import Token

from .made import asking, data, row

TOKENS = (
    Token("dub_expired", "ws_1", state="expired"),
    Token("dub_left", "ws_1", state="left"),
    Token("dub_pending", "ws_1", state="invite_pending"),
    Token("dub_too_late", "ws_1", state="invite_expired"),
    Token("dub_viewer", "ws_1", role="viewer"),
    Token("dub_billing", "ws_1", role="billing"),
    Token("dub_member", "ws_1", role="member"),
    Token("dub_links", "ws_1", scopes=("links.read",)),
    Token("dub_readonly", "ws_1", scopes=("apis.read",)),
    Token("dub_analyst", "ws_1", scopes=("analytics.read",)),
    Token("old", "ws_1", personal=True),
)
PAID = ("business", "business plus", "business max", "business extra", "advanced", "enterprise")


@pytest.mark.parametrize(
    ("authorization", "query", "status", "code", "begins", "limited"),
    [
        ("", "", 401, "unauthorized", "Missing Authorization header.", False),
        ("", "workspaceId=ws_1", 401, "unauthorized", "Unauthorized: Login required.", False),
        ("bearer dub_test", "", 400, "bad_request", "Misconfigured authorization header.", False),
        ("Basic ZHVi", "", 400, "bad_request", "Misconfigured authorization header.", False),
        ("dub_test", "", 400, "bad_request", "Misconfigured authorization header.", False),
        ("Bearer", "", 400, "bad_request", "Misconfigured authorization header.", False),
        ("Bearer ", "", 400, "bad_request", "Misconfigured authorization header.", False),
        ("Bearer  dub_test", "", 404, "not_found", "Workspace ID not found.", False),
        ("Bearer  dub_test", "workspaceId=ws_1", 401, "unauthorized", "Unauthorized: Invalid API key.", False),
        ("Bearer old", "", 404, "not_found", "Workspace ID not found.", False),
        ("Bearer old", "workspaceId=", 404, "not_found", "Workspace ID not found.", False),
        ("Bearer old", "workspaceId=ws_2", 404, "not_found", "Workspace not found.", True),
        ("Bearer dub_nobody", "", 401, "unauthorized", "Unauthorized: Invalid API key.", False),
        ("Bearer DUB_TEST", "", 404, "not_found", "Workspace ID not found.", False),
        ("Bearer dub_expired", "", 401, "unauthorized", "Unauthorized: Access token expired.", False),
        ("Bearer dub_left", "", 404, "not_found", "Workspace not found.", True),
        ("Bearer dub_pending", "", 409, "invite_pending", "Workspace invite pending.", True),
        ("Bearer dub_too_late", "", 410, "invite_expired", "Workspace invite expired.", True),
    ],
)
async def test_who_stays_outside(
    authorization: str, query: str, status: int, code: str, begins: str, *, limited: bool
) -> None:
    async with asking(data(row(1), tokens=TOKENS)) as ask:
        answer = await ask(f"/customers?pageSize=abc&{query}", authorization=authorization)
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (status, code)
    assert error["message"].startswith(begins)
    assert error["doc_url"].endswith(f"#{code.replace('_', '-')}")
    assert ("x-ratelimit-limit" in answer.headers) == limited


async def test_an_old_key_works_with_its_workspace_named() -> None:
    async with asking(data(row(1), tokens=TOKENS)) as ask:
        fine = await ask("/customers?workspaceId=ws_1", authorization="Bearer old")
        refused = await ask("/customers?workspaceId=ws_1&page=0", authorization="Bearer old")
    assert (fine.status_code, refused.status_code) == (200, 422)
    assert refused.headers["x-ratelimit-limit"] == "60"


async def test_another_workspace_named_is_ignored_for_a_workspace_key() -> None:
    async with asking(data(row(1))) as ask:
        assert await ask.numbers("/customers?workspaceId=ws_2") == [1]


@pytest.mark.parametrize("plan", ["free", "pro"])
@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/customers?page=0"), ("GET", "/customers/x"), ("POST", "/customers"), ("PATCH", "/customers/x")],
)
async def test_a_small_plan_is_told_before_anything_else(plan: str, method: str, path: str) -> None:
    async with asking(data(row(1), plan=plan)) as ask:
        assert await ask.problem(path, method=method) == (403, "Unauthorized: Need higher plan.")
        assert (await ask("/customers/count")).json() == 1
        assert (await ask("/customers/ext_user_1/activity")).status_code == 200


@pytest.mark.parametrize("plan", PAID)
async def test_the_plans_that_have_customers(plan: str) -> None:
    async with asking(data(row(1), plan=plan)) as ask:
        assert await ask.numbers("/customers") == [1]


@pytest.mark.parametrize("key", ["dub_viewer", "dub_billing"])
async def test_who_only_reads(key: str) -> None:
    async with asking(data(row(1), tokens=TOKENS)) as ask:
        ask.key = key
        assert await ask.numbers("/customers") == [1]
        for method, path in (("POST", "/customers"), ("PATCH", "/customers/x"), ("DELETE", "/customers/x")):
            status, message = await ask.problem(path, method=method)
            assert status == 403
            assert message.endswith("Required role(s): owner, member.")


@pytest.mark.parametrize("key", ["dub_member", "dub_links", "dub_readonly"])
async def test_scopes_are_not_looked_at_by_customers(key: str) -> None:
    async with asking(data(row(1), tokens=TOKENS)) as ask:
        ask.key = key
        assert (await ask("/customers/ext_user_1", method="PATCH", json={"name": "x"})).status_code == 200
        assert (await ask("/customers/ext_user_1", method="DELETE")).status_code == 200


@pytest.mark.parametrize(
    ("key", "status"), [("dub_test", 200), ("dub_analyst", 200), ("dub_readonly", 200), ("dub_links", 403)]
)
async def test_events_do_look_at_scopes(key: str, status: int) -> None:
    async with asking(data(row(1), tokens=TOKENS)) as ask:
        ask.key = key
        answer = await ask("/events")
    assert answer.status_code == status
    if status == 403:
        assert "'analytics.read'" in answer.json()["error"]["message"]


async def test_the_order_of_the_checks() -> None:
    """Limiter before membership, role before plan, query before body, body before the customer."""
    async with asking(data(row(1), tokens=TOKENS, plan="free"), rate_limit=1) as ask:
        ask.key = "dub_viewer"
        status, message = await ask.problem("/customers", method="POST")
        assert (status, message.partition(".")[0]) == (
            403,
            "You don't have the required role to access this endpoint",
        )
        assert (await ask.problem("/customers", method="POST"))[0] == 429
    async with asking(data(row(1))) as ask:
        nobody = "/customers/cus_nobody"
        assert (await ask.problem(f"{nobody}?page=0", method="PATCH", content=b"{"))[1].startswith("too_small: page")
        assert (await ask.problem(nobody, method="PATCH", content=b"{"))[0] == 400
        assert (await ask.problem(nobody, method="PATCH", json={"email": "x"}))[1].startswith("invalid_format: email")
        assert (await ask.problem(nobody, method="PATCH", json={}))[0] == 404
        assert (await ask.problem(f"{nobody}?page=0", method="DELETE"))[0] == 404
