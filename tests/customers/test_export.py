"""Files of customers: what each format holds, what it does to hostile text, and how a file comes to be or does not."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import os
import stat
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dubtui.customers.export import CHUNK, Export, Written, aside, write
from dubtui.customers.formats import (
    PUBLIC,
    Column,
    Format,
    UnknownField,
    columns_of,
    escaped,
    guarded,
    line_of,
    literal,
    markdown,
    plain_text,
)
from dubtui.display.text import is_plain
from dubtui.fields import FIELDS, CustomerRow
from dubtui.store.store import Store
from dubtui.store.views import Question
from tests.stage import NOW
from tests.store.made import customer, plain

FIRST = 1_700_000_000_000
"""Unix milliseconds."""
FULL = plain(
    1,
    avatar="https://a.example/1.png",
    stripeCustomerId="cus_A",
    sales=3,
    saleAmount=120_450,
    firstSaleAt=FIRST + 90_061_000,
    subscriptionCanceledAt=FIRST + 99_999_999_123,
    link={"id": "link_1", "shortLink": "https://acme.example/ada"},
    programId="prog_1",
    partner={"id": "pn_1", "name": "Charles", "email": "charles@x.example"},
    discount={"id": "disc_1", "amount": 20, "type": "percentage", "maxDuration": 12},
)
HOSTILE = (
    '=HYPERLINK("https://evil.invalid";"Refund")',
    "@SUM(1+1)",
    " -2+3+cmd|' /C calc'!A0",
    "＝1+1",
    "\t=1",
    "Red \x1b[31mAlert\x1b[0m",
    "New\nLine\tTab\rReturn",
    'A "quoted", b',
    "a|b\\|c <img src=x> [x](https://evil.invalid)",
    "png\u202egnp",
    "Nu\x00l",
    "\ud83d alone",
    "紫式部 🦊",
    "\x9b31m",
)


@pytest.fixture
async def store() -> AsyncIterator[Store]:
    """An empty store for the test's life."""
    store = Store()
    yield store
    store.close()


async def written(store: Store, export: Export, rows: Sequence[int] | None = None) -> str:
    """The text of a file of some rows, or of all, the newest first."""
    out = io.StringIO()
    await write(export, store, rows if rows is not None else await store.numbers(Question()), out.write, NOW)
    return out.getvalue()


async def keep(store: Store, *values: dict[str, Any]) -> None:
    await store.put([customer(value) for value in values], asked_at=1)


def exporting(form: Format, columns: str = "", **options: bool) -> Export:
    return Export(form, columns_of(columns) if columns else (), **options)


# Columns and values


