"""Files of changes: whatever wrote them they are understood, told about or refused, and an export does no harm."""

from __future__ import annotations

import asyncio
import io
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dubtui.api import errors
from dubtui.customers.bulk import BadFile, BulkPlan, Matching, Row, Sheet, Skip, read
from dubtui.customers.export import Export, encodable, write
from dubtui.customers.formats import PUBLIC, Format, columns_of, line_of
from dubtui.customers.selection import Selection, select
from dubtui.demo.data import Token
from dubtui.demo.search import fold
from tests.api.fast_time import START
from tests.customers.test_export import HOSTILE
from tests.customers.trial import KEY, QuickClock, Trial, demo, trial
from tests.demo.made import data, row
from tests.faults import Faulty, error

Values = dict[str, Any]
ODD = [*HOSTILE, "'=1", "null", "NULL", '"quoted"', "\\t", " ", "a\\", "'", '""']
EMAILS = ["", "a@b.example", "A@B.example", "é@x.example", "-a@b.example"]

# What a file says


def cells_of(sheet: Sheet) -> list[dict[str, str]]:
    """What the cells of each line mean, the key before them."""
    return [
        {sheet.key: sheet.meant(line.key), **{name: sheet.meant(cell) for name, cell in line.cells.items()}}
        for line in sheet.lines
    ]


ADA = [{"externalId": "user_1", "name": "Ada"}]
SHEETS: list[tuple[str, bytes, list[dict[str, str]]]] = [
    ("plain", b"externalId,name\nuser_1,Ada\n", ADA),
    ("without a last line break", b"externalId,name\nuser_1,Ada", ADA),
    ("a BOM", b"\xef\xbb\xbfexternalId,name\r\nuser_1,Ada\r\n", ADA),
    ("semicolons", b"externalId;name\nuser_1;Ada\n", ADA),
    ("semicolons and a comma", b'externalId;name;"notes, in full"\nuser_1;Ada;x\n', ADA),
    ("tabs", b"externalId\tname\nuser_1\tAda\n", ADA),
    ("said what stands between", b"sep=|\r\nexternalId|name\r\nuser_1|Ada\r\n", ADA),
    ("UTF-16, as spreadsheets call Unicode", "\ufeffexternalId\tname\r\nuser_1\tAda\r\n".encode("utf-16-le"), ADA),
    ("UTF-16 the other way", "\ufeffexternalId\tname\r\nuser_1\tAda\r\n".encode("utf-16-be"), ADA),
    ("breaks of an old Mac", b"externalId,name\ruser_1,Ada\r", ADA),
    ("blank lines", b"\n,\nexternalId,name\n\n , \nuser_1,Ada\n\n", ADA),
    ("all in quotes", b'"externalId","name"\n"user_1","Ada"\n', ADA),
    ("quotes inside", b'externalId,name\nuser_1,"A ""d"", a"\n', [{"externalId": "user_1", "name": 'A "d", a'}]),
    ("a break inside", b'externalId,name\nuser_1,"A\r\nda"\n', [{"externalId": "user_1", "name": "A\r\nda"}]),
    ("tabs and quotes", b'externalId\tname\nuser_1\t"A, ""d"" a"\n', [{"externalId": "user_1", "name": 'A, "d" a'}]),
    ("tabs and a break", b'externalId\tname\nuser_1\t"A\nda"\n', [{"externalId": "user_1", "name": "A\nda"}]),
    ("tabs and escapes", b"externalId\tname\nuser_1\tA\\td\\n\\\\a\n", [{"externalId": "user_1", "name": "A\td\n\\a"}]),
    ("the guard", b"externalId,name\n'=1,'=1+1\n", [{"externalId": "=1", "name": "=1+1"}]),
    ("no guard", b"externalId,name\n'a,'tis\n", [{"externalId": "'a", "name": "'tis"}]),
    ("blanks", b"externalId , name\n user_1 , Ada \n", [{"externalId": " user_1 ", "name": " Ada "}]),
    ("trailing separators", b"externalId,name,\nuser_1,Ada,\n", ADA),
    ("more of them than in the head", b"externalId,name\nuser_1,Ada,,\n", ADA),
    ("NUL", b"externalId,name\nuser_1,A\x00a\n", [{"externalId": "user_1", "name": "A\x00a"}]),
    ("only a head", b"externalId,name\n", []),
    ("letters", "externalId,name\n🦊,紫式部\u2028\n".encode(), [{"externalId": "🦊", "name": "紫式部\u2028"}]),
]


