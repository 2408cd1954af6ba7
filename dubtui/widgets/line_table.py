"""A table that draws the lines on screen and nothing else, from whatever holds its rows.

It knows columns and rows, not what they are about: any number of rows costs the same.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass
from typing import ClassVar, Generic, Protocol, TypeVar

from rich.segment import Segment
from rich.style import Style as RichStyle
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.style import Style
from textual.widget import Widget

from dubtui.display.text import Spans, cut_spans, width_of
from dubtui.widgets.lines import style_of

RowT = TypeVar("RowT")
RowT_co = TypeVar("RowT_co", covariant=True)

GUTTER = 2
"""Cells before the first column, for the focus bar or the mark."""
MARGIN = 2
"""Cells behind the last column."""


class RowSource(Protocol[RowT_co]):
    """Where the rows come from; a place without a row is None."""

    def __len__(self) -> int: ...

    def window(self, start: int, stop: int) -> Sequence[RowT_co | None]:
        """The rows at some places, quickly: it is called for every frame."""

    def position(self, key: int) -> int | None:
        """The place of the row with a key."""


@dataclass(frozen=True, slots=True)
class Column(Generic[RowT]):
    """A column: `width` is the least it takes, `most` what it may grow to where there is room."""

    name: str
    head: str
    cell: Callable[[RowT], Spans]
    width: int
    most: int = 0
    right: bool = False
    strong: bool = False
    """Bold in the row with the cursor."""
    gap: int = 2
    """Cells before it; a head that is longer than its column runs into the gap behind."""
    below: Callable[[RowT], Spans] | None = None
    """What stands in the second line of a row, where rows have one."""


@dataclass(frozen=True, slots=True)
class Placed(Generic[RowT]):
    """A column at its place in the line."""

    column: Column[RowT]
    x: int
    width: int


def placed(columns: Sequence[Column[RowT]], width: int, growing: Sequence[str] = ()) -> list[Placed[RowT]]:
    """Columns side by side from the gutter on; spare cells go to the growing ones, in that order."""
    widths = {column.name: column.width for column in columns}
    spare = width - GUTTER - MARGIN - sum(widths.values()) - sum(column.gap for column in columns[1:])
    by_name = {column.name: column for column in columns}
    for name in growing:
        if name in by_name and spare > 0:
            more = min(spare, max(0, by_name[name].most - widths[name]))
            widths[name] += more
            spare -= more
    at, places = GUTTER, []
    for number, column in enumerate(columns):
        at += column.gap if number else 0
        places.append(Placed(column, at, widths[column.name]))
        at += widths[column.name]
    return places


class Listed(Generic[RowT]):
    """A source that is a list whose rows have no keys."""

    def __init__(self, rows: Sequence[RowT] = ()) -> None:
        self._rows = rows

    def __len__(self) -> int:
        return len(self._rows)

    def window(self, start: int, stop: int) -> Sequence[RowT]:
        """The rows at some places."""
        return self._rows[start:stop]

    def position(self, key: int) -> None:
        """No row is found again."""


class LineTable(Widget, Generic[RowT], can_focus=True):
    """Rows in lines under one line of heads. The cursor stays on its row while others come and go."""

    DEFAULT_CSS = """
    LineTable { height: 1fr; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = set()
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Up", show=False),
        Binding("down,j", "move(1)", "Down", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("pagedown,ctrl+f", "page(1)", "Page down", show=False),
        Binding("ctrl+u", "half_page(-1)", "Half a page up", show=False),
        Binding("ctrl+d", "half_page(1)", "Half a page down", show=False),
        Binding("g,home", "top", "Top", show=False),
        Binding("G,end", "bottom", "Bottom", show=False),
        Binding("h,left", "aside(-1)", "Columns to the left", show=False),
        Binding("l,right", "aside(1)", "Columns to the right", show=False),
    ]

    cursor: reactive[int] = reactive(0)
    top: reactive[int] = reactive(0)
    aside: reactive[int] = reactive(0)
    """How many columns after the first are left out at the left."""

    class Moved(Message):
        """Somebody moved: the cursor stands on another row, or other rows are on screen."""

    class Redrawn(Message):
        """The rows or the size are others."""

    class Chosen(Message):
        """A row was clicked that already had the cursor."""

    class HeadClicked(Message):
        """A column's head was clicked."""

        def __init__(self, name: str) -> None:
            super().__init__()
            self.name = name

    def __init__(
        self,
        key: Callable[[RowT], int] | None = None,
        *,
        has_head: bool = True,
        leads: bool = False,
        tall: bool = False,
        id: str | None = None,
    ) -> None:
        """`key` tells the number by which the source finds a row again; without it the cursor keeps its place.

        `leads` draws the cursor as if the table had the focus, for one that is steered from an input above it. `tall`
        gives each row a second line and a blank one behind.
        """
        super().__init__(id=id)
        self.tall = tall
        self._key = key
        self._head_height = 1 if has_head else 0
        self._leads = leads
        self._source: RowSource[RowT] = Listed()
        self._columns: Sequence[Column[RowT]] = ()
        self._growing: Sequence[str] = ()
        self._places: list[Placed[RowT]] = []
        self._sorted: tuple[str, bool] | None = None
        self._held: int | None = None
        """The key of the row with the cursor."""
        self._window: tuple[int, Sequence[RowT | None]] = (0, ())
        self._styles: dict[tuple[str, str], RichStyle] = {}
        self._looked_at: Container[str] = ()
        self._marks: Container[int] = ()
        self._range_from: int | None = None
        """The key of the row from which a range is being marked."""

    # What it shows

    def show(self, source: RowSource[RowT]) -> None:
        """Draw the rows of a source."""
        self._source = source
        self._held = None
        self.cursor = self.top = 0
        self.follow()
        self.refresh(layout=self.styles.auto_dimensions)

    def set_columns(self, columns: Sequence[Column[RowT]], growing: Sequence[str]) -> None:
        """Draw these columns; spare cells go to the growing ones in their order."""
        self._columns, self._growing = columns, growing
        self._places = placed(columns, self.size.width, growing)
        self.refresh()

    def mark_heads(self, sorted_by: tuple[str, bool] | None, looked_at: Container[str] = ()) -> None:
        """Show by which column the rows are sorted (True: descending), and which ones a filter looks at."""
        self._sorted, self._looked_at = sorted_by, looked_at
        self.refresh(Region(0, 0, self.size.width, 1))

    def mark_rows(self, keys: Container[int]) -> None:
        """Mark the rows of some keys."""
        self._marks = keys
        self.refresh()

    def start_range(self) -> None:
        """Mark from the row with the cursor to wherever it goes."""
        self._range_from = self._held
        self.refresh()

    def end_range(self) -> range | None:
        """The places from where a range was started up to the cursor; None where none was."""
        places = self._range
        self._range_from = None
        self.refresh()
        return places

    @property
    def _range(self) -> range | None:
        start = None if self._range_from is None else self._source.position(self._range_from)
        return None if start is None else range(min(start, self.cursor), max(start, self.cursor) + 1)

    def follow(self) -> None:
        """Draw again after the source changed, the cursor on the row where it was and that row on its line."""
        at = self._source.position(self._held) if self._held is not None else None
        if at is not None:
            self.set_reactive(LineTable.top, max(0, self.top + at - self.cursor))
            self.set_reactive(LineTable.cursor, at)
        self.set_reactive(LineTable.cursor, self._within(self.cursor))
        self._keep_in_sight()
        self._hold()
        self.refresh(layout=self.styles.is_auto_height)  # as high as there are rows
        self.post_message(self.Redrawn())

    @property
    def places(self) -> Sequence[Placed[RowT]]:
        """Where the columns stand."""
        return self._places

    @property
    def gutter_width(self) -> int:
        """Cells before the first column."""
        return GUTTER

    @property
    def row(self) -> RowT | None:
        """The row with the cursor."""
        found = self._source.window(self.cursor, self.cursor + 1)
        return found[0] if found else None

    @property
    def in_sight(self) -> range:
        """The places on screen."""
        return range(self.top, min(self.top + self._height, len(self._source)))

    def go_to(self, key: int) -> bool:
        """Put the cursor on the row with a key; whether there is one. Nobody moved, so that nobody is told so."""
        at = self._source.position(key)
        if at is None:
            return False
        self.set_reactive(LineTable.cursor, at)
        self._keep_in_sight()
        self._hold()
        self.refresh()
        self.post_message(self.Redrawn())
        return True

    @property
    def _height(self) -> int:
        """How many rows there is room for."""
        lines = self.size.height - self._head_height + (1 if self.tall else 0)  # nothing is behind the last row
        return max(1, lines // self._row_height)

    @property
    def _row_height(self) -> int:
        return 3 if self.tall else 1

    def _region(self, at: int) -> Region:
        """Where a row is drawn."""
        top = (at - self.top) * self._row_height + self._head_height
        return Region(0, top, self.size.width, self._row_height)

    # Moving

    def action_move(self, rows: int) -> None:
        self.cursor += rows

    def action_page(self, pages: int) -> None:
        self._scroll(pages * self._height)

    def action_half_page(self, pages: int) -> None:
        self._scroll(pages * max(1, self._height // 2))

    def action_top(self) -> None:
        self.cursor = 0

    def action_bottom(self) -> None:
        self.cursor = len(self._source) - 1

    def action_aside(self, columns: int) -> None:
        self.aside += columns

    def validate_aside(self, columns: int) -> int:
        return max(0, min(columns, self._most_aside))

    @property
    def _most_aside(self) -> int:
        """How far aside brings the last column into sight."""
        for aside in range(len(self._places)):
            if not self._cut_off(self._seen_places(aside)):
                return aside
        return 0

    def _seen_places(self, aside: int) -> list[Placed[RowT]]:
        """The first column, and those behind it with some left out."""
        if not aside or aside >= len(self._places) - 1:
            return self._places
        first, *rest = self._places
        shift = rest[aside].x - rest[0].x
        return [first, *(Placed(place.column, place.x - shift, place.width) for place in rest[aside:])]

    def _cut_off(self, places: Sequence[Placed[RowT]]) -> bool:
        return bool(places) and places[-1].x + places[-1].width > self.size.width - MARGIN

    def _scroll(self, rows: int) -> None:
        self.top = self._top_within(self.top + rows)
        self.cursor += rows

    def _within(self, at: int) -> int:
        return max(0, min(at, len(self._source) - 1))

    def _top_within(self, top: int) -> int:
        return max(0, min(top, len(self._source) - self._height))

    def validate_cursor(self, at: int) -> int:
        return self._within(at)

    def watch_cursor(self, before: int, at: int) -> None:
        self._hold()
        self._keep_in_sight()
        for line in (before, at) if self._range_from is None else ():
            self.refresh(self._region(line))
        if self._range_from is not None:
            self.refresh()
        self.post_message(self.Moved())

    def watch_top(self) -> None:
        self.refresh()

    def watch_aside(self) -> None:
        self.refresh()

    def _hold(self) -> None:
        row = self.row
        self._held = None if row is None or self._key is None else self._key(row)

    def _keep_in_sight(self) -> None:
        top = min(self.top, self.cursor)
        top = max(top, self.cursor - self._height + 1)
        self.top = self._top_within(top)

    # Events

    def on_resize(self) -> None:
        self._places = placed(self._columns, self.size.width, self._growing)
        self._keep_in_sight()
        self.refresh()
        self.post_message(self.Redrawn())

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self._wheel(3)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self._wheel(-3)

    def _wheel(self, rows: int) -> None:
        self.top = self._top_within(self.top + rows)
        self.cursor = max(self.top, min(self.cursor, self.top + self._height - 1))
        self.post_message(self.Moved())

    def on_click(self, event: events.Click) -> None:
        if event.y < self._head_height:
            name = next((place.column.name for place in self._places if 0 <= event.x - place.x < place.width), None)
            if name is not None:
                self.post_message(self.HeadClicked(name))
            return
        at = self.top + (event.y - self._head_height) // self._row_height
        if at >= len(self._source):
            return
        if at == self.cursor:
            self.post_message(self.Chosen())
        self.cursor = at

    # Drawing

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(self._source) * self._row_height + self._head_height

    def render_lines(self, crop: Region) -> list[Strip]:
        self._window = (self.top, self._source.window(self.top, self.top + self._height))
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        if y < self._head_height:
            return self._head(width)
        start, rows = self._window
        place, part = divmod(y - self._head_height, self._row_height)
        at = self.top + place
        row = rows[at - start] if 0 <= at - start < len(rows) else None
        if row is None or part == 2:
            return Strip.blank(width, self._style("", ""))
        return self._line(row, at, width, is_second=part == 1)

    def _head(self, width: int) -> Strip:
        segments: list[Segment] = []
        at = 0
        places = self._seen_places(self.aside)
        for place in places:
            column = place.column
            if not column.head.strip():
                continue
            arrow, ink = " ", "dim"
            if self._sorted and self._sorted[0] == column.name:
                arrow, ink = ("↓" if self._sorted[1] else "↑"), ""
            if column.name in self._looked_at:
                ink = f"{ink} underline".strip()
            head = column.head.rjust(place.width) if column.right else column.head.ljust(place.width)
            indent = len(head) - len(head.lstrip())
            segments.append(Segment(" " * (place.x + indent - 1 - at), self._style("", "")))
            segments.append(Segment(arrow, self._style("accent", "")))
            segments.append(Segment(head.strip(), self._style(ink, "")))
            segments.append(Segment(" " * (len(head) - len(head.rstrip())), self._style("", "")))
            at = place.x + len(head)
        strip = Strip(segments).adjust_cell_length(width, self._style("", ""))
        if self._cut_off(places):
            strip = Strip([*strip.crop(0, width - 1), Segment("›", self._style("accent", ""))], width)
        return strip

    def _line(self, row: RowT, at: int, width: int, *, is_second: bool) -> Strip:
        is_cursor = at == self.cursor
        leads = is_cursor and (self._leads or self.has_focus)
        ground = ("cursor" if leads else "panel") if is_cursor else ""
        segments = self._gutter(row, at, ground, leads=leads)
        end = GUTTER
        for place in self._seen_places(self.aside):
            segments.append(Segment(" " * (place.x - end), self._style("not bold", ground)))
            segments += self._cell(place, row, ground, is_second=is_second)
            end = place.x + place.width
        return Strip(segments).adjust_cell_length(width, self._style("", ground))

    def _gutter(self, row: RowT, at: int, ground: str, *, leads: bool) -> list[Segment]:
        marked = (self._key is not None and self._key(row) in self._marks) or at in (self._range or ())
        sign = "◆" if marked else "▌" if leads else " "
        return [Segment(f"{sign} ", self._style("accent", ground))]

    def _cell(self, place: Placed[RowT], row: RowT, ground: str, *, is_second: bool) -> list[Segment]:
        """A column's words in a line of a row, padded to its width."""
        column = place.column
        cell = column.below if is_second else column.cell
        spans = cut_spans(cell(row), place.width) if cell else ()
        strong = column.strong and bool(ground) and not is_second
        segments = [
            Segment(text, self._style(f"bold {style}" if strong and not style else style, ground))
            for text, style in spans
        ]
        blank = Segment(" " * (place.width - width_of(spans)), self._style("not bold", ground))
        return [blank, *segments] if column.right else [*segments, blank]

    def _style(self, words: str, ground: str) -> RichStyle:
        """The colours of some words on a ground, looked up once a theme."""
        found = self._styles.get((words, ground))
        if found is None:
            text = style_of(f"{words or 'foreground'} on {ground}" if ground else words or "foreground")
            found = self._styles[words, ground] = (self.visual_style + Style.parse(text)).rich_style
        return found

    def notify_style_update(self) -> None:
        self._styles.clear()
        super().notify_style_update()