@pytest.mark.parametrize(
    ("column", "text", "value"),
    [
        ("id", FULL["id"], f'"{FULL["id"]}"'),
        ("name", "Name 1", '"Name 1"'),
        ("mail", "person1@mail.example", '"person1@mail.example"'),
        ("externalId", "user_1", '"user_1"'),
        ("stripe", "cus_A", '"cus_A"'),
        ("country", "DE", '"DE"'),
        ("avatar", "https://a.example/1.png", '"https://a.example/1.png"'),
        ("sales", "3", "3"),
        ("saleAmount", "120450", "120450"),
        ("saleamount", "120450", "120450"),
        ("ltv", "1204.50", "1204.50"),
        ("LTV", "1204.50", "1204.50"),
        ("averageSale", "40150", "40150"),
        ("average", "401.50", "401.50"),
        ("createdAt", "2023-11-14T22:14:20.000Z", '"2023-11-14T22:14:20.000Z"'),
        ("created", "2023-11-14T22:14:20.000Z", '"2023-11-14T22:14:20.000Z"'),
        ("firstSaleAt", "2023-11-15T23:14:21.000Z", '"2023-11-15T23:14:21.000Z"'),
        ("canceled", "2027-01-15T07:59:59.123Z", '"2027-01-15T07:59:59.123Z"'),
        ("state", "canceled", '"canceled"'),
        ("paid", "true", "true"),
        ("churned", "true", "true"),
        ("timeToFirstSale", "90001000", "90001000"),
        ("monthsPaying", "38", "38"),
        ("partner", "Charles", '"Charles"'),
        ("partnerEmail", "charles@x.example", '"charles@x.example"'),
        ("partnerId", "pn_1", '"pn_1"'),
        ("link", "https://acme.example/ada", '"https://acme.example/ada"'),
        ("linkId", "link_1", '"link_1"'),
        ("program", "prog_1", '"prog_1"'),
        ("discount", "20%", '"20%"'),
    ],
)
async def test_a_column_has_the_units_of_the_name_that_it_is_asked_for_by(
    store: Store, column: str, text: str, value: str
) -> None:
    await keep(store, FULL)
    assert await written(store, exporting(Format.CSV, column)) == f"{column}\r\n{text}\r\n"
    assert await written(store, exporting(Format.LINES, column)) == f'{{"{column}": {value}}}\n'


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.name)
async def test_every_field_can_be_a_column_and_be_empty(store: Store, field: Any) -> None:
    """Of a customer of whom nothing is known but an id."""
    await store.put([customer(FULL).from_sent(b'{"id": "cus_1"}')], asked_at=1)
    by_itself = {"id": '"cus_1"', "state": '"lead"', "paid": "false", "churned": "false"}
    for word in (field.name, *field.aliases):
        line = await written(store, exporting(Format.LINES, word))
        assert line == f'{{"{word}": {by_itself.get(field.name, "null")}}}\n'
        cell = by_itself.get(field.name, '""').strip('"') or '""'
        assert await written(store, exporting(Format.CSV, word)) == f"{word}\r\n{cell}\r\n"


@pytest.mark.parametrize(
    ("cents", "dollars"),
    [
        (0, "0.00"),
        (5, "0.05"),
        (-5, "-0.05"),
        (-250_000, "-2500.00"),
        (2**53 + 1, "90071992547409.93"),
        (2**63 - 1, "92233720368547758.07"),
        (10**30 + 7, "10000000000000000000000000000.07"),
        (-(10**30), "-10000000000000000000000000000.00"),
    ],
)
async def test_amounts_are_exact_whatever_their_size(store: Store, cents: int, dollars: str) -> None:
    await keep(store, plain(1, saleAmount=cents))
    assert await written(store, exporting(Format.CSV, "saleAmount,ltv")) == f"saleAmount,ltv\r\n{cents},{dollars}\r\n"
    lines = await written(store, exporting(Format.LINES, "saleAmount,ltv"))
    assert lines == f'{{"saleAmount": {cents}, "ltv": {dollars}}}\n'
    assert json.loads(lines)["saleAmount"] == cents


@pytest.mark.parametrize(
    ("values", "name", "doubtful"),
    [
        ({"name": "Ada"}, "Ada", 0),
        ({"name": "person1@mail.example"}, None, 0),
        ({"name": None}, None, 0),
        ({"name": "Ada", "email": None}, "Ada", 0),
        ({"name": "Wandering Blue Otter", "email": None}, None, 1),
        ({"name": "Wandering Blue Otter"}, "Wandering Blue Otter", 0),
    ],
    ids=str,
)
async def test_a_name_that_dub_made_up_is_none(
    store: Store, values: dict[str, Any], name: str | None, doubtful: int
) -> None:
    """The e-mail in the place of a name, and three words that came but once without an e-mail beside them."""
    await keep(store, plain(1, **values))
    rows = await store.numbers(Question())
    out = io.StringIO()
    assert await write(exporting(Format.LINES, "name"), store, rows, out.write, NOW) == Written(1, doubtful)
    assert json.loads(out.getvalue()) == {"name": name}
    assert (await written(store, exporting(Format.CSV))).splitlines()[1].split(",")[1] == (name or "")
    assert await write(exporting(Format.JSON), store, rows, out.write, NOW) == Written(1, 0)


