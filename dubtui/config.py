"""Where things are kept, and the settings file, which belongs to the user and is only ever read."""

from __future__ import annotations

import os
import re
import sys
import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from platformdirs import PlatformDirs
from platformdirs.api import PlatformDirsABC

THEMES = ("ink", "paper", "ansi-dark", "ansi-light")


class SettingsError(Exception):
    """The settings file cannot be used; the text names the file, the line and the reason."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What the user set, each with its default."""

    theme: str = "ink"
    api_url: str = ""
    keep: bool = False
    """Whether customers are kept on disk between runs."""
    journal: bool = True
    """Whether what one changes is noted, so that it can be undone."""


@dataclass(frozen=True, slots=True)
class Paths:
    """The files that dubtui reads and writes."""

    settings: Path
    state: Path
    """Workspaces and the interface's own state; no key, and of customers no more than ids."""
    copies: Path
    """A folder for the customers of the workspaces that somebody wants to have kept."""
    journal: Path
    """What one changed, and drafts: the records before and after."""

    @classmethod
    def here(cls, environment: dict[str, str] | os._Environ[str] = os.environ) -> Paths:
        """The XDG places on Linux and macOS alike; DUBTUI_CONFIG names another settings file."""
        dirs = _dirs()
        named = environment.get("DUBTUI_CONFIG")
        return cls(
            settings=Path(named).expanduser() if named else dirs.user_config_path / "settings.toml",
            state=dirs.user_state_path / "state.sqlite3",
            copies=dirs.user_data_path / "customers",
            journal=dirs.user_state_path / "journal.sqlite3",
        )


def _dirs() -> PlatformDirsABC:
    if sys.platform == "win32":
        return PlatformDirs("dubtui", appauthor=False)
    from platformdirs.unix import Unix

    return Unix("dubtui", appauthor=False)


def read_settings(path: Path) -> Settings:
    """The settings of a file; the defaults where there is none. Raises SettingsError."""
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        return Settings()
    except OSError as error:
        raise SettingsError(f"{path} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise SettingsError(f"{path} cannot be read: it is not UTF-8.") from None
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path} is not TOML: {error}.") from None
    return _checked(values, path, text)


def _checked(values: dict[str, Any], path: Path, text: str) -> Settings:
    from pydantic import TypeAdapter, ValidationError

    names = {field.name for field in fields(Settings)}
    if unknown := sorted(values.keys() - names):
        known = ", ".join(sorted(names))
        raise SettingsError(f"{path}, line {_line(text, unknown[0])}: there is no setting {unknown[0]!r} ({known}).")
    try:
        settings = TypeAdapter(Settings).validate_python(values)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        name = str(first["loc"][0])
        raise SettingsError(f"{path}, line {_line(text, name)}: {name}: {first['msg']}.") from None
    if settings.theme not in THEMES:
        raise SettingsError(f"{path}, line {_line(text, 'theme')}: theme is one of {', '.join(THEMES)}.")
    return settings


def _line(text: str, name: str) -> int:
    """The line on which a key is set, counted from 1."""
    found = re.search(rf"^\s*[\[\"']*{re.escape(name)}\b", text, re.MULTILINE)
    return text.count("\n", 0, found.end()) + 1 if found else 1
