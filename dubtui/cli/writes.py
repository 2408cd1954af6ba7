"""The commands that change customers, and those that show and take back what was changed.

What they do is in `writing` and `undoing`, which are loaded with the first of them that runs.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass

import click

from dubtui.cli.output import say
from dubtui.cli.root import run_async, session_of, with_global_options, words
from dubtui.display.text import plural
from dubtui.fields import FIELDS, Field, field_of

EDITABLE = ("name", "email", "externalId", "stripeCustomerId", "avatar", "country")
"""The fields that can be changed."""


@dataclass(frozen=True, slots=True)
class Mode:
    """Whether nothing is asked any more, and whether nothing is sent."""

    sure: bool = False
    dry: bool = False


def end(code: int) -> click.exceptions.Exit:
    """What ends a command with a code, once all is said."""
    return click.exceptions.Exit(code)


dry_run = click.option(
    "--dry-run", is_flag=True, help="Print the request, method and path and then the body; send nothing."
)
yes = click.option("--yes", is_flag=True, help="Send it unasked.")


def _text(value: str) -> str:
    """Text that can be sent, to the letter as it was given."""
    if any("\ud800" <= char <= "\udfff" for char in value):  # Python's stand-ins for bytes that are not UTF-8
        raise click.BadParameter("it is not text in UTF-8.")
    return value


def editable(word: str) -> str:
    """The field that a word means, of those that can be changed; raises BadParameter."""
    field = field_of(word.strip())
    if field is not None and field.name in EDITABLE:
        return field.name
    if field is not None:
        raise click.BadParameter(f"{field.title} ({field.name}) cannot be changed; there are {', '.join(EDITABLE)}.")
    known = {name.casefold(): field.name for field in FIELDS if field.name in EDITABLE for name in _names(field)}
    close = difflib.get_close_matches(word.strip().casefold(), known, n=1)
    hint = f"did you mean {known[close[0]]!r}?" if close else f"there are {', '.join(EDITABLE)}."
    raise click.BadParameter(f"there is no field {word!r}; {hint}")


def _names(field: Field) -> tuple[str, ...]:
    return (field.name, *field.aliases)


def _settings(context: click.Context, parameter: click.Parameter, given: Sequence[str]) -> dict[str, str | None]:
    """The values of all FIELD=VALUE."""
    values: dict[str, str | None] = {}
    for text in given:
        word, sign, value = _text(text).partition("=")
        if not sign:
            raise click.BadParameter(f"{text!r} is not FIELD=VALUE.")
        _add(values, editable(word), value or None)
    return values


def _emptied(context: click.Context, parameter: click.Parameter, given: Sequence[str]) -> dict[str, str | None]:
    values: dict[str, str | None] = {}
    for word in given:
        _add(values, editable(_text(word)), None)
    return values


def _maybe_words(context: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    return None if value is None else words(context, parameter, value)


def _add(values: dict[str, str | None], field: str, value: str | None) -> None:
    if field in values:
        raise click.BadParameter(f"{field} is given twice.")
    values[field] = value


@click.command()
@click.argument("text", metavar="[LOOKUP]", required=False, callback=_maybe_words)
@click.option("--set", "given", multiple=True, metavar="FIELD=VALUE", callback=_settings, help="A field's new value.")
@click.option("--unset", "emptied", multiple=True, metavar="FIELD", callback=_emptied, help="A field to empty.")
@click.option(
    "--from",
    "source",
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, allow_dash=True),
    help="Change all customers of a CSV file; - is the standard input.",
)
@click.option(
    "--result", metavar="FILE", type=click.Path(dir_okay=False), help="With --from: what became of each, as CSV."
)
@yes
@dry_run
@with_global_options
@click.pass_context
def edit(
    context: click.Context,
    text: str | None,
    given: dict[str, str | None],
    emptied: dict[str, str | None],
    source: str | None,
    result: str | None,
    yes: bool,
    dry_run: bool,
) -> None:
    """Change a customer, or all of a file; FIELD is name, email, externalId, stripeCustomerId, avatar or country."""
    mode = Mode(sure=yes, dry=dry_run)
    if source is not None:
        _edit_from(context, source, result, mode, has_more=bool(text or given or emptied))
        return
    if result is not None:
        raise click.UsageError("--result goes with --from.")
    if text is None:
        raise click.UsageError("Missing argument 'LOOKUP', or --from FILE.")
    if twice := given.keys() & emptied.keys():
        raise click.UsageError(f"{min(twice)} is both set and unset.")
    if not given and not emptied:
        raise click.UsageError("There is nothing to change: give --set FIELD=VALUE or --unset FIELD.")
    from dubtui.cli import writing

    context.exit(run_async(writing.edit(session_of(context), text, {**given, **emptied}, mode)))


def _edit_from(context: click.Context, source: str, result: str | None, mode: Mode, *, has_more: bool) -> None:
    if has_more:
        raise click.UsageError("--from takes customers and values from the file: give no LOOKUP, --set or --unset.")
    if result is not None and mode.dry:
        raise click.UsageError("--dry-run sends nothing, so that there is no --result.")
    from dubtui.cli import bulk

    sheet = bulk.sheet_of(source)
    context.exit(run_async(bulk.edit_from(session_of(context), sheet, mode, result)))


@click.command()
@click.option("--external-id", "externalId", metavar="X", required=True, help="What your system calls the customer.")
@click.option("--country", metavar="C", required=True, help="An ISO code, or the English name.")
@click.option("--name", metavar="N", default="")
@click.option("--email", metavar="E", default="")
@click.option("--stripe-customer-id", "stripeCustomerId", metavar="S", default="")
@click.option("--avatar", metavar="URL", default="", help="Dub fetches it, and hosts it from then on.")
@yes
@dry_run
@with_global_options
@click.pass_context
def create(context: click.Context, /, yes: bool, dry_run: bool, **given: str) -> None:
    """Create a customer without a link; deprecated by Dub, since no sale is ever attributed to it."""
    from dubtui.cli import writing

    wanted = {field: _text(given[field]) for field in EDITABLE if given[field] or field in ("externalId", "country")}
    context.exit(run_async(writing.create(session_of(context), wanted, Mode(sure=yes, dry=dry_run))))


@click.command()
@click.argument("text", metavar="LOOKUP", callback=words)
@click.option("--confirm", metavar="EXTERNAL_ID", help="The customer's external ID; the Dub id where there is none.")
@click.option("--no-snapshot", is_flag=True, help="Keep no copy, and remove what the journal holds of the customer.")
@dry_run
@with_global_options
@click.pass_context
def delete(context: click.Context, text: str, confirm: str | None, no_snapshot: bool, dry_run: bool) -> None:
    """Delete a customer, for good."""
    from dubtui.cli import writing

    mode = Mode(dry=dry_run)
    context.exit(run_async(writing.delete(session_of(context), text, confirm, mode, snapshot=not no_snapshot)))


@click.command()
@click.argument("number", metavar="[ENTRY]", type=click.IntRange(min=1), required=False)
@click.option("--confirm", metavar="EXTERNAL_ID", help="To take back a creation, which deletes the customer.")
@yes
@dry_run
@with_global_options
@click.pass_context
def undo(context: click.Context, number: int | None, confirm: str | None, yes: bool, dry_run: bool) -> None:
    """Take back an entry of the journal, by default the newest that can be; dubtui journal shows them."""
    from dubtui.cli import undoing

    mode = Mode(sure=yes, dry=dry_run)
    context.exit(run_async(undoing.undo(session_of(context), number, confirm, mode)))


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Every entry with the records before and after, as JSON.")
@click.option("--purge", is_flag=True, help="Remove what is noted of this workspace, and the drafts.")
@click.option("--all", "every", is_flag=True, help="With --purge: of every workspace.")
@with_global_options
@click.pass_context
def journal(context: click.Context, as_json: bool, purge: bool, every: bool) -> None:
    """What was changed from here within 90 days, the newest first."""
    session = session_of(context)
    if every and not purge:
        raise click.UsageError("--all goes with --purge.")
    if every and session.options.demo:
        raise click.UsageError("Nothing of the demo is kept.")
    if every:
        say(f"Removed {plural(session.journal.purge(), 'entry', 'entries')} of every workspace, and all drafts.")
        return
    from dubtui.cli import undoing

    run_async(undoing.purge(session) if purge else undoing.show(session, as_json=as_json))


COMMANDS = (edit, create, delete, undo, journal)