async def test_a_name_that_was_read_twice_alike_is_one(store: Store) -> None:
    for asked_at in (1, 2):
        nameless = plain(1, name="Wandering Blue Otter", email=None)
        await store.put([customer(nameless)], asked_at=asked_at)
    assert json.loads(await written(store, exporting(Format.LINES, "name"))) == {"name": "Wandering Blue Otter"}
    await store.put([customer(nameless | {"name": "Quiet Red Fox"})], asked_at=3)
    await store.put([customer(nameless | {"name": "Sudden Green Owl"})], asked_at=4)
    assert json.loads(await written(store, exporting(Format.LINES, "name"))) == {"name": None}


def test_columns_are_read() -> None:
    assert [column.head for column in columns_of("id, LTV,id,name ")] == ["id", "LTV", "name"]
    for text, words in (("id,nmae", "'nmae'. Is 'name' meant"), ("id,,name", "no field ''"), ("", "no field ''")):
        with pytest.raises(UnknownField, match=words):
            columns_of(text)


# Formats


async def test_csv_has_the_columns_of_dubs_own_export(store: Store) -> None:
    await keep(store, FULL, plain(2, email=None, country=None))
    head = [column.head for column in PUBLIC]
    assert len(head) == 17
    assert await written(store, exporting(Format.CSV)) == (
        f"{','.join(head)}\r\n"
        f"{plain(2)['id']},Name 2,,,user_2,,,0,0,0.00,2023-11-14T22:15:20.000Z,,,,,,\r\n"
        f"{FULL['id']},Name 1,person1@mail.example,https://a.example/1.png,user_1,cus_A,DE,3,120450,1204.50,"
        "2023-11-14T22:14:20.000Z,2023-11-15T23:14:21.000Z,2027-01-15T07:59:59.123Z,https://acme.example/ada,"
        "pn_1,Charles,charles@x.example\r\n"
    )


@pytest.mark.parametrize(
    ("form", "columns", "text"),
    [
        (Format.CSV, "name,ltv", "name,ltv\r\nName 2,0.00\r\nName 1,0.00\r\n"),
        (Format.TSV, "name,ltv", "name\tltv\nName 2\t0.00\nName 1\t0.00\n"),
        (Format.MARKDOWN, "name,ltv", "| name | ltv |\n| --- | --: |\n| Name 2 | 0.00 |\n| Name 1 | 0.00 |\n"),
        (Format.LINES, "name,ltv", '{"name": "Name 2", "ltv": 0.00}\n{"name": "Name 1", "ltv": 0.00}\n'),
        (
            Format.JSON,
            "name,ltv",
            '[\n  {\n    "name": "Name 2",\n    "ltv": 0.00\n  },\n'
            '  {\n    "name": "Name 1",\n    "ltv": 0.00\n  }\n]\n',
        ),
    ],
)
async def test_formats(store: Store, form: Format, columns: str, text: str) -> None:
    await keep(store, plain(1), plain(2))
    assert await written(store, exporting(form, columns)) == text


@pytest.mark.parametrize(
    ("form", "text"),
    [
        (Format.CSV, "id,ltv\r\n"),
        (Format.TSV, "id\tltv\n"),
        (Format.MARKDOWN, "| id | ltv |\n| --- | --: |\n"),
        (Format.JSON, "[]\n"),
        (Format.LINES, ""),
    ],
)
async def test_nobody(store: Store, form: Format, text: str) -> None:
    assert await written(store, exporting(form, "id,ltv")) == text


@pytest.mark.parametrize("form", [Format.JSON, Format.LINES])
async def test_json_is_what_dub_sent(store: Store, form: Format) -> None:
    odd = {"new": [2**70, {"a": None}], "f": 1.5, "mood": "\x7f\u200b\u2028"}
    values = [plain(number, name=name) | odd for number, name in enumerate(HOSTILE)]
    sent = [
        json.dumps(one, ensure_ascii=number % 2 == 0 or "\ud83d" in one["name"], indent=number % 3 or None).encode()
        for number, one in enumerate(values)
    ]
    await store.put([customer(plain(1)).from_sent(one) for one in sent], asked_at=1)
    text = await written(store, exporting(form))
    assert all(is_plain(line[at : at + 900]) for line in text.splitlines() for at in range(0, len(line), 900))
    text.encode()
    found = json.loads(text) if form is Format.JSON else [json.loads(line) for line in text.split("\n")[:-1]]
    assert sorted(found, key=lambda one: one["id"]) == values


