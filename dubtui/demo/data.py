"""What a workspace is made of, and how it is read from a file."""

import json
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypedDict

PLANS = ("free", "pro", "business", "business plus", "business max", "business extra", "advanced", "enterprise")


class Row(TypedDict):
    """A customer as the database holds it, with the columns that are never served."""

    id: str
    name: str | None
    email: str | None
    avatar: str | None
    externalId: str | None
    stripeCustomerId: str | None
    country: str | None
    linkId: str | None
    partnerId: str | None
    programId: str | None
    sales: int
    saleAmount: int
    createdAt: str
    firstSaleAt: str | None
    subscriptionCanceledAt: str | None


COLUMNS = tuple(Row.__annotations__)


class Link(TypedDict):
    """A short link that customers came through."""

    id: str
    domain: str
    key: str
    shortLink: str
    url: str
    programId: str | None


class Partner(TypedDict):
    """Who brought a customer, and which discount that gives."""

    id: str
    name: str
    email: str | None
    image: str | None
    discountId: str | None


class Discount(TypedDict):
    """What a partner's customers pay less: percent or cents, for so many months."""

    id: str
    amount: int
    type: str
    maxDuration: int | None
    couponId: str | None
    couponTestId: str | None
    description: str | None


@dataclass(frozen=True, slots=True)
class Workspace:
    """A workspace and what it has paid for."""

    id: str
    plan: str = "business"
    program_id: str | None = None
    trial: bool = False
    clicks_over_quota: bool = False


@dataclass(frozen=True, slots=True)
class Token:
    """A key and whose it is; `personal` ones belong to a person and need the workspace named in the query."""

    key: str
    workspace: str
    role: str = "owner"
    scopes: tuple[str, ...] | None = None
    state: str | None = None
    personal: bool = False


@dataclass(frozen=True, slots=True)
class Data:
    """Everything that a demo starts from; `customers` goes by workspace id and is read once."""

    customers: Mapping[str, Iterable[Row]]
    links: Mapping[str, Link]
    partners: Mapping[str, Partner]
    discounts: Mapping[str, Discount]
    workspaces: Mapping[str, Workspace]
    tokens: Mapping[str, Token]
    stripe_ids_taken: frozenset[str] = frozenset()


class DataError(ValueError):
    """A file that is no workspace; the text says what is wrong with it."""


def read(path: Path) -> Data:
    """The data of a file; the workspace without customers of its own has those at the top."""
    try:
        content = json.loads(path.read_bytes())
    except OSError as error:
        raise DataError(f"{path}: {error.strerror}") from error
    except ValueError as error:
        raise DataError(f"{path} is not JSON: {error}") from error
    try:
        return _data(content)
    except KeyError as error:
        raise DataError(f"{path}: {error.args[0]} is missing") from error
    except DataError as error:
        raise DataError(f"{path}: {error}") from error
    except (TypeError, AttributeError) as error:
        raise DataError(f"{path} does not describe a workspace: {error}") from error


def _data(content: dict[str, Any]) -> Data:
    workspaces = content["workspaces"]
    return Data(
        customers={name: _rows(given.get("customers", content["customers"])) for name, given in workspaces.items()},
        links={link["id"]: link for link in content["links"]},
        partners={partner["id"]: partner for partner in content["partners"]},
        discounts={discount["id"]: discount for discount in content["discounts"]},
        workspaces={name: _workspace(name, given) for name, given in workspaces.items()},
        tokens={key: _token(key, given, workspaces) for key, given in content["tokens"].items()},
        stripe_ids_taken=frozenset(content.get("stripeCustomerIdsTakenElsewhere", ())),
    )


def _rows(given: list[Row]) -> list[Row]:
    for row in given:
        for column in COLUMNS:
            if column not in row:
                raise KeyError(f"{column} of customer {row.get('id', '?')}")
    return given


def _workspace(name: str, given: dict[str, Any]) -> Workspace:
    if given["plan"] not in PLANS:
        raise DataError(f"{name} is on a plan that Dub does not have: {given['plan']}")
    return Workspace(
        id=name,
        plan=given["plan"],
        program_id=given["programId"],
        trial=given.get("trial", False),
        clicks_over_quota=given.get("clicksOverQuota", False),
    )


def _token(key: str, given: dict[str, Any], workspaces: Container[str]) -> Token:
    if given["workspace"] not in workspaces:
        raise DataError(f"the key {key} belongs to a workspace that is not there: {given['workspace']}")
    return Token(
        key=key,
        workspace=given["workspace"],
        role=given["role"],
        scopes=tuple(given["scopes"]) if "scopes" in given else None,
        state=given.get("state"),
        personal=given.get("personal", False),
    )
