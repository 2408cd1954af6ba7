"""Everything that can go wrong between dubtui and Dub, named for the situation.

DubError
├── Unreachable          no whole answer came
│   ├── NameUnknown          the host has no address
│   ├── Untrusted            TLS failed
│   └── TooSlow              a time limit passed
├── DubInTrouble         500 and above
├── TooFast              429
├── Unexpected           an answer that is not Dub's: HTML, a redirect, too large, another shape
├── NotAllowed           something about the key stands in the way
│   ├── KeyRefused           400 of the header, 401
│   ├── PlanTooLow           403
│   ├── RoleTooLow           403
│   ├── ScopeTooLow          403
│   ├── QuotaUsedUp          403 on analytics
│   └── WorkspaceClosed      404 that speaks of the workspace, 409 and 410 of an invitation
├── NotFound             404 of a customer
├── Refused              400 of a body, 422
│   └── Taken                409
└── ReadOnly             nothing was sent
"""

from __future__ import annotations

CURSOR = "cursor"
"""The rule of a Refused whose cursor is not in the workspace any more."""
DATABASE = "database"
"""The rule of a Refused that Dub's database made, not its validation."""


class DubError(Exception):
    """The ancestor: `message` holds Dub's own words in one line, empty where Dub said nothing."""

    title = "Something went wrong at Dub"

    def __init__(self, message: str = "", *, status: int | None = None, code: str = "", doc_url: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.code = code
        self.doc_url = doc_url


class Unreachable(DubError):
    """No whole answer came; for a write that means that its outcome is not known unless `sent` is false."""

    title = "Dub cannot be reached"

    def __init__(self, message: str = "", *, sent: bool = True) -> None:
        super().__init__(message)
        self.sent = sent


class NameUnknown(Unreachable):
    """The host name has no address: no network, or a wrong API URL."""


class Untrusted(Unreachable):
    """The certificate of the other side is not trusted; nothing was sent."""

    title = "The connection to Dub is not trusted"


class TooSlow(Unreachable):
    """A time limit passed before the answer was whole."""

    title = "Dub takes too long"


class DubInTrouble(DubError):
    """Dub answered 500 or above."""

    title = "Dub is in trouble"


class TooFast(DubError):
    """The rate limit is used up; `wait` is the seconds from the answer until Dub wants to be asked again."""

    title = "Too many requests"

    def __init__(self, message: str = "", *, wait: float, status: int = 429, code: str = "", doc_url: str = "") -> None:
        super().__init__(message, status=status, code=code, doc_url=doc_url)
        self.wait = wait


class Unexpected(DubError):
    """An answer that Dub's API does not give: `message` says what came."""

    title = "That is not an answer of Dub's"


class NotAllowed(DubError):
    """The key, the plan, the role or the workspace stands in the way."""

    title = "Dub does not allow this"


class KeyRefused(NotAllowed):
    """Dub does not know the key, or its time is over."""

    title = "Dub refused the key"


class PlanTooLow(NotAllowed):
    """The workspace's plan has no customers in the API."""

    title = "This plan has no customers in the API"


class RoleTooLow(NotAllowed):
    """The key's owner may read but not write."""

    title = "Your role may not do this"


class ScopeTooLow(NotAllowed):
    """The key is limited to other parts of the API."""

    title = "The key may not do this"


class QuotaUsedUp(NotAllowed):
    """The workspace is over its monthly quota; customers are not affected, events are."""

    title = "The workspace is over its quota"


class WorkspaceClosed(NotAllowed):
    """The workspace is not there for this key: gone, left, or behind an open invitation."""

    title = "The workspace is not open to this key"


class NotFound(DubError):
    """No such customer in this workspace."""

    title = "No such customer"


class Refused(DubError):
    """Dub did not accept what was sent; `field` is the API's name of the first bad one, empty where it is not one."""

    title = "Dub refused it"

    def __init__(
        self,
        message: str = "",
        *,
        field: str = "",
        rule: str = "",
        row: int | None = None,
        status: int | None = None,
        code: str = "",
        doc_url: str = "",
    ) -> None:
        super().__init__(message, status=status, code=code, doc_url=doc_url)
        self.field = field
        self.rule = rule
        self.row = row
        """The index of a row of Dub's own that its list cannot serve, else None."""


class Taken(Refused):
    """A value that must be unique is in use; Dub blames the external ID even when it is the Stripe id."""

    title = "Another customer has this value"

    def about(self, field: str) -> Taken:
        """The same conflict, blamed on another field; Dub's words speak of the wrong one and are left out."""
        return Taken(field=field, rule=self.rule, status=self.status, code=self.code, doc_url=self.doc_url)


class ReadOnly(DubError):
    """This client only reads; nothing was sent."""

    title = "This workspace is read-only"