@pytest.mark.parametrize(("content", "cells"), [one[1:] for one in SHEETS], ids=[one[0] for one in SHEETS])
def test_whatever_wrote_it(content: bytes, cells: list[dict[str, str]]) -> None:
    assert cells_of(read(content)) == cells


HEADS: list[tuple[str, str, str, str]] = [
    ("id,name", "id", "name", ""),
    ("name,id", "id", "name", ""),
    ("email,externalId,name", "externalId", "name email", ""),
    ("email,new externalId", "email", "externalId", ""),
    ("externalId,New External ID", "externalId", "externalId", ""),
    ("ext,new_ext", "externalId", "externalId", ""),
    ("id,externalId,new externalId", "id", "externalId", "externalId"),
    ("id,new mail,email", "id", "email", "email"),
    ("stripe,name", "stripeCustomerId", "name", ""),
    ("Dub id,Name,E-mail,External ID,Stripe customer ID,Avatar,Country", "id", "name email externalId "
     "stripeCustomerId country avatar", ""),
    ("dub_id,EMAIL", "id", "email", ""),
    ("id,name,ltv,createdAt,notes", "id", "name", "ltv createdAt notes"),
    ("id,name,new ltv,new id", "id", "name", "new ltv|new id"),
    ("new name,id", "id", "name", ""),
    ("id,name,notes,notes", "id", "name", "notes notes"),
]  # fmt: skip


@pytest.mark.parametrize(("heads", "key", "fields", "ignored"), HEADS, ids=[one[0] for one in HEADS])
def test_columns(heads: str, key: str, fields: str, ignored: str) -> None:
    """The first identifier names whom a line is about, every other field that can be changed is set."""
    sheet = read(f"{heads}\n".encode())
    assert (sheet.key, set(sheet.fields)) == (key, set(fields.split()))
    assert sheet.ignored == tuple(ignored.split("|") if "|" in ignored else ignored.split())


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "It is empty."),
        (b"\n,,\n", "It is empty."),
        (b"name,country\nAda,GB\n", "No column tells whom a line is about: one of id, externalId, email"),
        (b"new externalId\nx\n", "No column tells whom a line is about"),
        (b"id,ltv\nx,1\n", "Nothing is to be set: it has id, ltv, and there are name"),
        (b"externalId\nuser_1\n", "To change the externalId itself, call that column 'new externalId'."),
        (b"id,mail,email\n", "Two columns are the same: mail and email."),
        (b"id,new name,New Name\n", "Two columns are the same: new name and New Name."),
        (b"\x1b,x\n", "It has ␛, x."),
        (b"PK\x03\x04 and so on", "It is a workbook: save it as CSV."),
        ("externalId,name\nuser_1,Jörg\n".encode("latin-1"), "Line 2 is no text in UTF-8: save it as CSV in UTF-8."),
        (b'id,name\nx,Ada\ny,"Ada\n', "Line 3 cannot be taken apart"),
        (b'id,name\nx,"Ada"b\n', "Line 2 cannot be taken apart"),
    ],
    ids=str,
)
def test_what_cannot_be_used(content: bytes, words: str) -> None:
    with pytest.raises(BadFile) as caught:
        read(content)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("content", "number", "problem"),
    [
        (b"id,name,email\nx,y\n", 2, "it has 2 cells, and the head has 3"),
        (b"id,name\n\nx\n", 3, "it has 1 cell, and the head has 2"),
        (b"id,name\na,b,c\n", 2, "it has 3 cells, and the head has 2"),
        (b'id,name\na,"b\nb"\nx\n', 4, "it has 1 cell, and the head has 2"),
        (b"id\tname\na\tb\nx\n", 3, "it has 1 cell, and the head has 2"),
        (b"sep=;\nid;name\nx\n", 3, "it has 1 cell, and the head has 2"),
    ],
    ids=str,
)
def test_a_line_that_does_not_fit(content: bytes, number: int, problem: str) -> None:
    line = read(content).lines[-1]
    assert (line.number, line.problem) == (number, problem)


@pytest.mark.parametrize("value", ODD, ids=ascii)
@pytest.mark.parametrize("head", [b"id,name\n", b"id\tname\n"], ids=["csv", "tsv"])
def test_what_an_export_writes_of_a_value_is_known(value: str, head: bytes) -> None:
    """With the guard and without; and nothing but that value."""
    form = Format.TSV if b"\t" in head else Format.CSV
    columns = columns_of("id,name")
    for raw in (False, True):
        line = encodable(line_of(form, columns, raw=raw, shown=False)(["cus_1", value]))
        sheet = read(head + line.encode())
        (found,) = sheet.lines
        assert (found.problem, found.key) == ("", "cus_1")
        assert sheet.is_written(found.cells["name"], value)
        assert not sheet.is_written(found.cells["name"], f"{value}x")
        assert not sheet.is_written(found.cells["name"], None)


