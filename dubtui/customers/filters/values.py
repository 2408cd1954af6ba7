"""A field with its values read to a clause, by what kind of field it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from dubtui.customers.filters.clauses import Clause, Value, any_node, negated
from dubtui.customers.filters.comparisons import scaled
from dubtui.customers.filters.countries import code_of
from dubtui.customers.filters.scales import SCALES
from dubtui.customers.filters.text import COMPARISONS, FilterError, Piece, Term, shown, unexpected
from dubtui.display.countries import country_name
from dubtui.fields import Field, Kind, State
from dubtui.store.filtering import Contains, Missing, OneOf

MATCHED_WHOLE = frozenset({"id", "linkId", "partnerId", "programId", "country"})
"""Text fields of which a part means nothing."""
OPTIONS: dict[Kind, Mapping[str, int | str]] = {
    Kind.FLAG: {"yes": 1, "no": 0, "true": 1, "false": 0, "y": 1, "n": 0, "1": 1, "0": 0},
    Kind.STATE: {**{state.value: state.value for state in State}, "cancelled": State.CANCELED.value},
}
"""Kinds that have few values and always one, by the words for them."""
EXPECTED = {Kind.FLAG: "yes or no", Kind.STATE: "lead, paid or canceled"}
NOUNS = {"createdAt": "creation date", "subscriptionCanceledAt": "cancellation"}
"""What a field is called where there is none, if not by its title."""
NAMES_OF_OTHERS = ("Dub", "Stripe")


def clause_of(term: Term, now: datetime) -> Clause:
    """The condition of one field; raises FilterError."""
    field = term.field
    if term.operator in COMPARISONS and field.kind not in SCALES:
        message = f"{field.title} has no order: expected {term.head}: or {term.head}= with a value."
        raise FilterError(message, term.start, term.end)
    clause = _worded(field, [_value(term, item, now) for item in term.items])
    return negated(clause) if term.operator == "!=" else clause


def _value(term: Term, item: Piece, now: datetime) -> Value:
    if not item.text and (item.is_open or not item.is_quoted):
        before = "the comma" if item is not term.items[0] else shown(term.head + term.operator)
        raise FilterError(f"Expected a value right after {before}", term.start, item.end, incomplete=True)
    if _is_none(term, item):
        return Value(Missing(term.field.name), "none")
    return READERS[term.field.kind](term, item, now)


def _is_none(term: Term, item: Piece) -> bool:
    is_word = item.text.lower() == "none" and not item.is_quoted
    return is_word and term.operator not in COMPARISONS and term.field.kind not in OPTIONS


def _option(term: Term, item: Piece, now: datetime) -> Value:
    kind, word = term.field.kind, item.text.lower()
    if word not in OPTIONS[kind]:
        is_begun = any(option.startswith(word) for option in OPTIONS[kind])
        raise unexpected(item, EXPECTED[kind], incomplete=is_begun)
    value = OPTIONS[kind][word]
    words = str(value) if kind is Kind.STATE else _flag_words(term.field)[not value]
    return Value(OneOf(term.field.name, (value,)), words)


def _flag_words(field: Field) -> tuple[str, str]:
    yes = field.title.lower()
    return yes, "never paid" if field.name == "paid" else f"not {yes}"


def _text(term: Term, item: Piece, now: datetime) -> Value:
    name, text = term.field.name, item.text
    if name == "country":
        return _country(text)
    if term.operator != ":" or name in MATCHED_WHOLE or not text:
        return Value(OneOf(name, (text,)), shown(text))
    return Value(Contains(name, text), shown(text))


def _country(text: str) -> Value:
    """Dub checks no country: a name may stand for its code, or for itself."""
    code = code_of(text)
    if code is None:
        return Value(OneOf("country", (text,)), shown(text))
    values = (code,) if text.upper() == code else (code, text)
    return Value(OneOf("country", values), country_name(code))


Reader = Callable[[Term, Piece, datetime], Value]
READERS: dict[Kind, Reader] = {
    Kind.TEXT: _text,
    **dict.fromkeys(OPTIONS, _option),
    **dict.fromkeys(SCALES, scaled),
}


def _worded(field: Field, values: Sequence[Value]) -> Clause:
    node, said = any_node([value.node for value in values]), [value.words for value in values]
    either = " or ".join(said)
    if field.kind is Kind.FLAG:
        yes, no = _flag_words(field)
        return Clause(node, either, {yes: no, no: yes}.get(either, f"not ({either})"))
    if isinstance(node, Missing):
        noun = NOUNS.get(field.name) or called(field)
        return Clause(node, f"no {noun}", f"has {noun}")
    if any(isinstance(value.node, Contains) for value in values):
        return Clause(node, f"{called(field)} with {either}", f"{called(field)} without {either}")
    neither = f"neither {' nor '.join(said)}" if len(said) > 1 else f"not {either}"
    return Clause(node, f"{called(field)} {either}", f"{called(field)} {neither}")


def called(field: Field) -> str:
    """The field's title inside a sentence."""
    title = field.title
    return title if title.startswith(NAMES_OF_OTHERS) else title[0].lower() + title[1:]
