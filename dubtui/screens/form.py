"""What the forms share: one field under another, checked as one types, and a refusal that stands at its field."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar, TypeVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.suggester import Suggester, SuggestFromList
from textual.widget import Widget
from textual.widgets import Input

from dubtui.api.errors import Refused
from dubtui.customers.editing import sent_as
from dubtui.display.countries import countries, country_name
from dubtui.display.figures import time_of_day
from dubtui.display.text import Spans, safe
from dubtui.display.trouble import Explanation, not_done, not_known
from dubtui.fields import BY_NAME
from dubtui.screens.base import Framed
from dubtui.widgets.field import Field
from dubtui.widgets.lines import TextLines

if TYPE_CHECKING:
    from dubtui.customers.writing import Undone, Unknown
    from dubtui.session import Workspace

ResultT = TypeVar("ResultT")

COUNTRIES = SuggestFromList([*countries().values(), *countries()], case_sensitive=False)


class CustomerForm(Framed[ResultT | None]):
    """Its fields are Dub's, by the API's names."""

    CSS_PATH = "form.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "review", "review", id="review", tooltip="See what would be sent", priority=True),
        Binding("tab,down,enter", "app.focus_next", "next field", id="next-field", tooltip="To the next field"),
        Binding(
            "shift+tab,up",
            "app.focus_previous",
            "previous field",
            show=False,
            id="previous-field",
            tooltip="To the field before",
        ),
        Binding("ctrl+u", "empty", "empty", id="empty", tooltip="Empty the field: none is sent", priority=True),
        Binding("escape", "leave", "leave", id="leave", tooltip="Leave the form"),
    ]

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self.workspace: Workspace = workspace
        self.failure: Spans = ()
        """What the last try came to, until somebody types."""

    def fields(self) -> Iterable[Field]:
        """What can be filled in."""
        raise NotImplementedError

    def show(self) -> None:
        """Bring everything up to what is typed."""
        raise NotImplementedError

    def body(self) -> Iterable[Widget]:
        with VerticalScroll(id="fields", can_focus=False):
            yield from self.fields()
            yield TextLines(id="request")

    def on_mount(self) -> None:
        super().on_mount()
        self.query(Input).first().focus()
        self.show()

    @property
    def values(self) -> dict[str, str | None]:
        """What is typed; an empty field is None."""
        return {field.field: field.value for field in self.query(Field)}

    def go_to(self, name: str) -> None:
        """Put the cursor into a field."""
        self.query_one(f"#field-{name} Input", Input).focus()

    @on(Field.Changed)
    def _on_typed(self) -> None:
        self.failure = ()  # it was about another text
        self.show()
        self.keep_draft()

    def keep_draft(self) -> None:
        """Keep what is typed, where that is wanted."""

    def action_empty(self) -> None:
        if isinstance(self.focused, Input):
            self.focused.value = ""

    # What a write came to

    def refuse(self, outcome: Undone, done: str) -> str:
        """Say why, at the field that it is about; `done` is a participle such as `saved`. The reason in a sentence."""
        error = outcome.error
        words = not_done(done, error, is_found_out=outcome.is_found_out)
        now = time_of_day(self.workspace.clock.now())
        if isinstance(error, Refused) and error.field in self.values:
            self.query_one(f"#field-{error.field}", Field).refuse(words.why)
            self.go_to(error.field)
            self.fail(Explanation(f"Not {done}", f"Dub refused it at {now} and changed nothing."))
            return f"{BY_NAME[error.field].title}: {words.why}"
        self.fail(words if outcome.is_found_out else Explanation(f"Not {done}", f"{words.title} at {now}. {words.why}"))
        return words.sentence

    def doubt(self, outcome: Unknown, done: str) -> None:
        """Say that nobody knows."""
        self.fail(not_known(done, outcome.error, has_changed=outcome.found is not None))

    def fail(self, words: Explanation) -> None:
        """Tell what went wrong, until somebody types."""
        said = f"{words.why} {words.todo}".strip()
        self.failure = ((f"{words.title}. ", "bold"), (safe(said), "muted"))
        self.show()


def suggester_of(name: str) -> Suggester | None:
    """What completes a field's text."""
    return COUNTRIES if name == "country" else None


def meaning(field: Field) -> str:
    """What is sent for a country that is typed, and what a code stands for."""
    if field.field != "country" or not field.value:
        return ""
    code = sent_as("country", field.value)
    return f"{country_name(code)}, {code}" if code in countries() else ""
