"""Who may come in: the key, the membership behind it, and what the endpoint asks of scope, role and plan."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from dubtui.demo.answers import Refusal
from dubtui.demo.data import Token, Workspace
from dubtui.demo.rate import MINUTE_MS, SECOND_MS


class Limits(NamedTuple):
    """How many calls a key has: a minute for the API, a second for analytics."""

    api: int
    analytics: int


BUSINESS = Limits(1200, 4)
LIMITS = {
    "free": Limits(60, 0),
    "pro": Limits(600, 2),
    "business": BUSINESS,
    "business plus": BUSINESS,
    "business max": BUSINESS,
    "business extra": BUSINESS,
    "advanced": Limits(3000, 8),
    "enterprise": Limits(3000, 16),
}
TRIAL = Limits(120, 2)
PLANS_WITH_CUSTOMERS = frozenset(LIMITS) - {"free", "pro"}

SCOPES_FOR_EVERYTHING_READ = frozenset({"apis.all", "apis.read"})


@dataclass(frozen=True, slots=True)
class Needs:
    """What an endpoint asks of those who call it."""

    roles: tuple[str, ...] = ()
    paid: bool = True
    permission: str | None = None
    analytics: bool = False

    @property
    def window_ms(self) -> int:
        """The window that its calls are counted in."""
        return SECOND_MS if self.analytics else MINUTE_MS


READ = Needs()
READ_ON_ANY_PLAN = Needs(paid=False)
READ_ANALYTICS = Needs(permission="analytics.read", analytics=True)
WRITE = Needs(roles=("owner", "member"))


class Access:
    """The keys and workspaces, asked in Dub's order: `recognise`, then `limit`, then `admit`."""

    def __init__(
        self, tokens: Mapping[str, Token], workspaces: Mapping[str, Workspace], *, minute_limit: int | None
    ) -> None:
        self._tokens, self._workspaces, self._minute_limit = tokens, workspaces, minute_limit

    def recognise(self, authorization: str, query: Mapping[str, str]) -> Token:
        """The key that the header holds."""
        workspace_named = bool(query.get("workspaceId"))
        if not authorization:
            missing = "Unauthorized: Login required." if workspace_named else "Missing Authorization header."
            raise Refusal("unauthorized", missing)
        if not authorization.startswith("Bearer "):
            raise Refusal(
                "bad_request",
                "Misconfigured authorization header. Did you forget to add 'Bearer '? Learn more: https://d.to/auth",
            )
        key = authorization.removeprefix("Bearer ")
        if not key.startswith("dub_") and not workspace_named:
            raise Refusal(
                "not_found",
                "Workspace ID not found. Did you forget to include a `workspaceId` query parameter? It looks like you"
                " might be using personal API keys, we also recommend refactoring to workspace API keys:"
                " https://d.to/keys",
            )
        token = self._tokens.get(key)
        if token is None:
            raise Refusal("unauthorized", "Unauthorized: Invalid API key.")
        if token.state == "expired":
            raise Refusal("unauthorized", "Unauthorized: Access token expired.")
        return token

    def limit(self, token: Token, needs: Needs) -> int:
        """How many calls the key has in the endpoint's window; a personal key belongs to no plan, which is free."""
        if self._minute_limit is not None and not needs.analytics:
            return self._minute_limit
        workspace = self._workspaces[token.workspace]
        plan = LIMITS["free"] if token.personal else TRIAL if workspace.trial else LIMITS[workspace.plan]
        return plan.analytics if needs.analytics else plan.api

    def admit(self, token: Token, needs: Needs, query: Mapping[str, str]) -> Workspace:
        """The workspace, when the key's owner still belongs to it and may do this."""
        if token.state == "invite_pending":
            raise Refusal("invite_pending", "Workspace invite pending.")
        if token.state == "invite_expired":
            raise Refusal("invite_expired", "Workspace invite expired.")
        if token.state == "left" or (token.personal and query.get("workspaceId") != token.workspace):
            raise Refusal("not_found", "Workspace not found.")
        workspace = self._workspaces[token.workspace]
        if needs.permission and not _permits(token, needs.permission):
            raise Refusal(
                "forbidden",
                "The provided key does not have the required permissions for this endpoint on the workspace"
                f" '{workspace.id}'. Having the '{needs.permission}' permission would allow this request to continue.",
            )
        if needs.roles and token.role not in needs.roles:
            raise Refusal(
                "forbidden",
                "You don't have the required role to access this endpoint."
                f" Required role(s): {', '.join(needs.roles)}.",
            )
        if needs.paid and workspace.plan not in PLANS_WITH_CUSTOMERS:
            raise Refusal("forbidden", "Unauthorized: Need higher plan.")
        return workspace


def _permits(token: Token, permission: str) -> bool:
    if token.scopes is None:
        return True
    return permission in token.scopes or not SCOPES_FOR_EVERYTHING_READ.isdisjoint(token.scopes)