async def test_a_line_of_json_is_as_it_came(store: Store) -> None:
    sent = b'{"id":"cus_1","name":"J\xc3\xb6rg","saleAmount":1e2,"x":1.0}'
    await store.put([customer(plain(1)).from_sent(sent)], asked_at=1)
    assert await written(store, exporting(Format.LINES)) == sent.decode() + "\n"


# Hostile text


@pytest.mark.parametrize("raw", [False, True])
async def test_csv_is_read_back_as_it_was(store: Store, raw: bool) -> None:
    await keep(store, *(plain(number, name=name) for number, name in enumerate(HOSTILE)))
    text = await written(store, exporting(Format.CSV, "name,id", raw=raw))
    read = list(csv.reader(io.StringIO(text, newline="")))
    names = [name.encode(errors="backslashreplace").decode() for name in HOSTILE[::-1]]
    assert [line[0] for line in read[1:]] == (names if raw else [guarded(name) for name in names])
    assert {len(line) for line in read} == {2}


async def test_tsv_has_a_line_for_each(store: Store) -> None:
    await keep(store, *(plain(number, name=name) for number, name in enumerate(HOSTILE)))
    lines = (await written(store, exporting(Format.TSV, "name,id", raw=True))).split("\n")
    assert len(lines) == len(HOSTILE) + 2
    for line, name in zip(lines[1:], HOSTILE[::-1], strict=False):
        cell, customer_id = line.split("\t")
        assert customer_id.startswith("cus_")
        assert unescaped(cell) == name.encode(errors="backslashreplace").decode()


def unescaped(cell: str) -> str:
    """A cell of TSV as it was."""
    signs = {"t": "\t", "n": "\n", "r": "\r", "\\": "\\", "u": "\\u"}
    parts = iter(cell)
    return "".join(signs[next(parts)] if char == "\\" else char for char in parts)


async def test_markdown_stays_a_table_of_text(store: Store) -> None:
    await keep(store, *(plain(number, name=name) for number, name in enumerate(HOSTILE)))
    lines = (await written(store, exporting(Format.MARKDOWN, "name,id"))).split("\n")
    assert len(lines) == len(HOSTILE) + 3
    assert all(is_plain(line) for line in lines)


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("a|b", "a\\|b"),
        ("a\\|b", "a\\\\\\|b"),
        ("a\nb\r\nc\rd", "a<br>b<br>c<br>d"),
        ("<b>", "\\<b>"),
        ("[x](y)", "\\[x](y)"),
        ("\x1b[31m", "␛\\[31m"),
        ("", ""),
    ],
)
def test_markdown_cells(text: str, cell: str) -> None:
    assert markdown(text) == cell


async def test_on_a_terminal_no_cell_steers_it(store: Store) -> None:
    await keep(store, *(plain(number, name=name) for number, name in enumerate(HOSTILE)))
    for form in (Format.CSV, Format.TSV):
        text = await written(store, exporting(form, "name,id", shown=True))
        ends = "\r\n" if form is Format.CSV else "\n"
        lines = text.split(ends)
        assert len(lines) == len(HOSTILE) + 2
        assert all(is_plain(line.replace("\t", "")) for line in lines)


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+1", "+1"),
        ("-25.00", "-25.00"),
        ("-25.", "'-25."),
        ("+49 30 1234", "'+49 30 1234"),
        ("@ada", "'@ada"),
        ("\tx", "'\tx"),
        ("\rx", "'\rx"),
        ("  =1", "'  =1"),
        ("\u00a0\ufeff\u200b=1", "'\u00a0\ufeff\u200b=1"),
        ("＝1", "'＝1"),
        ("＋1", "'＋1"),
        ("－1", "'－1"),
        ("＠x", "'＠x"),
        ("a=1", "a=1"),
        ("ada@x.example", "ada@x.example"),
        ("'=1", "'=1"),
        ("  a", "  a"),
        ("-", "'-"),
        ("", ""),
    ],
)
def test_formulas_are_guarded(text: str, cell: str) -> None:
    assert guarded(text) == cell