# What it would do


PEOPLE: tuple[Values, ...] = (
    {},
    {"stripeCustomerId": "cus_S2222222"},
    {"email": None, "name": None},
    {"email": "person1@letters.example"},
    {"externalId": "USER 5", "email": "Søren@letters.example"},
    {"externalId": "=6", "name": "'=1", "country": None},
    {"externalId": " 7", "email": None, "name": "Wandering Blue Otter"},
    {"externalId": ""},
)
IDS = [row(number)["id"] for number in range(1, len(PEOPLE) + 1)]


def workspace(*people: Values) -> Faulty:
    """A Dub with these customers."""
    rows = [row(number, **changes) for number, changes in enumerate(people, 1)]
    return demo(data(*rows, tokens=[Token(KEY, "ws_1")]))


@asynccontextmanager
async def over(path: Path, *people: Values) -> AsyncIterator[Trial]:
    async with trial(path, workspace(*people)) as tried:
        yield tried


def matching(tried: Trial, text: str) -> Matching:
    sheet = read(text.encode())
    return Matching(tried.lookup, tried.client, tried.store, QuickClock(), sheet)


def told(plan: BulkPlan) -> list[str]:
    """Each row: the number of the customer, and what is changed or why nothing is."""
    return [f"{IDS.index(row.customer.id) + 1 if row.customer else '-'} {_told(row)}" for row in plan.rows]


def _told(row: Row) -> str:
    if isinstance(row.doing, Skip):
        return f"{'=' if row.doing.is_fine else '!'} {row.doing.why}"
    return ", ".join(f"{change.field}: {change.old} → {change.new}" for change in row.changes)


