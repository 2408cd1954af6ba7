"""The filter language: a text read to the tree that the store asks by, to words, and to what Dub can be asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from dubtui.customers.filters.completion import Completion, completions
from dubtui.customers.filters.grammar import read
from dubtui.customers.filters.hints import hints
from dubtui.customers.filters.question import fields_of, question_of, texts_of
from dubtui.customers.filters.terms import term_for, with_term
from dubtui.customers.filters.text import FilterError, tokens
from dubtui.store.filtering import EVERYTHING, Node

__all__ = ["Completion", "Filter", "FilterError", "completions", "parse", "term_for", "with_term"]


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter that was understood; without a text it takes every customer in."""

    node: Node = EVERYTHING
    words: str = ""
    """The filter in plain English: `lifetime value above $500, country Germany`."""
    hints: tuple[str, ...] = ()
    """Sentences about what may have been meant otherwise."""
    fields: tuple[str, ...] = ()
    """The fields that it names."""
    texts: tuple[str, ...] = ()
    """The plain words that it looks for."""
    question: Mapping[str, str] = field(default_factory=dict)
    """Arguments of a CustomerQuery: what of it Dub itself can be asked for."""


def parse(text: str, now: datetime) -> Filter:
    """Read a filter at a moment, in whose time zone its days are; raises FilterError, with a stretch of the text."""
    pieces = tokens(text)
    try:
        clause = read(pieces, now)
    except FilterError as error:
        error.incomplete &= error.end >= len(text.rstrip())
        raise
    node = clause.node
    return Filter(node, clause.words, hints(pieces), fields_of(node), texts_of(node), question_of(node))
