"""A customer's editable fields as a YAML text for an editor, and the text read again: strings quoted, null is none."""

from __future__ import annotations

from collections.abc import Mapping
from io import StringIO
from typing import Any

from dubtui.customers.editing import EDITABLE, NO_TEXT, Values, problem
from dubtui.display.text import is_plain, safe

HINTS = {
    "name": "at most 191 characters; null: Dub shows the e-mail, or invents a name",
    "email": "plain letters, one @; null is none",
    "externalId": "how your app finds this person; lookups and later sales by the old one find nobody",
    "stripeCustomerId": "links recurring sales; null is none",
    "country": "an ISO code such as DE, or the English name; some versions of Dub keep their own",
    "avatar": "an address with http:// or https://; Dub hosts a copy of it; null is none",
}
HEAD = """\
# {who}
# Change values, save the file and leave the editor. Nothing is sent before you have seen the review.
# What is left out stays as it is, and so does all where nothing is changed.
"""
MARK = "# ! "
"""How a line begins that tells what is wrong."""


class BadText(ValueError):
    """The text is no such record; `problems` are sentences, each with its line where there is one."""

    def __init__(self, *problems: str) -> None:
        super().__init__(" ".join(problems))
        self.problems = problems


def written(who: str, values: Values) -> str:
    """The text of some values; what no text can hold is left out, and so stays as it is."""
    lines = [HEAD.format(who=safe(who))]
    for field, hint in HINTS.items():
        if field not in values:
            continue
        value = values[field]
        lines.append(f"# {hint}\n")
        if value is not None and NO_TEXT.search(value):
            lines.append(f"# {field}: holds half of a character; it stays as it is\n")
        else:
            lines.append(f"{field}: {'null' if value is None else _quoted(value)}\n")
    return "\n".join(lines[:1]) + "\n" + "".join(lines[1:])


def _quoted(value: str) -> str:
    """The value in double quotes; what would not be seen, or steers a terminal, stands as an escape."""
    return '"' + "".join(_escaped(char) for char in value) + '"'


def _escaped(char: str) -> str:
    if char in '"\\':
        return f"\\{char}"
    return char if is_plain(char) else f"\\U{ord(char):08X}"


def read(text: str) -> dict[str, str | None]:
    """The values of a text, those of fields that it leaves out missing; raises BadText."""
    values = _mapping(text)
    problems = [_wrong(field, value) for field, value in values.items()]
    if found := [f"{_where(text, field)}{words}" for field, words in zip(values, problems, strict=True) if words]:
        raise BadText(*found)
    return {field: value or None for field, value in values.items()}


def _mapping(text: str) -> Mapping[str, Any]:
    from ruamel.yaml import YAML  # not before somebody edits so
    from ruamel.yaml.error import YAMLError

    try:
        values = YAML(typ="safe", pure=True).load(StringIO(text))
    except YAMLError as error:
        raise BadText(_sentence(error)) from None
    except (ValueError, OverflowError, RecursionError) as error:  # dates and numbers that are none, endless nesting
        raise BadText(f"This is no YAML: {safe(str(error))}.") from None
    if values is None:
        return {}
    if not isinstance(values, dict):
        raise BadText("Expected a field, a colon and a value in each line.")
    return {str(field): value for field, value in values.items()}


def _sentence(error: Any) -> str:
    mark = getattr(error, "problem_mark", None)
    where = f"Line {mark.line + 1}: " if mark else ""
    what = getattr(error, "problem", None) or str(error).split("\n", 1)[0]
    return f"{where}{safe(str(what)).rstrip('.')}."


def _wrong(field: str, value: object) -> str:
    """What is wrong with a field; empty where nothing is."""
    if field not in EDITABLE:
        return f"{safe(field)} is no field that can be changed ({', '.join(EDITABLE)})."
    if value is not None and not isinstance(value, str):
        return f'{field} is no text as it stands: put it in quotes, {field}: "{safe(str(value))}".'
    words = problem(field, value or "")
    return f"{field}: {words}" if words else ""


def _where(text: str, field: str) -> str:
    lines = text.split("\n")
    number = next((at for at, line in enumerate(lines, 1) if line.lstrip("\"' ").startswith(field)), 0)
    return f"Line {number}: " if number else ""


def explained(text: str, problems: tuple[str, ...]) -> str:
    """The text with what is wrong above it, in place of what was said before."""
    kept = [line for line in text.split("\n") if not line.startswith(MARK)]
    return "".join(f"{MARK}{problem}\n" for problem in problems) + "\n".join(kept)
