"""How Dub's database compares and searches text: blind to case and accents, by whole words."""

import re
import unicodedata

DELETED_FROM_SEARCH = "*+-()~@%<>!=?:"
SHORTEST_WORD = 3
_STOP_WORDS = """
    a about an are as at be by com de en for from how i in is it la of on or that the this to was what when where who
    will with und the www
"""
STOP_WORDS = frozenset(_STOP_WORDS.split())

# Letters that Unicode does not take apart, though the collation ranks them with the plain ones.
_PLAIN_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ħ": "h", "ŧ": "t", "ı": "i", "æ": "ae", "œ": "oe"})
# Marks of these combining classes are letters of their own script, not accents: viramas and Thai vowels below.
_MARKS_KEPT = frozenset({0, 9, 103})
_QUOTED = re.compile(r'"([^"]*)"')
_ASCII_WORD = re.compile(r"[a-z0-9_]+")


def fold(text: str) -> str:
    """The text as it is compared: without case, accents and trailing spaces."""
    if text.isascii():
        return text.lower().rstrip(" ")
    apart = unicodedata.normalize("NFKD", text).casefold()
    bare = "".join(c for c in apart if unicodedata.combining(c) in _MARKS_KEPT)
    return bare.translate(_PLAIN_LETTERS).rstrip(" ")


def words(text: str) -> list[str]:
    """The words of the text that the full-text index knows, folded."""
    folded = fold(text)
    if folded.isascii():
        parts = _ASCII_WORD.findall(folded)
    else:
        parts = "".join(c if _is_word_character(c) else " " for c in folded).split()
    return [part for part in parts if len(part) >= SHORTEST_WORD and part not in STOP_WORDS]


def _is_word_character(character: str) -> bool:
    return character.isalnum() or character == "_" or unicodedata.category(character).startswith("M")


def index_text(email: str | None, name: str | None) -> str:
    """What is searched of a customer: its words between blanks, with a bar that no phrase can cross."""
    return " ".join(("", *words(email or ""), "|", *words(name or ""), ""))


def phrases(search: str) -> list[str]:
    """The words and quoted phrases of a search, any of which is enough; an empty list finds nothing."""
    text = search.translate({ord(character): None for character in DELETED_FROM_SEARCH})
    quoted = (" ".join(words(phrase)) for phrase in _QUOTED.findall(text))
    return [*filter(None, quoted), *words(_QUOTED.sub(" ", text))]
