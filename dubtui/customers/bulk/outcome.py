"""What became of each row of a bulk plan, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from dubtui.api import errors
from dubtui.customers.bulk.plan import Row, Skip
from dubtui.customers.deletion import Deleted
from dubtui.customers.editing import Change, Saved
from dubtui.customers.writing import Undone, Unknown
from dubtui.display.journal import change_words
from dubtui.display.trouble import Explanation, explain, not_done, not_known
from dubtui.fields import BY_NAME

if TYPE_CHECKING:
    from dubtui.customers.writer import Written


class Outcome(StrEnum):
    """What became of a row."""

    WAITING = "waiting"
    ASKING = "asking Dub"
    DONE = "done"
    KEPT = "kept its own value"
    """Dub took it, and kept its own value of some field all the same."""
    REFUSED = "refused"
    CHANGED = "changed meanwhile"
    """Somebody else changed what the plan is about, so that nothing was sent."""
    GONE = "gone"
    FAILED = "not done"
    """The network or Dub failed, and Dub holds what it held."""
    UNKNOWN = "not known"
    SKIPPED = "skipped"


IN_VAIN = frozenset({Outcome.REFUSED, Outcome.CHANGED, Outcome.FAILED, Outcome.UNKNOWN})
"""What can be tried once more."""
LACKING = IN_VAIN | {Outcome.KEPT, Outcome.GONE}


@dataclass(frozen=True, slots=True)
class Result:
    """A row, and what became of it."""

    row: Row
    outcome: Outcome = Outcome.WAITING
    why: Explanation | None = None
    fields: tuple[str, ...] = ()
    """The fields that it is about: those that Dub refused or kept, or that somebody changed."""
    entry: int | None = None
    """The number of its entry in the journal."""
    error: errors.DubError | None = None
    unnoted: OSError | None = None
    """Why the journal does not say how it ended."""

    @property
    def is_lacking(self) -> bool:
        """Whether Dub does not hold what was wanted, though nothing more will be done."""
        skip = self.row.doing
        return self.outcome in LACKING or (isinstance(skip, Skip) and not skip.is_fine)


def begun(row: Row) -> Result:
    """A row at the beginning."""
    return skipped(row, row.doing.why) if isinstance(row.doing, Skip) else Result(row)


def skipped(row: Row, why: str) -> Result:
    """A row for which nothing is sent."""
    return Result(row, Outcome.SKIPPED, Explanation(why, ""))


def gone(row: Row) -> Result:
    """A customer who was deleted meanwhile."""
    return Result(row, Outcome.GONE, explain(errors.NotFound()))


def altered(row: Row, changes: Sequence[Change]) -> Result:
    """What somebody changed meanwhile; each change is from what the plan began with to what Dub holds."""
    words = "; ".join(change_words(change.field, change.old, change.new) for change in changes)
    return Result(row, Outcome.CHANGED, Explanation(words, "Nothing was sent."), tuple(one.field for one in changes))


def failed(row: Row, error: errors.DubError) -> Result:
    """A customer whom Dub does not serve."""
    is_no = isinstance(error, errors.Refused)
    return Result(row, Outcome.REFUSED if is_no else Outcome.FAILED, explain(error), error=error)


def of_edit(row: Row, written: Written[Saved | Undone | Unknown]) -> Result:
    """How an edit ended; raises the DubError that holds for every other row, too."""
    outcome, entry, unnoted = written.outcome, written.entry, written.unnoted
    if not isinstance(outcome, Saved):
        return _not_done(row, "saved", outcome, entry, unnoted)
    if outcome.ignored:
        return Result(row, Outcome.KEPT, kept_words(outcome.ignored), outcome.ignored, entry, None, unnoted)
    return Result(row, Outcome.DONE, _found_out(outcome.lost, outcome.unread), (), entry, None, unnoted)


def of_deletion(row: Row, written: Written[Deleted | Undone | Unknown]) -> Result:
    """How a deletion ended; raises the DubError that holds for every other row, too."""
    outcome, entry, unnoted = written.outcome, written.entry, written.unnoted
    if not isinstance(outcome, Deleted):
        return _not_done(row, "deleted", outcome, entry, unnoted)
    why = WAS_GONE if outcome.was_gone else _found_out(outcome.lost)
    return Result(row, Outcome.DONE, why, (), entry, None, unnoted)


WAS_GONE = Explanation("It was gone at Dub already", "")


def kept_words(fields: Sequence[str]) -> Explanation:
    """`Dub kept its own Country`."""
    return Explanation(f"Dub kept its own {' and '.join(BY_NAME[name].title for name in fields)}", "")


def _found_out(lost: errors.DubError | None, unread: errors.DubError | None = None) -> Explanation | None:
    if unread:
        return Explanation("Dub took it and could not be read again", f"{explain(unread).title}.")
    return Explanation("The answer was lost", "Dub was read again and has it.") if lost else None


def _not_done(row: Row, what: str, outcome: Undone | Unknown, entry: int | None, unnoted: OSError | None) -> Result:
    error = outcome.error
    if isinstance(outcome, Unknown):
        why = not_known(what, error, has_changed=outcome.found is not None)
        return Result(row, Outcome.UNKNOWN, why, (), entry, error, unnoted)
    if not outcome.is_found_out and holds_for_all(error):
        raise error
    if isinstance(error, errors.NotFound):
        return Result(row, Outcome.GONE, explain(error), (), entry, error, unnoted)
    if isinstance(error, errors.Refused):
        fields = (error.field,) if error.field in BY_NAME else ()
        return Result(row, Outcome.REFUSED, _refused_words(error), fields, entry, error, unnoted)
    why = not_done(what, error, is_found_out=outcome.is_found_out)
    return Result(row, Outcome.FAILED, why, (), entry, error, unnoted)


def _refused_words(error: errors.Refused) -> Explanation:
    """Why Dub says no, with the field that is to blame before it."""
    words = explain(error)
    field = f"{BY_NAME[error.field].title}: " if error.field in BY_NAME else ""
    return Explanation(f"{field}{words.title}", words.why, words.todo)


def holds_for_all(error: errors.DubError) -> bool:
    """Whether the next row would end the same way: by the key, the network, the limit, or where nothing is written."""
    return isinstance(error, errors.NotAllowed | errors.ReadOnly | errors.TooFast | errors.Unreachable)
