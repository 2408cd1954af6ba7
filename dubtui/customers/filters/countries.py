"""Countries as people type them: by code, by English name, by what they say for it."""

from __future__ import annotations

from functools import cache

from dubtui.display.countries import countries
from dubtui.folding import fold

SAID = {"uk": "GB", "great britain": "GB", "usa": "US", "holland": "NL", "turkey": "TR", "czech republic": "CZ"}


@cache
def codes() -> dict[str, str]:
    """Codes by folded name and by folded code."""
    known = countries()
    return {**{fold(name): code for code, name in known.items()}, **{fold(code): code for code in known}, **SAID}


def code_of(text: str) -> str | None:
    """The code that somebody means; None where it is no country that is known."""
    return codes().get(fold(text))