STARTS = st.text(st.sampled_from(" \t\r\n\u00a0\ufeff=+-@＝＋－＠0.'a"), max_size=4)


@given(st.builds(str.__add__, STARTS, st.text(max_size=5)))
def test_no_cell_begins_a_formula(text: str) -> None:
    """But a plain number, and what it held is still there."""
    cell = guarded(text)
    assert cell in (text, f"'{text}")
    begins = cell.strip(" \t\r\n\u00a0\ufeff")[:1]
    assert begins not in tuple("=@＝＋－＠")
    assert begins not in tuple("+-") or float(cell) is not None
    assert cell[:1] not in tuple("\t\r")


@given(st.lists(st.text(st.characters(codec="utf-8"), max_size=8), min_size=1, max_size=4), st.booleans())
def test_any_cells_are_read_back(cells: list[str], raw: bool) -> None:
    columns = [Column("name", columns_of("name")[0].field)] * len(cells)
    line = line_of(Format.CSV, columns, raw=raw, shown=False)(cells)
    (read,) = csv.reader(io.StringIO(line, newline=""))
    assert read == (cells if raw else [guarded(cell) for cell in cells])
    members = line_of(Format.LINES, columns[:1], raw=raw, shown=False)(cells[:1])
    assert members.count("\n") == 1
    assert json.loads(members) == {"name": cells[0]}


@given(st.text() | st.integers() | st.booleans() | st.none())
def test_any_value_is_json_that_steers_nothing(value: str | int | bool | None) -> None:
    text = literal(value)
    assert json.loads(text) == value
    assert all(is_plain(char) for char in text)
    assert escaped(text) == text


def test_values_as_text() -> None:
    cases = [(None, ""), (True, "true"), (False, "false"), (3, "3"), (2.0, "2"), (2.5, "2.5"), ("", "")]
    for value, text in cases:
        assert plain_text(value) == text


# Rows


