"""A Dub API key that never prints itself."""

from __future__ import annotations

import re
from typing import NoReturn

PRINTABLE = re.compile(r"[\x21-\x7e]{1,1000}")
"""What a header can carry; Windows' credential store ends at 1 280 characters."""


class Token:
    """A key as pasted, without the white space around it; only `reveal` gives it away."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        """Raise ValueError, without the text, where it cannot be a key."""
        text = text.strip()
        if not PRINTABLE.fullmatch(text):
            raise ValueError("a key is one word of at most 1000 plain characters")
        self._text = text

    def reveal(self) -> str:
        """The key itself, for the Authorization header and the keychain alone."""
        return self._text

    @property
    def masked(self) -> str:
        """The last four characters behind dots, or dots alone where four would be too much of it."""
        return f"…{self._text[-4:]}" if len(self._text) >= 16 else "…"

    def __repr__(self) -> str:
        return f"Token({self.masked})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Token) and self._text == other._text

    def __hash__(self) -> int:
        return hash((Token, self._text))

    def __reduce__(self) -> NoReturn:
        raise TypeError("a token is not written anywhere")
