"""The filter language: what texts mean, how they read, what is wrong with them, what of them Dub is asked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from dubtui.customers import filters
from dubtui.customers.filters import FilterError
from dubtui.display.figures import milliseconds
from dubtui.store.filtering import EVERYTHING, All, Any, Between, Contains, Missing, Node, Not, OneOf, Words

NOW = datetime(2026, 8, 21, 21, 5, tzinfo=UTC)
NOW_MS = milliseconds(NOW)
DAY = 86_400_000
A, B, C = Words("a"), Words("b"), Words("c")


def ms(year: int, month: int = 1, day: int = 1, hour: int = 0) -> int:
    """A moment in UTC as unix milliseconds."""
    return milliseconds(datetime(year, month, day, hour, tzinfo=UTC))


def period(field: str, start: int, end: int) -> Between:
    """From a moment on, and before another."""
    return Between(field, start, end, high_closed=False)


GRAMMAR: list[tuple[str, Node]] = [
    ("", EVERYTHING),
    ("  ", EVERYTHING),
    ("gmail", Words("gmail")),
    ("a b", All((A, B))),
    ("a or b", Any((A, B))),
    ("a OR b", Any((A, B))),
    ("a b or c", Any((All((A, B)), C))),
    ("a (b or c)", All((A, Any((B, C))))),
    ("((a))", A),
    ("!a", Not(A)),
    ("! a", Not(A)),
    ("!!a", A),
    ("!(!a)", A),
    ("!a b", All((Not(A), B))),
    ("!(a or b)", Not(Any((A, B)))),
    ('"a b"', Words("a b")),
    ('"or"', Words("or")),
    ('"a"b', All((A, B))),
    (r'"a \"b\" \\ \c"', Words(r'a "b" \ \c')),
    ('"a b', Words("a b")),
    ('"a \\', Words("a \\")),
    ('a"b', Words('a"b')),
    ("a!b", Words("a!b")),
    ("a,b", Words("a,b")),
    ("a(b)c", All((A, B, C))),
    ("oracle", Words("oracle")),
    ("country", Words("country")),
    ("tenant:42", Words("tenant:42")),
    ('tenant:"4 2"', Words("tenant:4 2")),
    ("tenant: 42", All((Words("tenant:"), Words("42")))),
    ("a = b", All((A, Words("="), B))),
    ("a= b", All((Words("a="), B))),
    ('x="y z', Words("x=y z")),
    ("https://acme.link/x?a=b", Words("https://acme.link/x?a=b")),
    (":smile:", Words(":smile:")),
    ("<script>", Words("<script>")),
]

TEXTS: list[tuple[str, Node]] = [
    ("name:ada", Contains("name", "ada")),
    ("NAME:Ada", Contains("name", "Ada")),
    ("name=ada", OneOf("name", ("ada",))),
    ("name==ada", OneOf("name", ("ada",))),
    ("name = ada", OneOf("name", ("ada",))),
    ("name!=ada", Not(OneOf("name", ("ada",)))),
    ("!name:ada", Not(Contains("name", "ada"))),
    ('name:"Ada L"', Contains("name", "Ada L")),
    ('name:"Ada', Contains("name", "Ada")),
    ("name:ada,bob", Any((Contains("name", "ada"), Contains("name", "bob")))),
    ('name="a, b",c', OneOf("name", ("a, b", "c"))),
    ("name:a..b", Contains("name", "a..b")),
    ("name:none", Missing("name")),
    ("name=none", Missing("name")),
    ('name:"none"', Contains("name", "none")),
    ('email:""', OneOf("email", ("",))),
    ("email:none,gmail", Any((Missing("email"), Contains("email", "gmail")))),
    ("ext:user:42", Contains("externalId", "user:42")),
    ("external_id:x", Contains("externalId", "x")),
    ("link:acme.link/x", Contains("link", "acme.link/x")),
    ("id:cus_1", OneOf("id", ("cus_1",))),
    ("linkId:link_1,link_2", OneOf("linkId", ("link_1", "link_2"))),
    ("partner:acme", Contains("partnerName", "acme")),
    ("country:DE", OneOf("country", ("DE",))),
    ("country:de", OneOf("country", ("DE",))),
    ("country=de,us", OneOf("country", ("DE", "US"))),
    ("country:germany", OneOf("country", ("DE", "germany"))),
    ("country:türkiye", OneOf("country", ("TR", "türkiye"))),
    ('country:"united states"', OneOf("country", ("US", "united states"))),
    ("country:uk", OneOf("country", ("GB", "uk"))),
    ("country:narnia", OneOf("country", ("narnia",))),
    ("paid:no", OneOf("paid", (0,))),
    ("churned:YES", OneOf("churned", (1,))),
    ("churned!=yes", Not(OneOf("churned", (1,)))),
    ("state:lead,paid", OneOf("state", ("lead", "paid"))),
    ("state:Cancelled", OneOf("state", ("canceled",))),
]

FIGURES: list[tuple[str, Node]] = [
    ("ltv>500", Between("saleAmount", low=50_000, low_closed=False)),
    ("ltv>=500", Between("saleAmount", low=50_000)),
    ("ltv<500", Between("saleAmount", high=50_000, high_closed=False)),
    ("ltv<=500", Between("saleAmount", high=50_000)),
    ("ltv:>500", Between("saleAmount", low=50_000, low_closed=False)),
    ("ltv > 500", Between("saleAmount", low=50_000, low_closed=False)),
    ("ltv>1,234.50", Between("saleAmount", low=123_450, low_closed=False)),
    ("ltv>1.5k", Between("saleAmount", low=150_000, low_closed=False)),
    ("ltv<1m", Between("saleAmount", high=100_000_000, high_closed=False)),
    ("ltv>0.005", Between("saleAmount", low=0.5, low_closed=False)),
    ("ltv>.5", Between("saleAmount", low=50, low_closed=False)),
    ("ltv:$49.90", OneOf("saleAmount", (4990,))),
    ("ltv=49.9", OneOf("saleAmount", (4990,))),
    ("ltv:-$5", OneOf("saleAmount", (-500,))),
    ("ltv:0,10", OneOf("saleAmount", (0, 1000))),
    ("amount>1", Between("saleAmount", low=100, low_closed=False)),
    ("saleAmount>50000", Between("saleAmount", low=50_000, low_closed=False)),
    ("SALEAMOUNT>50000", Between("saleAmount", low=50_000, low_closed=False)),
    ("saleAmount>$500", Between("saleAmount", low=50_000, low_closed=False)),
    ("averageSale:3333.333333", OneOf("averageSale", (3333.333333,))),
    ("avg>20", Between("averageSale", low=2000, low_closed=False)),
    ("sales:1..5", Between("sales", 1, 5)),
    ("sales:5..", Between("sales", low=5)),
    ("sales:..5", Between("sales", high=5)),
    ("sales:-5..-1", Between("sales", -5, -1)),
    ("sales:1,3..5,7", Any((OneOf("sales", (1, 7)), Between("sales", 3, 5)))),
    ("sales:none", Missing("sales")),
    ("sales>9999999999999999999", Between("sales", low=1e19, low_closed=False)),
    ("months>=3", Between("monthsPaying", low=3)),
    ("discount:20%", OneOf("discount", (20,))),
    ("discount>$10", Between("discount", low=1000, low_closed=False)),
    ("time_to_sale<12h", Between("timeToFirstSale", high=DAY / 2, high_closed=False)),
    ("time_to_sale>-1d", Between("timeToFirstSale", low=-DAY, low_closed=False)),
    ("time_to_sale:3d", period("timeToFirstSale", 5 * DAY // 2, 7 * DAY // 2)),
    ("time_to_sale:1d..1w", Between("timeToFirstSale", DAY, 7 * DAY)),
    ("time_to_sale:45min", period("timeToFirstSale", 44 * 60_000 + 30_000, 45 * 60_000 + 30_000)),
]

DATES: list[tuple[str, Node]] = [
    ("created:2026", period("createdAt", ms(2026), ms(2027))),
    ("created:2026-01", period("createdAt", ms(2026), ms(2026, 2))),
    ("created:2025-12", period("createdAt", ms(2025, 12), ms(2026))),
    ("created:2026-01-31", period("createdAt", ms(2026, 1, 31), ms(2026, 2))),
    ("created=2024-02-29", period("createdAt", ms(2024, 2, 29), ms(2024, 3))),
    ("created<2026-01", Between("createdAt", high=ms(2026), high_closed=False)),
    ("created<=2026-01", Between("createdAt", high=ms(2026, 2), high_closed=False)),
    ("created>2026-01", Between("createdAt", low=ms(2026, 2))),
    ("created>=2026-01", Between("createdAt", low=ms(2026))),
    ("first_sale:2026-01..2026-03", period("firstSaleAt", ms(2026), ms(2026, 4))),
    ("created:2025..2026-01-15", period("createdAt", ms(2025), ms(2026, 1, 16))),
    ("created:2026-01..", Between("createdAt", low=ms(2026))),
    ("created:..2026-01", Between("createdAt", high=ms(2026, 2), high_closed=False)),
    ("created:2025,2026", Any((period("createdAt", ms(2025), ms(2026)), period("createdAt", ms(2026), ms(2027))))),
    ("created:9999", Between("createdAt", ms(9999), float("inf"), high_closed=False)),
    ("created<7d", Between("createdAt", low=NOW_MS - 7 * DAY, low_closed=False)),
    ("created<=7d", Between("createdAt", low=NOW_MS - 7 * DAY)),
    ("created>30d", Between("createdAt", high=NOW_MS - 30 * DAY, high_closed=False)),
    ("created>=1w", Between("createdAt", high=NOW_MS - 7 * DAY)),
    ("created<1.5h", Between("createdAt", low=NOW_MS - 5_400_000, low_closed=False)),
    ("created:7d..30d", Between("createdAt", NOW_MS - 30 * DAY, NOW_MS - 7 * DAY)),
    ("created:..7d", Between("createdAt", low=NOW_MS - 7 * DAY)),
    ("created:30d..", Between("createdAt", high=NOW_MS - 30 * DAY)),
    ("created:2026-01-15T10:00Z", OneOf("createdAt", (ms(2026, 1, 15, 10),))),
    ("created>2026-01-15t12:00+02:00", Between("createdAt", low=ms(2026, 1, 15, 10), low_closed=False)),
    ("created<2026-01-15T10:00", Between("createdAt", high=ms(2026, 1, 15, 10), high_closed=False)),
    ("canceled:none", Missing("subscriptionCanceledAt")),
    ("!canceled:none", Not(Missing("subscriptionCanceledAt"))),
]  # fmt: skip


@pytest.mark.parametrize(("text", "node"), GRAMMAR + TEXTS + FIGURES + DATES)
def test_trees(text: str, node: Node) -> None:
    assert filters.parse(text, NOW).node == node


@pytest.mark.parametrize(
    ("text", "code"),
    [("ax", "AX"), ("Åland Islands", "AX"), ("aland islands", "AX"), ("curacao", "CW"), ("DR CONGO", "CD")],
)
def test_countries_go_by_code_and_name(text: str, code: str) -> None:
    node = filters.parse(f'country:"{text}"', NOW).node
    assert isinstance(node, OneOf)
    assert node.values[0] == code


@pytest.mark.parametrize(
    ("zone", "text", "start", "end"),
    [
        (timezone(timedelta(hours=5, minutes=30)), "2026-01-15", "2026-01-14T18:30+00:00", "2026-01-15T18:30+00:00"),
        (ZoneInfo("Europe/Berlin"), "2026-03-29", "2026-03-28T23:00+00:00", "2026-03-29T22:00+00:00"),
        (ZoneInfo("Europe/Berlin"), "2026-10-25", "2026-10-24T22:00+00:00", "2026-10-25T23:00+00:00"),
        (ZoneInfo("Europe/Berlin"), "2026", "2025-12-31T23:00+00:00", "2026-12-31T23:00+00:00"),
        (ZoneInfo("America/Sao_Paulo"), "2018-11-04", "2018-11-04T03:00+00:00", "2018-11-05T02:00+00:00"),
    ],
)  # fmt: skip
def test_days_are_local(zone: ZoneInfo | timezone, text: str, start: str, end: str) -> None:
    bounds = [milliseconds(datetime.fromisoformat(moment)) for moment in (start, end)]
    assert filters.parse(f"created:{text}", NOW.astimezone(zone)).node == period("createdAt", *bounds)


@pytest.mark.parametrize(
    ("text", "wrong", "message"),
    [
        ("ltv>abc", "abc", "Expected an amount, such as 500, 1.5k or $49.90, not abc."),
        ("a ltv>5€ b", "5€", "Expected an amount, such as 500, 1.5k or $49.90, not 5€."),
        ("sales>$5", "$5", "Expected a number, such as 5, not $5."),
        ("sales:2%", "2%", "Expected a number, such as 5, not 2%."),
        ("ltv:1..x", "x", "Expected an amount, such as 500, 1.5k or $49.90, not x."),
        ("ltv>1..5", "1..5", "Expected an amount, such as 500, 1.5k or $49.90, not 1..5."),
        ("sales>none", "none", "Expected a number, such as 5, not none."),
        ("time_to_sale<3x", "3x", "Expected a span, such as 45min, 12h, 3d, 2w, 6mo or 1y, not 3x."),
        ("created:yes", "yes",
         "Expected a date, such as 2026, 2026-01 or 2026-01-15, or an age, such as 12h, 7d, 6mo or 1y, not yes."),
        ("paid:maybe", "maybe", "Expected yes or no, not maybe."),
        ("paid:none", "none", "Expected yes or no, not none."),
        ("state:gone", "gone", "Expected lead, paid or canceled, not gone."),
        ("name>b", "name>b", "Name has no order: expected name: or name= with a value."),
        ("paid>=1", "paid>=1", "Paid has no order: expected paid: or paid= with a value."),
        ("created:7d", "created:7d", "created<7d is younger, created>7d older: expected one of the two."),
        ("created:2026..7d", "2026..7d", "Expected two dates or two ages, not one of each."),
        ("country: de", "country:", "Expected a value right after country:"),
        ("ltv> ", "ltv> ", "Expected a value right after ltv>"),
        ("country:(de)", "country:", "Expected a value right after country:"),
        ("country:de, us", "country:de,", "Expected a value right after the comma"),
        ("country:,de", "country:", "Expected a value right after country:"),
        ('name:"', 'name:"', "Expected a value right after name:"),
        ('a ""', '""', "Expected text between these quotes."),
        ("a (b", "(b", "Expected this parenthesis to be closed."),
        ("a (b (c)", "(b (c)", "Expected this parenthesis to be closed."),
        ("a) b", ")", "Expected a parenthesis opened before this one."),
        ("a () b", "()", "Expected something between these parentheses."),
        ("or a", "or", "Expected something before this or."),
        ("a or or b", "or", "Expected something before this or."),
        ("a or", "or", "Expected something after this or."),
        ("(a or) b", "or", "Expected something after this or."),
        ("a !", "!", "Expected a word, a field or a parenthesis after this !."),
        ("!! or a", "!!", "Expected a word, a field or a parenthesis after this !."),
        ("sales:5..1", "5..1", "This range ends before it begins: expected the smaller bound first."),
        ("created:30d..7d", "30d..7d", "This range ends before it begins: expected the smaller bound first."),
        ("sales:..", "..", "Expected a bound on at least one side of the dots."),
        ("(((((((a)))))))", "(", "Expected parentheses no more than 6 deep."),
        ("a " * 501, "a", "Expected no more than 500 words and values."),
        ("sales:" + "1," * 500 + "1", "sales:" + "1," * 500 + "1", "Expected no more than 500 words and values."),
        ("created:0000", "0000",
         "Expected a date, such as 2026, 2026-01 or 2026-01-15, or an age, such as 12h, 7d, 6mo or 1y, not 0000."),
        ("created:2026-00", "2026-00",
         "Expected a date, such as 2026, 2026-01 or 2026-01-15, or an age, such as 12h, 7d, 6mo or 1y, not 2026-00."),
        ("created:2026-02-30", "2026-02-30",
         "Expected a date, such as 2026, 2026-01 or 2026-01-15, or an age, such as 12h, 7d, 6mo or 1y, "
         "not 2026-02-30."),
        ("name>\x1b[31m", "name>\x1b[31m", "Name has no order: expected name: or name= with a value."),
        ("paid:\x1b[31m", "\x1b[31m", "Expected yes or no, not ␛[31m."),
    ],
)  # fmt: skip
def test_errors_name_a_stretch_and_what_was_expected(text: str, wrong: str, message: str) -> None:
    with pytest.raises(FilterError) as caught:
        filters.parse(text, NOW)
    error = caught.value
    assert (text[error.start : error.end], str(error)) == (wrong, message)


@pytest.mark.parametrize(
    "text",
    [
        "a or", "a or ", "country:", "country: ", "country:de,", "ltv>", "ltv>$", "!", "(a", '"', 'name:"',
        "created<20", "created<7", "created:2026-1", "created:2026-01-15T1", "time_to_sale<3", "time_to_sale<3m",
        "sales:5..1", "sales:..", "paid:ye", "state:pa", "state:pa ",
    ],
)  # fmt: skip
def test_what_typing_on_may_put_right_is_incomplete(text: str) -> None:
    with pytest.raises(FilterError) as caught:
        filters.parse(text, NOW)
    assert caught.value.incomplete


@pytest.mark.parametrize(
    "text",
    [
        "a or )", "country: de", "ltv>abc", "ltv>$ a", "a)", "()", '""', "created:soon", "state:pa b", "state:x",
        "name>3", "or a", "! or a", "sales:5..1 a",
    ],
)  # fmt: skip
def test_what_nothing_behind_it_puts_right_is_not(text: str) -> None:
    with pytest.raises(FilterError) as caught:
        filters.parse(text, NOW)
    assert not caught.value.incomplete


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ""),
        ("ltv>500 country:DE", "lifetime value above $500, country Germany"),
        ("paid:no", "never paid"),
        ("!paid:yes", "never paid"),
        ("!paid:no churned:no", "paid, not churned"),
        ("created<7d", "created in the last 7 days"),
        ("created>1y", "created more than 1 year ago"),
        ("!created<7d", "created not in the last 7 days"),
        ("created:7d..30d", "created from 7 days to 30 days ago"),
        ("!gmail", "without gmail"),
        ('gmail "big corp"', 'with gmail, with "big corp"'),
        ("created:2026-01-15", "created on Jan 15, 2026"),
        ("first_sale:2026-01", "first sale in January 2026"),
        ("first_sale:2026-01..2026-03", "first sale from January 2026 to March 2026"),
        ("created<2026-01 created>=2025", "created before January 2026, created since 2025"),
        ("canceled>2026 canceled<=2027-01-02", "canceled after 2026, canceled up to Jan 2, 2027"),
        ("created>2026-01-15T12:30", "created after Jan 15, 2026, 12:30 PM"),
        ("ltv:$49.90", "lifetime value $49.90"),
        ("ltv<=1.5k ltv>=1234", "lifetime value at most $1,500, lifetime value at least $1,234"),
        ("sales:1,3..5", "sales 1 or from 3 to 5"),
        ("sales<1.5k", "sales below 1,500"),
        ("time_to_sale:3d time_to_sale<1.5h", "time to first sale about 3 days, time to first sale below 1.5 hours"),
        ("discount:20%", "discount 20%"),
        ("name:ada,bob", "name with ada or bob"),
        ("!name:ada", "name without ada"),
        ("name!=ada", "name not ada"),
        ("country!=de,uk", "country neither Germany nor United Kingdom"),
        ("state:lead,cancelled", "state lead or canceled"),
        ("email:none !stripe:none", "no e-mail, has Stripe ID"),
        ("canceled:none id:x ext:y", "no cancellation, Dub id x, external ID with y"),
        ("country:none,de", "country none or Germany"),
        ("a or b", "with a or with b"),
        ("(a or paid:no) country:de", "(with a or never paid), country Germany"),
        ("a b or c", "(with a, with b) or with c"),
        ("!(a b)", "not (with a, with b)"),
        ("\x1b[31m", "with ␛[31m"),
        ("x" * 100, f"with {'x' * 39}…"),
    ],
)  # fmt: skip
def test_filters_read_as_plain_english(text: str, words: str) -> None:
    assert filters.parse(text, NOW).words == words


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("", {}),
        ("ada lovelace", {"search": "ada lovelace"}),
        ("ada@lovelace.dev", {"search": "ada lovelace.dev"}),
        ("jean-luc al ada ada", {"search": "jean luc ada"}),
        ('"jean luc" (b+bob?)', {"search": "jean luc bob"}),
        ("@ -- a!", {}),
        ("!ada bob", {"search": "bob"}),
        ("ada or bob", {}),
        ("(ada or bob) country:de", {"country": "DE"}),
        ("country:germany ltv>5", {"country": "DE"}),
        ("country:germany,DE", {"country": "DE"}),
        ("country:de,us", {}),
        ("country:de,us country:us", {"country": "US"}),
        ("country!=de", {}),
        ("country:narnia", {"country": "narnia"}),
        ("email:ada name:ada", {}),
        ("email=ada@x.io", {"email": "ada@x.io"}),
        ("email=ada@x.io ext=1 ada", {"email": "ada@x.io"}),
        ("ext=us ada country:de", {"external_id": "us", "country": "DE"}),
        ("ext:us", {}),
        ('email=""', {}),
        ("linkId:l partner_id:p program:g", {"link_id": "l", "partner_id": "p", "program_id": "g"}),
        ("ext=\ud800 ada", {"search": "ada"}),
        ("(ada (bob)) !(carl)", {"search": "ada bob"}),
    ],
)
def test_what_dub_is_asked(text: str, question: dict[str, str]) -> None:
    assert filters.parse(text, NOW).question == question


@pytest.mark.parametrize(
    ("text", "hints"),
    [
        ("country:de", ()),
        ("contry:de", ("contry is no field, so contry:de is looked for as text. Is country meant?",)),
        ("tenant:42", ("tenant is no field, so tenant:42 is looked for as text.",)),
        ("crated>2026", ("crated is no field, so crated>2026 is looked for as text. Is created meant?",)),
        ("https://x.io a@b.c:d", ()),
        ("tenant = 42", ()),
        ("country:germny", ("germny is no country's code or name. Is Germany meant?",)),
        ('country:"germny" country:none', ()),
        ("country:zz", ("zz is no country's code or name.",)),
        ("a and b", ("Words side by side must all hold anyway; and is looked for as text.",)),
        ("not a", ("A ! before a word excludes it; not is looked for as text.",)),
        ("ltv:$1,234.50", ("Here a comma stands between two values; $1,234.50 as one is $1234.50.",)),
        ("ltv:1,000", ("Here a comma stands between two values; 1,000 as one is 1000.",)),
        ("sales:1,000", ("Here a comma stands between two values; 1,000 as one is 1000.",)),
        ("ltv:100,200 ltv>1,000", ()),
        ("a:1 a:1 b:2 c:3",
         ("a is no field, so a:1 is looked for as text.", "b is no field, so b:2 is looked for as text.")),
    ],
)  # fmt: skip
def test_hints(text: str, hints: tuple[str, ...]) -> None:
    assert filters.parse(text, NOW).hints == hints


@pytest.mark.parametrize(
    ("text", "fields", "texts"),
    [
        ("", (), ()),
        ("ada !bob", (), ("ada",)),
        ('(ada or "b c") !(carl) !(!dora) ada', (), ("ada", "b c", "dora")),
        ("ltv>5 !created<7d ltv<9 email:x", ("saleAmount", "createdAt", "email"), ()),
    ],
)
def test_what_a_filter_looks_at(text: str, fields: tuple[str, ...], texts: tuple[str, ...]) -> None:
    found = filters.parse(text, NOW)
    assert (found.fields, found.texts) == (fields, texts)