SAME, NOBODY = "= the same already", "! no such customer"
LETTER = "which is not the same to the letter"
RULE = "! breaks a rule"
MERGED = "= done with line 2, about the same customer"
OTHERWISE = "! line 2 is about the same customer, and sets Name otherwise"
GIVEN = "! line 2 gives this Stripe ID to another customer"
PLANS: list[tuple[str, str, list[str]]] = [
    ("a value", "externalId,name\nuser_1,Ada\n", ["1 name: Person 1 → Ada"]),
    ("by Dub id", f"id,name\n{IDS[0]},Ada\n", ["1 name: Person 1 → Ada"]),
    ("by e-mail", "email,name\nperson2@letters.example,Ada\n", ["2 name: Person 2 → Ada"]),
    ("by e-mail in another case", "email,name\nPerson2@Letters.example,Ada\n", ["2 name: Person 2 → Ada"]),
    ("blanks around the key", "externalId,name\n user_1 ,Ada\n", ["1 name: Person 1 → Ada"]),
    ("a key that has a blank", "externalId,name\n 7,Ada\n", ["7 name: Wandering Blue Otter → Ada"]),
    ("a guarded key", "externalId,name\n'=6,Ada\n", ["6 name: '=1 → Ada"]),
    (
        "an empty cell",
        "externalId,name,email\nuser_1,,a@b.example\n",
        ["1 email: person1@letters.example → a@b.example"],
    ),
    ("a blank cell", "externalId,name\nuser_1,  \n", ["1 = the same already"]),
    ("null", "externalId,email\nuser_1,null\n", ["1 email: person1@letters.example → None"]),
    ("NULL", "externalId,email\nuser_1, NULL \n", ["1 email: person1@letters.example → None"]),
    ("another word", "externalId,name\nuser_1,Null\n", ["1 name: Person 1 → Null"]),
    ("none that is none", "externalId,stripe\nuser_1,null\n", [f"1 {SAME}"]),
    ("the same value", "externalId,name\nuser_1,Person 1\n", [f"1 {SAME}"]),
    (
        "a country by name",
        "externalId,country\nuser_1,United Kingdom\nuser_2,Germany\n",
        [f"1 {SAME}", "2 country: GB → DE"],
    ),
    ("an invented name", "externalId,name\nuser_3,null\n", [f"3 {SAME}"]),
    ("a name for somebody without one", "externalId,name\nuser_3,Ada\n", ["3 name: None → Ada"]),
    ("the key itself", "externalId,new externalId\nuser_1,x\n", ["1 externalId: user_1 → x"]),
    ("by e-mail an external ID", "email,new ext\nperson2@letters.example,x\n", ["2 externalId: user_2 → x"]),
    ("two fields", "externalId,name,stripe\nuser_1,Ada,s\n", ["1 name: Person 1 → Ada, stripeCustomerId: None → s"]),
    ("a guarded value", "externalId,name\nuser_1,'=1+1\n", ["1 name: Person 1 → =1+1"]),
    ("a value that looks guarded", "externalId,name\n=6,'=1\n", [f"6 {SAME}"]),
    ("nobody", "externalId,name\nuser_99,Ada\n", [f"- {NOBODY}"]),
    ("nobody of that Dub id", "id,name\ncount,Ada\nx/y,Ada\ncus_9,Ada\n", [f"- {NOBODY}"] * 3),
    ("nobody whose key is longer", f"externalId,name\n{'x' * 5000},Ada\n", [f"- {NOBODY}"]),
    ("not to the letter", "externalId,name\nuser 5,Ada\n", [f"- {NOBODY}; Dub has USER 5, {LETTER}"]),
    ("an accent", "email,name\nsoren@letters.example,Ada\n", [f"- {NOBODY}; Dub has Søren@letters.example, {LETTER}"]),
    ("two of one e-mail", "email,name\nperson1@letters.example,Ada\n", ["- ! 2 customers have it"]),
    ("no key", "externalId,name\n,Ada\n , x\n", ["- ! it has no External ID"] * 2),
    ("too few cells", "externalId,name,email\nuser_1,Ada\n", ["- ! it has 2 cells, and the head has 3"]),
    (
        "a rule",
        "externalId,email,name\nuser_1,a b,Ada\n",
        [f"1 {RULE}: E-mail: Not an e-mail as Dub takes it: plain letters, one @, no spaces"],
    ),
    ("no external ID", "id,externalId\n" + IDS[0] + ",null\n", [f"1 {RULE}: External ID: Dub needs an external ID"]),
    (
        "no country",
        "externalId,country\nuser_1,null\n=6,null\n",
        [f"1 {RULE}: Country: Dub cannot be told that there is no country", f"6 {SAME}"],
    ),
    ("twice, otherwise", "externalId,name\nuser_1,Ada\nuser_1,Eva\n", ["1 name: Person 1 → Ada", f"1 {OTHERWISE}"]),
    ("twice, done before", "externalId,name\nuser_1,Person 1\nuser_1,Eva\n", [f"1 {SAME}", f"1 {OTHERWISE}"]),
    ("twice alike", "externalId,name\nuser_1,Ada\nuser_1,Ada\n", ["1 name: Person 1 → Ada", f"1 {MERGED}"]),
    (
        "twice, two fields",
        "externalId,name,stripe\nuser_1,Ada,\nuser_2,Bo,\nuser_1,,s\n",
        ["1 name: Person 1 → Ada, stripeCustomerId: None → s", "2 name: Person 2 → Bo", f"1 {MERGED}"],
    ),
    (
        "one value for two",
        "externalId,stripe\nuser_1,s\nuser_2,s\nuser_3,t\n",
        ["1 stripeCustomerId: None → s", f"2 {GIVEN}", "3 stripeCustomerId: None → t"],
    ),
    (
        "one value for two, once more",
        "externalId,stripe\nuser_2,cus_S2222222\nuser_1,cus_S2222222\n",
        [f"2 {SAME}", f"1 {GIVEN}"],
    ),
    (
        "by a Stripe ID",
        "stripe,name\ncus_S2222222,Ada\ncus_nobody1,Eva\n",
        ["2 name: Person 2 → Ada", "- ! nobody here has it, and Dub cannot be asked for it"],
    ),
    ("blanks that are sent", "externalId,name\nuser_1, Ada \n", ["1 name: Person 1 →  Ada "]),
]


@pytest.mark.parametrize(("text", "says"), [one[1:] for one in PLANS], ids=[one[0] for one in PLANS])
async def test_what_a_file_would_do(tmp_path: Path, text: str, says: list[str]) -> None:
    async with over(tmp_path, *PEOPLE) as tried:
        if text.startswith("stripe,"):
            await tried.fill(pages=1)
        plan = await matching(tried, text).plan()
        assert told(plan) == says
        assert [row.line for row in plan.rows] == list(range(2, 2 + len(says)))


