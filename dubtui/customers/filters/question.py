"""What a filter looks at, and what of it Dub itself can be asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dubtui.customers.filters.countries import code_of
from dubtui.store.filtering import All, Any, Between, Contains, Missing, Node, Not, OneOf, Words

SHORTEST_WORD = 3
IGNORED = frozenset({
    "about", "are", "com", "for", "from", "how", "that", "the", "this", "was", "what", "when", "where", "who", "will",
    "with", "und", "www",
})  # fmt: skip
"""Words of three letters and more that MySQL's full-text search overlooks by default."""
_NOT_SEARCHED = str.maketrans(dict.fromkeys('*+-()~@%<>!=?:"', " "))
"""Dub deletes these from a search and joins what they part; its index has them as blanks."""


Leaf = Words | Contains | OneOf | Between | Missing

PARAMETERS = {
    "email": "email",
    "externalId": "external_id",
    "country": "country",
    "linkId": "link_id",
    "partnerId": "partner_id",
    "programId": "program_id",
}
"""What a CustomerQuery calls the fields that Dub compares whole."""
OBEYED_ONE = ("email", "external_id", "search")
"""Of these Dub obeys the first that is given."""


def fields_of(node: Node) -> tuple[str, ...]:
    """The fields that a filter names, each once."""
    names = (leaf.field for leaf, _ in _leaves(node) if not isinstance(leaf, Words))
    return tuple(dict.fromkeys(names))


def texts_of(node: Node) -> tuple[str, ...]:
    """The plain words that a match may hold, each once."""
    texts = (leaf.text for leaf, is_denied in _leaves(node) if isinstance(leaf, Words) and not is_denied)
    return tuple(dict.fromkeys(texts))


def _leaves(node: Node, *, is_denied: bool = False) -> Iterator[tuple[Leaf, bool]]:
    """What a tree asks in the end, each with whether it is to hold or not to."""
    match node:
        case All(parts) | Any(parts):
            for part in parts:
                yield from _leaves(part, is_denied=is_denied)
        case Not(part):
            yield from _leaves(part, is_denied=not is_denied)
        case _:
            yield node, is_denied


def question_of(node: Node) -> dict[str, str]:
    """Arguments of a CustomerQuery; what it cannot say is left out, so its answer is filtered again."""
    texts: list[str] = []
    asked: dict[str, str] = {}
    for part in required(node):
        match part:
            case Words(text):
                texts.append(text)
            case OneOf(name, values) if name in PARAMETERS and (value := _only(name, values)):
                asked.setdefault(PARAMETERS[name], value)
    asked["search"] = search_words(texts)
    sent = {name: value for name, value in asked.items() if value and _is_unicode(value)}
    ignored = [name for name in OBEYED_ONE if name in sent][1:]
    return {name: value for name, value in sent.items() if name not in ignored}


def required(node: Node) -> Iterator[Node]:
    """The parts that all must hold."""
    if isinstance(node, All):
        for part in node.parts:
            yield from required(part)
    else:
        yield node


def _only(name: str, values: Iterable[object]) -> str:
    """The one value that all of them mean, a country's name as its code; empty where they mean several."""
    texts = [str(value) for value in values]
    meant = {code_of(text) or text for text in texts} if name == "country" else set(texts)
    return meant.pop() if len(meant) == 1 else ""


def search_words(texts: Iterable[str]) -> str:
    """What Dub's full-text search is asked for to find any of some texts; empty where it could find nothing."""
    words = (word for text in texts for word in text.translate(_NOT_SEARCHED).split())
    return " ".join(dict.fromkeys(word for word in words if len(word) >= SHORTEST_WORD and word.lower() not in IGNORED))


def _is_unicode(text: str) -> bool:
    """Whether it can be sent at all: a terminal may put halves of characters into a text."""
    return not any("\ud800" <= char <= "\udfff" for char in text)
