"""Parts of a filter with their words in plain English, and how parts are put together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dubtui.store.filtering import All, Any, Node, Not, OneOf


@dataclass(frozen=True, slots=True)
class Value:
    """One of the values that a field may have, as a condition on it, and how it reads."""

    node: Node
    words: str


@dataclass(frozen=True, slots=True)
class Clause:
    """A part: its tree, how it reads, and how its opposite reads."""

    node: Node
    words: str
    opposite: str
    is_group: bool = False

    @property
    def inner_words(self) -> str:
        """How it reads among others."""
        return f"({self.words})" if self.is_group else self.words


def negated(clause: Clause) -> Clause:
    """What the clause does not hold for."""
    node = clause.node.part if isinstance(clause.node, Not) else Not(clause.node)
    return Clause(node, clause.opposite, clause.words)


def all_of(clauses: Sequence[Clause]) -> Clause:
    """What every clause holds for."""
    return _group(All(tuple(clause.node for clause in clauses)), clauses, ", ")


def any_of(clauses: Sequence[Clause]) -> Clause:
    """What at least one clause holds for."""
    return _group(Any(tuple(clause.node for clause in clauses)), clauses, " or ")


def _group(node: Node, clauses: Sequence[Clause], glue: str) -> Clause:
    if len(clauses) == 1:
        return clauses[0]
    words = glue.join(clause.inner_words for clause in clauses)
    return Clause(node, words, f"not ({words})", is_group=True)


def any_node(nodes: Sequence[Node]) -> Node:
    """At least one of some conditions on one field, its single values asked for at once."""
    singles = [node for node in nodes if isinstance(node, OneOf)]
    parts: list[Node] = [node for node in nodes if not isinstance(node, OneOf)]
    if singles:
        parts.insert(0, OneOf(singles[0].field, tuple(value for node in singles for value in node.values)))
    return parts[0] if len(parts) == 1 else Any(tuple(parts))
