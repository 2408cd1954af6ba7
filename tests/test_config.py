"""The settings file and the places of files."""

from __future__ import annotations

from pathlib import Path

import pytest

from dubtui.config import Paths, Settings, SettingsError, read_settings


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "settings.toml"


def test_without_a_file_there_are_defaults(path: Path) -> None:
    assert read_settings(path) == Settings(theme="ink", api_url="")


@pytest.mark.parametrize(
    ("text", "settings"),
    [
        ("", Settings()),
        ("# mine\n\ntheme = 'paper'", Settings(theme="paper")),
        ("journal = false", Settings(journal=False)),
        ("api_url = 'https://dub.example'\ntheme = 'ansi-dark'", Settings("ansi-dark", "https://dub.example")),
    ],
)
def test_reads_what_the_user_set(path: Path, text: str, settings: Settings) -> None:
    path.write_text(text)
    assert read_settings(path) == settings


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("theme = 'ink'\ntehme = 'paper'", "line 2: there is no setting 'tehme' (api_url, journal, keep, theme)."),
        ("\n\n[keys]\nopen = 'o'", "line 3: there is no setting 'keys' (api_url, journal, keep, theme)."),
        ("theme = 'puce'", "line 1: theme is one of ink, paper, ansi-dark, ansi-light."),
        ("# a\napi_url = 3", "line 2: api_url: Input should be a valid string."),
        ("theme = 'ink'\napi_url = no\n", "is not TOML: Invalid value (at line 2, column 11)."),
        ("theme = 'ink", "is not TOML: "),
    ],
)
def test_a_mistake_is_named_by_file_and_line(path: Path, text: str, words: str) -> None:
    path.write_text(text)
    with pytest.raises(SettingsError) as caught:
        read_settings(path)
    assert str(caught.value).startswith(str(path))
    assert words in str(caught.value)


def test_what_cannot_be_read_says_why(path: Path) -> None:
    path.write_bytes(b"theme = '\xff'")
    with pytest.raises(SettingsError, match="it is not UTF-8"):
        read_settings(path)
    with pytest.raises(SettingsError, match="cannot be read: Is a directory"):
        read_settings(path.parent)


def test_places_follow_xdg(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert Paths.here({}) == Paths(
        tmp_path / ".config" / "dubtui" / "settings.toml",
        tmp_path / ".local" / "state" / "dubtui" / "state.sqlite3",
        tmp_path / ".local" / "share" / "dubtui" / "customers",
        tmp_path / ".local" / "state" / "dubtui" / "journal.sqlite3",
    )
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "c"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "s"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "d"))
    assert Paths.here({}) == Paths(
        tmp_path / "c" / "dubtui" / "settings.toml",
        tmp_path / "s" / "dubtui" / "state.sqlite3",
        tmp_path / "d" / "dubtui" / "customers",
        tmp_path / "s" / "dubtui" / "journal.sqlite3",
    )
    assert Paths.here({"DUBTUI_CONFIG": "~/my.toml"}).settings == tmp_path / "my.toml"
