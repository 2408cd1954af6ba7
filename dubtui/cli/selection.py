"""The options by which `dubtui list` and `dubtui export` choose customers, and what they mean."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

import click
from click.shell_completion import CompletionItem
from rich.cells import cell_len

from dubtui.cli.output import say
from dubtui.cli.root import complete_view, words
from dubtui.display.text import safe
from dubtui.fields import FIELDS

if TYPE_CHECKING:
    from dubtui.customers.desk import Desk, View
    from dubtui.customers.filters import FilterError
    from dubtui.customers.formats import Column
    from dubtui.customers.selection import Selection
    from dubtui.session import Session, Workspace

Command = TypeVar("Command", bound=Callable[..., Any])

ONE_OF = {"email": "--email", "external_id": "--external-id", "search": "--search"}
"""Of these Dub obeys only the first that is given."""
AROUND = 60
"""Characters of a filter that are shown on either side of what is wrong."""


def given(context: click.Context, parameter: click.Parameter, value: str | None) -> str:
    """Text that can be sent to Dub as it stands, or nothing; what is given and empty would choose everybody."""
    if value is not None:
        words(context, parameter, value)
    return value or ""


def complete_field(context: click.Context, parameter: click.Parameter, start: str) -> list[CompletionItem]:
    """The fields that the last of some names may become, for the shell's completion."""
    before, comma, begun = start.rpartition(",")
    names = (name for field in FIELDS for name in (field.name, *field.aliases))
    return [CompletionItem(f"{before}{comma}{name}") for name in names if name.startswith(begun)]


SELECTION_OPTIONS = (
    click.option("--search", metavar="T", callback=given, help="Whole words of names and e-mails, as Dub finds them."),
    click.option("--email", metavar="E", callback=given, help="Exactly this e-mail."),
    click.option("--external-id", metavar="X", callback=given, help="Exactly this external ID."),
    click.option("--country", metavar="C", callback=given, help="An ISO code."),
    click.option("--link-id", metavar="ID", callback=given, help="Who came by this link."),
    click.option("--partner-id", metavar="ID", callback=given, help="Whom this partner brought."),
    click.option("--where", metavar="FILTER", callback=given, help="A filter as in the app: 'ltv>500 created<30d'."),
    click.option(
        "--view",
        metavar="NAME",
        callback=given,
        shell_complete=complete_view,
        help="As a saved view of the app has it: its filter, its order, its columns.",
    ),
    click.option(
        "--sort",
        metavar="FIELD[:asc|desc]",
        multiple=True,
        shell_complete=complete_field,
        help="By any field, then by the next; newest first without.",
    ),
    click.option(
        "--columns",
        metavar="A,B,C",
        callback=given,
        shell_complete=complete_field,
        help="These fields: saleAmount is in cents, ltv in dollars.",
    ),
    click.option("--json", "as_json", is_flag=True, help="The same as --format json."),
    click.option("--raw", is_flag=True, help="Leave in CSV and TSV what a spreadsheet takes for a formula."),
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the options of a selection say."""

    search: str
    email: str
    external_id: str
    country: str
    link_id: str
    partner_id: str
    where: str
    view: str
    sort: tuple[str, ...]
    columns: str
    as_json: bool
    raw: bool

    def format(self, given: str | None, usual: str) -> str:
        """The format that is meant; raises UsageError for two."""
        if not self.as_json:
            return given or usual
        if given not in (None, "json"):
            raise click.UsageError(f"--json and --format {given} are two formats; give one of them.")
        return "json"


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which customers, and which columns of them; none: what a format usually has."""

    selection: Selection
    columns: tuple[Column, ...]


def with_selection(command: Command) -> Command:
    """Let a command take the options of a selection."""
    for option in reversed(SELECTION_OPTIONS):
        command = option(command)
    return command


def chosen_by(session: Session, asked: Asked, limit: int | None) -> Chosen:
    """What is meant; raises UsageError where that is nothing."""
    several = [option for name, option in ONE_OF.items() if getattr(asked, name)]
    if len(several) > 1:
        raise click.UsageError(f"Dub obeys only one of {' and '.join(several)}; give one of them.")
    from dubtui.api.query import CustomerQuery
    from dubtui.customers.formats import columns_of
    from dubtui.customers.selection import Selection, order_of

    with _wrong_in("--columns"):
        columns = columns_of(asked.columns) if asked.columns else ()
    with _wrong_in("--sort"):
        order = order_of(asked.sort)
    with _wrong_in("--where"):
        _check_filter(asked.where, session.clock.now())
    query = CustomerQuery(
        email=asked.email,
        external_id=asked.external_id,
        search=asked.search,
        country=asked.country,
        link_id=asked.link_id,
        partner_id=asked.partner_id,
    )
    return Chosen(Selection(query, asked.where, order, limit), columns)


def through(workspace: Workspace, chosen: Chosen, name: str) -> Chosen:
    """What was chosen, with the filter of a saved view as well, and its order and columns where none were asked for.

    Raises UsageError where there is no such view, and OSError where the views cannot be read.
    """
    if not name:
        return chosen
    from dubtui.customers.formats import columns_of
    from dubtui.display.columns import column_width

    lens = _view_of(workspace.desk, name).lens
    with _wrong_in("--view"):
        _check_filter(lens.filter, workspace.clock.now())
    selection = replace(chosen.selection, within=lens.filter, order=chosen.selection.order or lens.order)
    names = ",".join(column_width(column)[0] for column in lens.columns)
    return Chosen(selection, chosen.columns or (columns_of(names) if names else ()))


def _view_of(desk: Desk, name: str) -> View:
    view = desk.view(name)
    if view:
        return view
    if desk.unread:
        raise desk.unread
    names = ", ".join(repr(view.name) for view in desk.views) or "none yet, the app keeps one with V"
    raise click.UsageError(f"There is no view {name!r} of this workspace (saved: {names}).")


@contextmanager
def _wrong_in(option: str) -> Iterator[None]:
    try:
        yield
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint=option) from None


def _check_filter(text: str, now: datetime) -> None:
    from dubtui.customers import filters

    try:
        understood = filters.parse(text, now)
    except filters.FilterError as error:
        raise ValueError("\n".join((str(error), *pointed(text, error)))) from None
    for hint in understood.hints:
        say(hint)


def pointed(text: str, error: FilterError) -> tuple[str, str]:
    """A filter, or what of a long one stands around the mistake, and a line with signs under it."""
    start, end = min(error.start, len(text)), min(error.end, error.start + AROUND)
    before, wrong, after = (
        safe(part) for part in (text[max(0, start - AROUND) : start], text[start:end], text[end : end + AROUND])
    )
    return f"  {before}{wrong}{after}", f"  {' ' * cell_len(before)}{'^' * max(1, cell_len(wrong))}"