class Watched:
    """A store of which is noted how many rows are read at a time."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.most = 0

    def rows(self, numbers: Sequence[int]) -> list[CustomerRow]:
        self.most = max(self.most, len(numbers))
        return self._store.rows(numbers)

    def sent_of(self, numbers: Sequence[int]) -> dict[int, bytes]:
        self.most = max(self.most, len(numbers))
        return self._store.sent_of(numbers)


@pytest.mark.parametrize("form", list(Format))
@pytest.mark.parametrize("columns", ["", "id,ltv"], ids=["all", "chosen"])
async def test_a_few_hundred_are_read_at_a_time(store: Store, form: Format, columns: str) -> None:
    many = 2 * CHUNK + 7
    await keep(store, *(plain(number) for number in range(many)))
    watched: Any = Watched(store)
    pieces: list[str] = []
    told: list[tuple[int, int | None]] = []
    export = exporting(form, columns)
    rows = await store.numbers(Question())
    result = await write(export, watched, rows, pieces.append, NOW, lambda *now: told.append(now))
    assert result == Written(many)
    assert watched.most == CHUNK
    assert told == [(CHUNK, many), (2 * CHUNK, many), (many, many)]
    assert len(pieces) == 4
    text = "".join(pieces)
    assert text.index(plain(many - 1)["id"]) < text.index(plain(1)["id"])
    if form is Format.JSON:
        assert len(json.loads(text)) == many


@pytest.mark.parametrize("form", list(Format))
async def test_others_get_their_turn_and_who_goes_meanwhile_is_left_out(store: Store, form: Format) -> None:
    many = 2 * CHUNK
    await keep(store, *(plain(number) for number in range(many)))
    rows = await store.numbers(Question())
    out = io.StringIO()
    writing = asyncio.create_task(write(exporting(form), store, rows, out.write, NOW))
    await asyncio.sleep(0)
    assert out.getvalue()
    await store.remove([plain(0)["id"], plain(1)["id"]], at=2)
    written = await writing
    assert written.customers in (many, many - 2)
    assert (plain(1)["id"] in out.getvalue()) == (written.customers == many)


# Files


async def test_a_file_is_there_once_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "customers.csv"
    path.write_text("before")
    async with aside(str(path)) as file:
        file.write("é\r\n")
        file.flush()
        assert path.read_text() == "before"
        (part,) = {*os.listdir(tmp_path)} - {path.name}
        assert stat.S_IMODE((tmp_path / part).stat().st_mode) == 0o600
    assert path.read_bytes() == "é\r\n".encode()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert os.listdir(tmp_path) == [path.name]


@pytest.mark.parametrize("failure", [ValueError, KeyboardInterrupt, asyncio.CancelledError])
async def test_a_file_that_fails_leaves_what_was_there(tmp_path: Path, failure: type[BaseException]) -> None:
    path = tmp_path / "customers.csv"
    path.write_text("before")

    async def failing() -> None:
        async with aside(str(path)) as file:
            file.write("half")
            raise failure

    with pytest.raises(failure):
        await failing()
    assert path.read_text() == "before"
    assert os.listdir(tmp_path) == [path.name]


async def test_cancelling_the_task_that_writes_leaves_nothing(store: Store, tmp_path: Path) -> None:
    await keep(store, *(plain(number) for number in range(3 * CHUNK)))
    rows = await store.numbers(Question())

    begun = asyncio.Event()

    async def writing() -> None:
        async with aside(str(tmp_path / "x.csv")) as file:
            await write(exporting(Format.CSV), store, rows, file.write, NOW, lambda now, of: begun.set())

    task = asyncio.create_task(writing())
    await begun.wait()
    assert len(os.listdir(tmp_path)) == 1
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert os.listdir(tmp_path) == []


async def test_a_link_stays_one(tmp_path: Path) -> None:
    link, target = tmp_path / "link.csv", tmp_path / "there" / "x.csv"
    target.parent.mkdir()
    link.symlink_to(target)
    async with aside(str(link)) as file:
        file.write("new")
    assert link.is_symlink()
    assert target.read_text() == "new"


async def test_a_pipe_is_written_to(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    async with aside(str(path)) as file:
        file.write("new")
    assert os.read(reader, 9) == b"new"
    os.close(reader)
    assert os.listdir(tmp_path) == ["pipe"]


@pytest.mark.skipif(not os.path.exists("/dev/fd"), reason="there is no /dev/fd here")
async def test_a_pipe_without_a_name_is_written_to() -> None:
    """As a shell makes one for `>(gzip)`."""
    reader, writer = os.pipe()
    async with aside(f"/dev/fd/{writer}") as file:
        file.write("new")
    assert os.read(reader, 9) == b"new"
    os.close(reader)
    os.close(writer)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("no/such/x.csv", "No such file or directory"),
        ("", "Is a directory"),
        ("file/x.csv", "Not a directory"),
        ("n" * 300, "File name too long"),
    ],
)
async def test_a_place_that_cannot_be(tmp_path: Path, name: str, why: str) -> None:
    (tmp_path / "file").touch()
    path = f"{tmp_path}/{name}"
    with pytest.raises(OSError, match=why) as caught:
        async with aside(path):
            pass
    assert (caught.value.filename, caught.value.strerror) == (path, why)
    assert os.listdir(tmp_path) == ["file"]


async def test_a_long_name_has_room_for_its_part(tmp_path: Path) -> None:
    path = tmp_path / ("é" * 123 + ".csv")
    async with aside(str(path)) as file:
        file.write("new")
    assert path.read_text() == "new"
