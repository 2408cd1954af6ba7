"""The form of a new customer, with what such a one will lack."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from textual import work

from dubtui.api.errors import NotFound
from dubtui.customers import creation
from dubtui.customers.creation import DEPRECATED, REQUIRED, Created
from dubtui.customers.editing import EDITABLE, sent_as
from dubtui.customers.writer import Written
from dubtui.customers.writing import Undone, Unknown
from dubtui.display.frame import path
from dubtui.display.review import change_lines, request_lines, warning_lines
from dubtui.display.text import Spans, safe
from dubtui.display.trouble import READ_ONLY, Explanation
from dubtui.fields import BY_NAME
from dubtui.screens.form import CustomerForm, meaning, suggester_of
from dubtui.screens.question import Question
from dubtui.screens.review import Review
from dubtui.widgets.field import Field
from dubtui.widgets.lines import TextLines

if TYPE_CHECKING:
    from dubtui.customers.editing import Values
    from dubtui.session import Workspace

NO_LINK = "A customer made so has no link: no sale is ever attributed to it"


class CustomerCreate(CustomerForm[Written[Created]]):
    """Returns whom Dub has now; None where the form was left."""

    def fields(self) -> Iterable[Field]:
        """The two that Dub needs first."""
        for name in (*REQUIRED, *(name for name in EDITABLE if name not in REQUIRED)):
            nothing = "needed" if name in REQUIRED else "none"
            title, suggester = BY_NAME[name].title, suggester_of(name)
            yield Field(name, title, None, placeholder=nothing, suggester=suggester, is_new=True)

    @property
    def _wanted(self) -> dict[str, str | None]:
        return {name: sent_as(name, value) for name, value in self.values.items() if value}

    def show(self) -> None:
        """Bring every field and the request up to what is typed."""
        wanted, problems = self._wanted, creation.problems(self.values)
        for field in self.query(Field):
            field.say(problems.get(field.field, "") if field.value else "", meaning(field))
        self.say_title(path("All customers", "New customer"))
        lines = [(("Will be sent", "dim"),), (), *request_lines("POST", creation.PATH, wanted)] if wanted else []
        self.query_one("#request", TextLines).say(*lines)
        if self.failure:
            self.say_band(self.failure)
        else:
            self.say_band(((READ_ONLY if self.workspace.client.read_only else NO_LINK, "warning"),))
        self.refresh_bindings()

    @work(group="dialog", exclusive=True)
    async def action_review(self) -> None:
        for name, words in creation.problems(self.values).items():
            self.go_to(name)
            self.say_band((("Not yet: ", "bold warning"), (f"{BY_NAME[name].title}. {words}", "warning")))
            return
        if self.workspace.client.read_only:
            self.say_band((("Not sent. ", "bold warning"), (READ_ONLY, "warning")))
            return
        written = await self.app.push_screen_wait(_CreateReview(self.workspace, self._wanted))
        match written.outcome if written else None:
            case Created() as created if written:
                self.dismiss(Written(created, written.entry, written.unnoted))
            case Undone() as undone:
                self.refuse(undone, "created")
            case Unknown() as unknown:
                self.doubt(unknown, "created")

    @work(group="dialog", exclusive=True)
    async def action_leave(self) -> None:
        """Leave, after asking where something would be lost."""
        if self._wanted:
            question = Question("Leave without creating?", [((LOST, "muted"),)], [("d", "drop what is typed")])
            if await self.app.push_screen_wait(question) is None:
                return
        self.dismiss(None)


LOST = "Nothing was sent. What is typed is kept nowhere."


class _CreateReview(Review[Written[Created | Undone | Unknown]]):
    """Returns what came of sending it."""

    def __init__(self, workspace: Workspace, values: Values) -> None:
        super().__init__(workspace)
        self._values = values
        self._is_taken = False

    async def look(self) -> None:
        """See whether somebody has the external ID."""
        try:
            await self.workspace.client.get_customer(f"ext_{self._values['externalId']}")
        except NotFound:
            self._is_taken = False
        else:
            self._is_taken = True

    async def send(self) -> Written[Created | Undone | Unknown]:
        """Create the customer."""
        return await self.workspace.writer.create(self._values)

    @property
    def obstacle(self) -> Explanation | None:
        """That there is such a customer."""
        if not self._is_taken:
            return None
        who = safe(self._values["externalId"] or "")
        return Explanation("There is such a customer already", f"Dub has somebody whose external ID is {who}.")

    @property
    def where(self) -> tuple[Spans, Spans]:
        """That somebody is made."""
        return path("All customers", "New customer", "Review"), ()

    def plan_lines(self, width: int) -> Sequence[Spans]:
        """Each value, what such a customer lacks, and the request itself."""
        lines: list[Spans] = []
        for field, value in self._values.items():
            lines += change_lines(field, None, value, width)[::2]
        request = request_lines("POST", creation.PATH, self._values)
        return [*lines, (), *warning_lines([DEPRECATED], width), (), (("Request", "muted"),), *request]
