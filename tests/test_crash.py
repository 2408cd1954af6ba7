"""What is said of a bug."""

from __future__ import annotations

import pytest

from dubtui.crash import report

KEY = "dub_CANARY7f3e9a1b"
OLD_KEY = "CANARYwithoutprefix"


def caught() -> BaseException:
    """Causes, a context and a group, each with a key in its words and in its locals."""
    headers = {"Authorization": f"Bearer {KEY}"}
    try:
        try:
            raise LookupError(f"ada@analytical.example {headers}")
        except LookupError as error:
            raise ExceptionGroup("parts", [ValueError(f"{OLD_KEY} in part")]) from error
    except ExceptionGroup as group:
        return group


def hidden() -> BaseException:
    try:
        try:
            raise LookupError(KEY)
        except LookupError:
            raise RuntimeError("told in other words") from None
    except RuntimeError as error:
        return error


@pytest.mark.parametrize("debug", ["", "0", "no"])
def test_frames_and_types_alone(monkeypatch: pytest.MonkeyPatch, debug: str) -> None:
    monkeypatch.setenv("DUBTUI_DEBUG", debug)
    text = report(caught())
    for told in ("LookupError", "ExceptionGroup", "ValueError", "in caught", "DUBTUI_DEBUG=1"):
        assert told in text
    for untold in ("CANARY", "ada@", "parts", "Bearer"):
        assert untold not in text


def test_messages_without_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUBTUI_DEBUG", "1")
    text = report(caught(), [OLD_KEY])
    assert "ada@analytical.example {'Authorization': 'Bearer dub_***'}" in text
    assert "*** in part" in text
    assert "CANARY" not in text
    monkeypatch.setenv("DUB_API_KEY", OLD_KEY)
    assert "CANARY" not in report(caught())


def test_what_was_replaced_on_purpose_is_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUBTUI_DEBUG", "1")
    text = report(hidden())
    assert "told in other words" in text
    assert "LookupError" not in text
