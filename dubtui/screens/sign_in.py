"""The first run: paste a key, use the environment's, or look around in the demo."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widget import Widget
from textual.widgets import Input

from dubtui.api.errors import DubError
from dubtui.api.token import Token
from dubtui.credentials import KeychainError
from dubtui.display.text import Spans, plural
from dubtui.display.trouble import explain
from dubtui.screens.base import Framed
from dubtui.session import KEY_VARIABLE, SetupError
from dubtui.widgets.lines import Line, TextLines
from dubtui.widgets.notice import Notice

if TYPE_CHECKING:
    from dubtui.session import Identity, Session

NAME = "workspace"


class SignIn(Framed["Identity | None"]):
    """Returns an identity whose key Dub has taken, kept or for this run; the demo's without asking."""

    CSS_PATH = "sign_in.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "check", "check the key", id="check", tooltip="Try the key and keep it", priority=True),
        Binding("down,tab", "app.focus_next", "choose", key_display="↑ ↓", id="choose", tooltip="Another way in"),
        Binding("up,shift+tab", "app.focus_previous", "choose", show=False),
        Binding("ctrl+q", "app.quit", "quit", id="quit", tooltip="Leave dubtui"),
    ]

    def __init__(self, session: Session, reason: str = "") -> None:
        """`reason` says why one is asked, where it is not the first run."""
        super().__init__()
        self._session = session
        self._reason = reason
        self._unkept: Identity | None = None
        """A key that Dub takes and no keychain does."""

    def body(self) -> Iterable[Widget]:
        with Vertical(id="paste", classes="way"):
            yield Line((("1   ", "bold accent"), ("Paste an API key", "bold")), id="paste-title")
            yield Input(password=True, compact=True, placeholder="dub_…", id="key")
            yield TextLines(id="key-note")
            yield Input(compact=True, placeholder=f"what to call it here: {NAME}", id="name")
        yield _Way("2", f"Use {KEY_VARIABLE} from the environment", self._environment_words, id="environment")
        yield _Way("3", "Look around in the demo", "no key, no network", id="demo")
        yield TextLines(
            (("    Customers need a Business plan or higher.", "muted"),),
            (("    Keys are made at ", "muted"), ("app.dub.co/settings/tokens", "underline")),
            id="where",
        )
        yield Notice(id="trouble")

    @property
    def _environment_words(self) -> str:
        try:
            token = self._session.environment_token
        except SetupError:
            return "holds no key"
        return f"set, {token.masked}" if token else "not set"

    def on_mount(self) -> None:
        super().on_mount()
        self.say_title((("Find, inspect and edit the customers of a Dub workspace", "muted"),))
        self.query_one("#key", Input).focus()
        if self._reason:
            self._show_trouble("Not signed in", self._reason)
        self._say_ready()
        self._name_keychain()

    def _say_ready(self) -> None:
        self.say_band((("Nothing is kept before Dub has accepted the key", ""),))

    @work(group="keychain", exclusive=True)
    async def _name_keychain(self) -> None:
        line = self.query_one("#paste-title", Line)
        title: Spans = (("1   ", "bold accent"), ("Paste an API key", "bold"))
        try:
            line.say(title, ((f"kept in {await self._session.keychain.name()}", "muted"),))
        except KeychainError:
            line.say(title, (("no keychain here: for this run only", "warning"),))

    @on(Input.Changed, "#key")
    def _on_typed(self, event: Input.Changed) -> None:
        self._unkept = None
        self.query_one("#trouble", Notice).clear()
        self._say_ready()
        self.query_one("#key-note", TextLines).say(_about(event.value.strip()))

    # Ways in

    def action_check(self) -> None:
        match self.focused:
            case _Way(id="demo"):
                self.dismiss(self._session.demo_identity())
            case _Way(id="environment"):
                self._try_environment()
            case _ if self._unkept is not None:
                self.dismiss(self._unkept)
            case _:
                self._try_pasted()

    def _try_environment(self) -> None:
        try:
            token = self._session.environment_token
        except SetupError as error:
            self._show_trouble("No key", str(error))
            return
        if token is None:
            self._show_trouble(f"{KEY_VARIABLE} is not set", "Set it before dubtui is started, or paste the key above.")
            return
        self._try(self._session.environment_identity(token), keep=False)

    def _try_pasted(self) -> None:
        text, name = (self.query_one(f"#{field}", Input).value.strip() for field in ("key", "name"))
        try:
            token = Token(text)
        except ValueError as error:
            self._show_trouble("That is no key" if text else "No key yet", f"{str(error).capitalize()}.")
            return
        self._try(self._session.typed_identity(token, name or NAME), keep=True)

    @work(group="check", exclusive=True)
    async def _try(self, identity: Identity, *, keep: bool) -> None:
        self.query_one("#trouble", Notice).clear()
        self.say_band((("Asking Dub whether it takes the key", "bold"),))
        try:
            await self._session.check(identity)
        except DubError as error:
            words = explain(error)
            self._show_trouble(words.title, f"{words.why} {words.todo}".strip())
            self.say_band((("Nothing was kept", ""),))
            return
        except SetupError as error:
            self._show_trouble("Not that way", str(error))
            return
        if not keep:
            self.dismiss(identity)
            return
        try:
            self.dismiss(await self._session.keep(identity))
        except KeychainError as error:
            self._unkept = identity
            self._show_trouble(
                "Dub takes the key, but it cannot be kept", str(error), (("enter", "use it for this run only"),)
            )
            self.say_band(((f"To have it at every start, set {KEY_VARIABLE}; nothing was written", ""),))

    def _show_trouble(self, title: str, why: str, keys: tuple[tuple[str, str], ...] = ()) -> None:
        self.query_one("#where").display = False
        self.query_one("#trouble", Notice).say(((title, "bold error"),), why, keys, kind="error")


class _Way(Line, can_focus=True):
    """A way in that is chosen by being in focus."""

    def __init__(self, number: str, words: str, aside: str, *, id: str) -> None:
        super().__init__(((f"{number}   ", "bold accent"), (words, "")), ((aside, "dim"),), id=id, classes="way")


def _about(text: str) -> Spans:
    """What can be said of a key without showing it."""
    if not text:
        return ()
    try:
        token = Token(text)
    except ValueError:
        return (("holds blanks or other characters that no key has", "warning"),)
    size = plural(len(text), "character")
    if not text.startswith("dub_"):
        return ((f"{size}, but a Dub key begins with dub_", "warning"),)
    return ((f"{token.masked}   {size}, looks like a Dub key", "dim"),)