async def test_old_values_are_dubs_of_now(tmp_path: Path) -> None:
    """Whatever is known of them here."""
    async with over(tmp_path, *PEOPLE) as tried:
        await tried.fill(pages=1)
        await tried.client.update_customer(IDS[0], {"name": "Theirs"})
        plan = await matching(tried, "externalId,name\nuser_1,Ada\n").plan()
        assert told(plan) == ["1 name: Theirs → Ada"]


async def test_a_key_is_asked_for_once(tmp_path: Path) -> None:
    async with over(tmp_path, *PEOPLE) as tried:
        heard: list[tuple[int, int]] = []
        found = matching(tried, "externalId,name\n" + "user_1,Ada\nuser_2,Ada\n,x\nuser_1,Ada\nuser_2\n")
        found.on_progress = lambda asked, total: heard.append((asked, total))
        await found.plan()
        assert len(tried.transport.requests) == 2
        assert heard == [(1, 2), (2, 2)]


async def test_what_was_found_need_not_be_asked_for_again(tmp_path: Path) -> None:
    async with over(tmp_path, *PEOPLE) as tried:
        found = matching(tried, "externalId,name\nuser_1,Ada\nuser_2,Eva\n")
        tried.transport.on("GET", "/customers/ext_user_2", error(401, "unauthorized", "No."))
        with pytest.raises(errors.KeyRefused):
            await found.plan()
        tried.transport.mend()
        plan = await found.plan()
        assert told(plan) == ["1 name: Person 1 → Ada", "2 name: Person 2 → Eva"]


@pytest.mark.parametrize(
    ("text", "notes"),
    [
        ("externalId,name\nuser_1,x\n", ["Found by External ID; what is set: Name."]),
        (
            "id,name,stripe,ltv,\x1b\n",
            ["Found by Dub id; what is set: Name, Stripe ID.", "Not looked at: ltv, ␛."],
        ),
        (
            "email,externalId\nperson2@letters.example,new_1\n",
            [
                "Found by External ID; what is set: E-mail.",
                "Nobody was found. To find customers by E-mail and to set External ID, call that column"
                " 'new externalId'.",
            ],
        ),
    ],
)
async def test_what_there_is_to_know_of_a_file(tmp_path: Path, text: str, notes: list[str]) -> None:
    async with over(tmp_path, *PEOPLE) as tried:
        assert list((await matching(tried, text).plan()).notes) == notes


# An export does no harm

texts = st.sampled_from([*ODD, "Ada", " a ", "Wandering Blue Otter"])
texts = texts.filter(lambda text: "\ud83d" not in text) | st.text(st.characters(exclude_categories=["Cs"]), max_size=9)


@st.composite
def people(draw: st.DrawFn) -> list[Values]:
    """Customers as odd as Dub's may be."""
    ids = draw(st.lists(texts, max_size=6, unique_by=fold))
    return [
        {
            "externalId": external_id,
            "name": draw(st.none() | texts),
            "email": draw(st.none() | st.sampled_from(EMAILS)),
            "country": draw(st.none() | st.sampled_from(["DE", "de", "narnia", "=1", ""])),
            "avatar": draw(st.none() | st.sampled_from(["https://a.example/1.png", "@x"])),
            "stripeCustomerId": draw(st.none() | st.just(f"-cus_{number}")),
        }
        for number, external_id in enumerate(ids)
    ]


async def _reread(customers: list[Values], columns: str, *, form: Format, raw: bool) -> BulkPlan:
    """The plan of a file that was exported just before."""
    with tempfile.TemporaryDirectory() as folder:
        async with over(Path(folder), *customers) as tried:
            selected = await select(tried.client, tried.store, QuickClock(), Selection())
            out = io.StringIO()
            export = Export(form, columns_of(columns) if columns else PUBLIC, raw=raw)
            await write(export, tried.store, selected.rows, out.write, START)
        async with over(Path(folder), *customers) as tried:
            return await matching(tried, out.getvalue()).plan()


@settings(max_examples=60)
@given(
    people(),
    st.sampled_from(["", "externalId,name,email,country", "email,name,avatar", "name,stripe,externalId,email,id"]),
    st.sampled_from([Format.CSV, Format.TSV]),
    st.booleans(),
)
def test_a_file_that_was_exported_changes_nothing(
    customers: list[Values], columns: str, form: Format, raw: bool
) -> None:
    plan = asyncio.run(_reread(customers, columns, form=form, raw=raw))
    assert plan.work == ()
    if not columns or "id" in columns.split(","):
        assert len(plan.same) == len(plan.rows) == len(customers)
