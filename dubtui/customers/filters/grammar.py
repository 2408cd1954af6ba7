"""A filter's pieces read to one clause: `or` binds loosest, then side by side, then `!`; parentheses group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from dubtui.customers.filters.clauses import Clause, all_of, any_of, negated
from dubtui.customers.filters.text import FilterError, Piece, Sign, Term, Token, shown
from dubtui.customers.filters.values import clause_of
from dubtui.store.filtering import EVERYTHING, Words

DEEPEST = 6
"""Parentheses within one another; each may cost eight of the hundred pieces that SQLite's parser holds open."""
MOST_PARTS = 500
"""Words and values: SQLite takes no expression that is a thousand deep."""


@dataclass(slots=True)
class _Group:
    """What stands between parentheses, or the whole."""

    start: int
    end: int
    members: list[Token | _Group] = field(default_factory=list)


def read(pieces: Sequence[Token], now: datetime) -> Clause:
    """The clause of a whole filter; raises FilterError."""
    if not pieces:
        return Clause(EVERYTHING, "", "nothing")
    _check_size(pieces)
    return _either(_nested(pieces), now)


def _check_size(pieces: Sequence[Token]) -> None:
    parts = 0
    for piece in pieces:
        parts += len(piece.items) if isinstance(piece, Term) else isinstance(piece, Piece)
        if parts > MOST_PARTS:
            raise FilterError(f"Expected no more than {MOST_PARTS} words and values.", piece.start, piece.end)


def _nested(pieces: Sequence[Token]) -> _Group:
    """The pieces with each pair of parentheses as one."""
    opened = [_Group(pieces[0].start, pieces[-1].end)]
    for piece in pieces:
        match piece:
            case Sign("("):
                opened.append(_Group(piece.start, piece.end))
                if len(opened) > DEEPEST + 1:
                    raise FilterError(f"Expected parentheses no more than {DEEPEST} deep.", piece.start, piece.end)
            case Sign(")"):
                group = opened.pop()
                if not opened:
                    raise FilterError("Expected a parenthesis opened before this one.", piece.start, piece.end)
                group.end = piece.end
                opened[-1].members.append(group)
            case _:
                opened[-1].members.append(piece)
    if len(opened) > 1:
        message = "Expected this parenthesis to be closed."
        raise FilterError(message, opened[-1].start, pieces[-1].end, incomplete=True)
    return opened[0]


def _either(group: _Group, now: datetime) -> Clause:
    runs: list[list[Token | _Group]] = [[]]
    for member in group.members:
        if not isinstance(member, Sign) or member.text != "or":
            runs[-1].append(member)
        elif runs[-1]:
            runs.append([])
        else:
            raise FilterError("Expected something before this or.", member.start, member.end)
    if not group.members:
        raise FilterError("Expected something between these parentheses.", group.start, group.end)
    if not runs[-1]:
        dangling = group.members[-1]
        raise FilterError("Expected something after this or.", dangling.start, dangling.end, incomplete=True)
    return any_of([_together(run, now) for run in runs])


def _together(run: Sequence[Token | _Group], now: datetime) -> Clause:
    clauses: list[Clause] = []
    denials: list[Sign] = []
    for member in run:
        if isinstance(member, Sign):  # parentheses and `or` are gone: it is a `!`
            denials.append(member)
            continue
        clause = _single(member, now)
        clauses.append(negated(clause) if len(denials) % 2 else clause)
        denials.clear()
    if denials:
        message = "Expected a word, a field or a parenthesis after this !."
        raise FilterError(message, denials[0].start, denials[-1].end, incomplete=True)
    return all_of(clauses)


def _single(member: Piece | Term | _Group, now: datetime) -> Clause:
    match member:
        case Term():
            return clause_of(member, now)
        case Piece("", start, end):
            raise FilterError("Expected text between these quotes.", start, end, incomplete=member.is_open)
        case Piece(text):
            return Clause(Words(text), f"with {shown(text)}", f"without {shown(text)}")
    return _either(member, now)
