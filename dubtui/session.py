"""The one composing place: options and environment to a workspace with its client and store."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING

from dubtui import __version__
from dubtui.api.clock import Clock
from dubtui.api.token import Token
from dubtui.config import Paths, Settings, read_settings

if TYPE_CHECKING:
    from pathlib import Path

    import httpx

    from dubtui.api.client import DubClient
    from dubtui.credentials import Keychain
    from dubtui.customers.browsing import Browsing
    from dubtui.customers.desk import Desk
    from dubtui.customers.lookup import Lookup
    from dubtui.customers.writer import Writer
    from dubtui.store.drafts import Drafts
    from dubtui.store.journal import Journal
    from dubtui.store.state import Remembered, SavedWorkspace, State
    from dubtui.store.store import Store

DUB = "https://api.dub.co"
KEY_VARIABLE = "DUB_API_KEY"


class SetupError(Exception):
    """What was asked for does not go together; the text says why and what would."""


class NoKey(SetupError):
    """There is a workspace, but its key cannot be had."""


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line says, with the environment behind it."""

    demo: bool = False
    workspace: str = ""
    api_url: str = ""
    read_only: bool | None = None
    """Whether to write nothing; None: as it is set for the workspace."""
    verbose: bool = False
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ)


@dataclass(frozen=True, slots=True)
class Identity:
    """Who we are to Dub: a name for the workspace, where it answers, and the key."""

    name: str
    api_url: str
    token: Token
    source: str
    """Where the key comes from, in words."""
    saved_id: str = ""
    """The id of a saved workspace; empty where nothing is saved of it."""
    demo: bool = False

    @property
    def id(self) -> str:
        """What its files and what is remembered of it go by: of a key that is not saved a hash, cut short."""
        return self.saved_id or sha256(f"{self.api_url} {self.token.reveal()}".encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Workspace:
    """An open workspace: what we know of it, how to ask for more, and how to change it."""

    identity: Identity
    client: DubClient
    store: Store
    browsing: Browsing
    desk: Desk
    lookup: Lookup
    writer: Writer
    drafts: Drafts
    editing: Path
    """A folder for what is in somebody's editor."""
    clock: Clock

    def editing_file(self, customer_id: str) -> Path:
        """The file of a customer that is in somebody's editor; a Dub id may hold anything, so a hash stands for it."""
        name = sha256(f"{self.identity.id} {customer_id}".encode()).hexdigest()[:16]
        return self.editing / f"{name}.yaml"

    @property
    def age(self) -> float | None:
        """Seconds since Dub last answered; None before it ever did."""
        at = self.client.answered_at
        return None if at is None else self.clock.monotonic() - at

    async def aclose(self) -> None:
        """Close the connections; a store for the life of the process is deleted."""
        await self.client.aclose()
        if self.writer.journal:
            self.writer.journal.close()
        self.store.close()


class Session:
    """One run of dubtui: what it was started with, and the parts that everything else receives."""

    def __init__(
        self,
        options: Options,
        *,
        paths: Paths | None = None,
        keychain: Keychain | None = None,
        clock: Clock | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        """`transport` stands in for the network."""
        self.options = options
        self.paths = paths or Paths.here(dict(options.environment))
        self.clock = clock or Clock()
        self._keychain = keychain
        self._transport = transport
        self._settings: Settings | None = None

    @property
    def settings(self) -> Settings:
        """The settings file, read once; raises SettingsError."""
        if self._settings is None:
            self._settings = read_settings(self.paths.settings)
        return self._settings

    @property
    def keychain(self) -> Keychain:
        """The machine's keychain."""
        if self._keychain is None:
            from dubtui.credentials import Keychain

            self._keychain = Keychain()
        return self._keychain

    @property
    def state(self) -> State:
        """The saved workspaces; its calls raise OSError where the file cannot be used."""
        from dubtui.store.state import State

        return State(self.paths.state)

    def remembered(self, workspace_id: str) -> Remembered:
        """What is remembered of a workspace; its calls raise OSError where the file cannot be used."""
        from dubtui.store.state import Remembered

        return Remembered(self.paths.state, workspace_id)

    @property
    def journal(self) -> Journal:
        """What was changed in all workspaces; its calls raise OSError where the file cannot be used."""
        from dubtui.store.journal import Journal

        return Journal(self.paths.journal)

    @property
    def passing_copies(self) -> Path:
        """Where the copy of a workspace lies for the life of the process."""
        from dubtui.store.place import memory_backed

        return memory_backed()

    def kept_copy(self, workspace_id: str) -> Path:
        """Where the copy of a workspace lies that is kept."""
        return self.paths.copies / f"{workspace_id}.sqlite3"

    def forget_copy(self, workspace_id: str) -> bool:
        """Delete the kept copy of a workspace, where there is one; raises OSError where another process works on it."""
        from dubtui.store import kept

        return kept.forget(self.kept_copy(workspace_id))

    def is_kept(self, identity: Identity) -> bool:
        """Whether somebody wants the customers of a workspace kept."""
        return not identity.demo and (self.settings.keep or self.kept_copy(identity.id).exists())

    @property
    def api_url(self) -> str:
        """The API for a key that has none of its own yet."""
        return (self._asked_url or self.settings.api_url or DUB).rstrip("/")

    @property
    def _asked_url(self) -> str:
        """The API that this run was told to use; empty where it was told none."""
        return self.options.api_url or self.options.environment.get("DUBTUI_API_URL", "")

    @property
    def named_workspace(self) -> str:
        """The workspace that this run was told to use; empty where it was told none."""
        return self.options.workspace or self.options.environment.get("DUBTUI_WORKSPACE", "")

    @property
    def environment_token(self) -> Token | None:
        """The key in DUB_API_KEY; raises SetupError where that is no key."""
        text = self.options.environment.get(KEY_VARIABLE, "").strip()
        try:
            return Token(text) if text else None
        except ValueError as error:
            raise SetupError(f"{KEY_VARIABLE} holds no key: {error}.") from None

    async def find(self) -> Identity | None:
        """Whom to be: the demo, a named workspace, the environment's key, the current workspace; None: nobody yet.

        Raises SetupError, and NoKey where the key cannot be read.
        """
        whom = self.whom()
        return whom if whom is None or isinstance(whom, Identity) else await self._saved_identity(whom)

    def whom(self) -> Identity | SavedWorkspace | None:
        """The same as long as the keychain is not asked; raises SetupError."""
        if self.options.demo:
            return self.demo_identity()
        if not self.options.workspace and (token := self.environment_token):
            if self.named_workspace:
                raise SetupError(f"{KEY_VARIABLE} and DUBTUI_WORKSPACE are both set: unset one of them.")
            return self.environment_identity(token)
        return self.saved_workspace()

    def saved_workspace(self) -> SavedWorkspace | None:
        """The saved workspace that was named, else the current one; raises SetupError where there is none so named."""
        name = self.named_workspace
        return self.workspace(name) if name else self.state.current()

    def workspace(self, name: str) -> SavedWorkspace:
        """The saved workspace of a name; raises SetupError."""
        saved = self.state.workspace(name)
        if saved is None:
            names = ", ".join(workspace.name for workspace in self.state.workspaces()) or "none yet"
            raise SetupError(f"There is no workspace {name!r} here (saved: {names}).")
        return saved

    async def _saved_identity(self, saved: SavedWorkspace) -> Identity:
        if self._asked_url and self.api_url != saved.api_url:
            raise SetupError(
                f"The key of {saved.name!r} goes to {saved.api_url} alone; for {self.api_url} set {KEY_VARIABLE}."
            )
        from dubtui.credentials import KeychainError

        try:
            token = await self.keychain.load(saved.id)
        except KeychainError as error:
            raise NoKey(f"{error} To do without it, set {KEY_VARIABLE}.") from None
        if token is None:
            raise NoKey(f"The keychain has no key for {saved.name!r} any more: sign in again, dubtui auth login.")
        return Identity(saved.name, saved.api_url, token, "keychain", saved.id)

    def environment_identity(self, token: Token) -> Identity:
        """The workspace of DUB_API_KEY, for which Dub tells no name."""
        return Identity(KEY_VARIABLE, self.api_url, token, "environment")

    def demo_identity(self) -> Identity:
        """The built-in workspace."""
        return Identity("demo", "http://localhost", Token("dub_demo"), "none", demo=True)

    def typed_identity(self, token: Token, name: str = "workspace") -> Identity:
        """A key that was pasted and is kept nowhere yet."""
        return Identity(name, self.api_url, token, "this run only")

    async def check(self, identity: Identity) -> None:
        """Ask Dub one small question, to see whether it takes the key; raises DubError or SetupError."""
        await asyncio.to_thread(_import_what_asks)
        from dubtui.api.query import CustomerQuery

        async with self.client(identity) as client:
            await client.list_customers(CustomerQuery(page_size=1))

    async def keep(self, identity: Identity) -> Identity:
        """Put a key into the keychain and make its workspace the current one; raises KeychainError.

        The key of a workspace of the same name is replaced.
        """
        from dubtui.credentials import KeychainError

        state = self.state
        saved = state.named(identity.name, identity.api_url)
        try:
            await self.keychain.save(saved.id, identity.token)
            state.save(saved)
        except OSError as error:  # a key that nothing speaks of would stay in the keychain for ever
            await self.keychain.forget(saved.id)
            raise KeychainError(str(error)) from None
        return Identity(saved.name, saved.api_url, identity.token, "keychain", saved.id)

    async def open(self, identity: Identity, *, with_copy: bool = False) -> Workspace:
        """The workspace with its client and a store: the kept one where that is wanted, else an empty one.

        Raises SetupError for an API URL that cannot be, SettingsError, and OSError for a copy that cannot be used.
        """
        is_noted = identity.demo or self.settings.journal
        await asyncio.to_thread(_import_what_asks)
        client = self.client(identity)
        from dubtui.customers.browsing import Browsing
        from dubtui.customers.desk import Desk
        from dubtui.customers.lens import Lens
        from dubtui.customers.lookup import Lookup
        from dubtui.store.state import Remembered
        from dubtui.store.store import Store

        if with_copy:
            store = await asyncio.to_thread(Store.kept, self.kept_copy(identity.id))
        else:
            store = await asyncio.to_thread(Store)
        state = store.path.with_name("state.sqlite3") if identity.demo else self.paths.state
        desk = await Desk.laid(Remembered(state, identity.id))
        if self.options.read_only is None:
            client.read_only = desk.starts_read_only
        browsing = await Browsing.over(client, store, self.clock, Lens(columns=desk.columns))
        writer, drafts = self._changes(identity, client, store, is_noted=is_noted)
        lookup = Lookup(client, store, desk, self.clock)
        editing = (store.folder if identity.demo else self.paths.state.parent) / "editing"
        return Workspace(identity, client, store, browsing, desk, lookup, writer, drafts, editing, self.clock)

    def _changes(self, identity: Identity, client: DubClient, store: Store, *, is_noted: bool) -> tuple[Writer, Drafts]:
        """What writes, and what keeps what is typed: for the life of the process in the demo and without a journal."""
        from dubtui.customers.writer import Writer
        from dubtui.store.drafts import Drafts
        from dubtui.store.journal import Journal

        journal = self.journal if is_noted else None
        passing = store.folder / "journal.sqlite3"
        if identity.demo:
            journal = Journal(passing)
        drafts = Drafts(journal.path if journal else passing, identity.id)
        return Writer(client, store, self.clock, journal, identity.id), drafts

    def client(self, identity: Identity) -> DubClient:
        """A client for an identity; raises SetupError for an API URL that cannot be."""
        from dubtui.api.client import DubClient, within_process

        transport = self._transport
        if identity.demo and transport is None:
            from dubtui.demo.server import Demo

            transport = within_process(Demo())
        try:
            return DubClient(
                identity.token,
                base_url=identity.api_url,
                transport=transport,
                clock=self.clock,
                user_agent=f"dubtui/{__version__}",
                read_only=bool(self.options.read_only),
            )
        except ValueError as error:
            raise SetupError(str(error)) from None


def _import_what_asks() -> None:
    """Load the network's libraries off the event loop: they take longer than the first frame."""
    import dubtui.api.client  # noqa: F401
