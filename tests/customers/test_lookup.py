"""Whom texts find, as people paste them, for what reason and with which requests; and what happens when Dub fails.

How the tables are to be read is told by `Trial.asked` and `Trial.told`: `i` and `x` ask by Dub id and external ID, `m`
by e-mail, `s` has Dub search; whoever was found stands behind a letter of `REASONS`, a capital one where it is exact.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import httpx
import pytest

from dubtui.api import errors
from dubtui.customers.lookup import Hit, merged, together
from dubtui.customers.pasted import read
from dubtui.demo.data import Data
from dubtui.demo.data import Token as DemoToken
from dubtui.store import kept
from tests.customers.trial import KEY, NOW_MS, Trial, demo, trial
from tests.demo import made
from tests.faults import Ask, Fault, Faulty, answers, fails, never_answers

PAGE, ALL = 1, 4
"""How many pages of the list are here: the newest hundred, or all 312."""

ADA = "cus_1M7WXCD2PQKV0GJRQ95GW4VTQ"
MAIL = "ada@analytical.example"
STRIPE = "cus_lQB7Qujt19VkSp"
LEGACY = "cus_4fQzGm7WqRkT2bVx9LdNsHyE"
LAST = "cus_1JQ5C60CBKH7WCHK7Y5GY459V"
LAST_STRIPE = "cus_RXX4y13lI22JrW"
HYPATIA = "7f3a90c1-22de-4b7e-9c55-6d1f0b8e3a42"
BI_SHENG = "c0ffee00-1040-4b1d-8a5e-000000001040"
APP = "https://app.dub.co/acme/program/customers/"
STRIPE_APP = "https://dashboard.stripe.com/"
NEWSLETTER = f"L user_8809, user_8758, user_8694, user_8620, 🦊-9, {BI_SHENG}"
CAFÉ = "L user_8740, user_8524, user_8447, user_8345"
WISDOM = "user_8790, user_8751, ext_7, user_8678, user_8577, user_8504, user_8483, user_8353"
MERSENNE = "user_8812, user_8781, user_8765, cus_1LOOKALIKE, user_8537, user_8443, user_8413"
LUNAR = "user_8799, user_8746, user_8653, user_8432, user_8392, user_8358"


@pytest.fixture(scope="module")
def inner() -> Faulty:
    """The invented workspace, once for all that only read it."""
    return demo()


@pytest.fixture(scope="module")
def copies(inner: Faulty, tmp_path_factory: pytest.TempPathFactory) -> dict[int, Path]:
    """Copies of what is here, by the pages that were read."""
    home = tmp_path_factory.mktemp("copies")

    async def copied(pages: int) -> Path:
        async with trial(home, inner) as tried:
            await tried.fill(pages=pages)
            kept.duplicate(tried.store.path, home / f"{pages}.sqlite3")
        return home / f"{pages}.sqlite3"

    return {pages: asyncio.run(copied(pages)) for pages in (PAGE, ALL)}


@pytest.fixture
async def new(tmp_path: Path) -> AsyncIterator[Trial]:
    """A lookup over a workspace that may be changed, with the newest hundred here."""
    async with trial(tmp_path, demo()) as tried:
        await tried.fill(pages=PAGE)
        tried.transport.requests.clear()
        yield tried


# Exactly

EXACT: list[tuple[str, int, str, str]] = [
    # an external ID as tickets, mails, spreadsheets and logs have it
    ("user_8813", PAGE, "i | x", "E user_8813"),
    (" user_8813 ", PAGE, "i | x", "E user_8813"),
    ("user_8813\n", PAGE, "i | x", "E user_8813"),
    ("\tuser_8813", PAGE, "i | x", "E user_8813"),
    ("\xa0user_8813\u3000", PAGE, "i | x", "E user_8813"),
    ("\ufeffuser_8813", PAGE, "i | x | p", "E user_8813"),
    ("user_8813\u200b", PAGE, "i | x | p", "E user_8813"),
    ("user_\xad8813", PAGE, "i | x | p", "E user_8813"),
    ("\u202auser_8813\u202c", PAGE, "i | x | p", "E user_8813"),
    ('"user_8813"', PAGE, "i | x | p", "E user_8813"),
    ("'user_8813',", PAGE, "i | x | p", "E user_8813"),
    ("“user_8813”", PAGE, "i | x | p", "E user_8813"),
    ("„user_8813“", PAGE, "i | x | p", "E user_8813"),
    ("«user_8813»", PAGE, "i | x | p", "E user_8813"),
    ("`user_8813`", PAGE, "i | x | p", "E user_8813"),
    ('"user_8813', PAGE, "i | x | p", "E user_8813"),
    ("(user_8813)", PAGE, "i | x | p", "E user_8813"),
    ("[user_8813]", PAGE, "i | x | p", "E user_8813"),
    ("<user_8813>", PAGE, "i | x | p", "E user_8813"),
    ("user_8813,", PAGE, "i | x | p", "E user_8813"),
    ("user_8813;", PAGE, "i | x | p", "E user_8813"),
    ("user_8813.", PAGE, "i | x | p", "E user_8813"),
    ("- user_8813", PAGE, "i | x | p", "E user_8813"),
    ("3. user_8813", PAGE, "i | x | p", "E user_8813"),
    ("> user_8813", PAGE, "i | x | p", "E user_8813"),
    ("Customer ID: user_8813", PAGE, "i | x | p", "E user_8813"),
    ("external id = user_8813", PAGE, "i | x | p", "E user_8813"),
    ("externalId:user_8813", PAGE, "i | x | p", "E user_8813"),
    ('"externalId": "user_8813",', PAGE, "i | x | p", "E user_8813"),
    ('{"externalId":"user_8813"}', PAGE, "i | x | p", "E user_8813"),
    ("Ada Lovelace\tuser_8813\tGB", PAGE, "i | x | p", "E user_8813"),
    ("ext_user_8813", PAGE, "x | x:user_8813", "U user_8813"),
    ("user_7272", PAGE, "i | x", "E user_7272"),
    ("user_9999", PAGE, "i | x", ""),
    ("user_881", PAGE, "i | x", ""),
    ("8813", PAGE, "i | x", ""),
    # in another case Dub finds it, too
    ("USER_8813", PAGE, "i | x", "E≈ user_8813"),
    ("ext_USER_8813", PAGE, "x | x:USER_8813", "U≈ user_8813"),
    ("ORG/42", PAGE, "x", "E≈ org/42"),
    ("User 42", PAGE, "x", "E≈ user 42"),
    ("user\xa042", PAGE, "x", "E≈ user 42"),
    ("UNICODE/SS", PAGE, "x", "E≈ ünïcode/ß"),
    (HYPATIA.upper(), PAGE, "x", f"E≈ {HYPATIA}"),
    # external IDs that are a part of an address, an escape, a path, or look like something else
    ("org/42", PAGE, "x", "E org/42"),
    ("org%2F42", PAGE, "x", ""),
    ("/org/42", PAGE, "x", ""),
    ("100%", PAGE, "x", "E 100%"),
    ("100%25", PAGE, "x", ""),
    ("%", PAGE, "x", ""),
    ("a#b", PAGE, "x", "E a#b"),
    ("a?b", PAGE, "x", "E a?b"),
    ("a", PAGE, "i | x", ""),
    ("..", PAGE, "x", "E .."),
    (".", PAGE, "x", ""),
    ("ext_..", PAGE, "x | x:..", "U .."),
    ("ext_7", PAGE, "x | x:7", "E ext_7"),
    ("ext_ext_7", PAGE, "x | x:ext_7", "U ext_7"),
    ("7", PAGE, "i | x", ""),
    ("ext_", PAGE, "x", ""),
    ("user 42", PAGE, "x", "E user 42"),
    ('"user 42"', PAGE, "x | p", "E user 42"),
    ("user  42", PAGE, "x", ""),
    ("user+42", PAGE, "x", ""),
    ("🦊-9", PAGE, "x", "E 🦊-9"),
    ("🦊", PAGE, "x", ""),
    ("ünïcode/ß", PAGE, "x", "E ünïcode/ß"),
    (HYPATIA, PAGE, "x", f"E {HYPATIA}"),
    (f"{{{BI_SHENG}}}", PAGE, "x | p", f"E {BI_SHENG}"),
    ("cus_1LOOKALIKE", PAGE, "i | x", "E cus_1LOOKALIKE"),
    ("CUS_1LOOKALIKE", PAGE, "i | x", "E≈ cus_1LOOKALIKE"),
    ("ext_cus_1LOOKALIKE", PAGE, "x | x:cus_1LOOKALIKE", "U cus_1LOOKALIKE"),
    ("johannes@mainz.example", PAGE, "x | m", "E johannes@mainz.example"),
    ("JOHANNES@mainz.example", PAGE, "x | m", "E≈ johannes@mainz.example"),
    ("ext_johannes@mainz.example", PAGE, "x | x:johannes@mainz.example | m", "U johannes@mainz.example"),
    ("count", PAGE, "x", ""),
    ("export", PAGE, "x", ""),
    ("x" * 191, PAGE, "i | x", ""),
    ("x" * 192, PAGE, "", ""),
    ("", PAGE, "", ""),
    (" \u200b ", PAGE, "", ""),
    ("\ud800", PAGE, "", ""),
    # Dub ids, and addresses of Dub's dashboard
    (ADA, PAGE, "i | x", "I user_8813"),
    (LEGACY, PAGE, "i | x", "I user_8009"),
    (LAST, PAGE, "i | x", "I user_7272"),
    (ADA.lower(), PAGE, "i | x", "I≈ user_8813"),
    (ADA.upper(), PAGE, "i | x", "I≈ user_8813"),
    (ADA[:-1], PAGE, "i | x", ""),
    (ADA.removeprefix("cus_"), PAGE, "i | x", ""),
    (f"ext_{ADA}", PAGE, f"x | x:{ADA}", ""),
    (f"Dub ID: {ADA}", PAGE, "i | x | p", "I user_8813"),
    (f'"id":"{ADA}",', PAGE, "i | x | p", "I user_8813"),
    (f"{APP}{ADA}", PAGE, "i", "I user_8813"),
    (f"{APP}{ADA}?tab=sales#x", PAGE, "i", "I user_8813"),
    (f"https://app.dub.co/acme/links/customers/{LEGACY}/", PAGE, "i", "I user_8009"),
    (f"app.dub.co/acme/customers/{ADA}", PAGE, "i", "I user_8813"),
    (f"<{APP}{ADA}>", PAGE, "i", "I user_8813"),
    (f"[Ada]({APP}{ADA})", PAGE, "i", "I user_8813"),
    (f"see {APP}{ADA}, please", PAGE, "i", "I user_8813"),
    (f"https://app.dub.co/acme/events?customerId={ADA}", PAGE, "i", "I user_8813"),
    (f"https://api.dub.co/customers/{ADA}", PAGE, "i", "I user_8813"),
    (f"{APP}user_8813", PAGE, "i", ""),
    (f"{APP}ext_user_8813", PAGE, "x", "E user_8813"),
    (f"{APP}ext_org%2F42", PAGE, "x", "E org/42"),
    (f"{APP}ext_ext_7?tab=sales", PAGE, "x", "E ext_7"),
    (f"{APP}ext_100%25", PAGE, "x", "E 100%"),
    (f"{APP}ext_%F0%9F%A6%8A-9", PAGE, "x", "E 🦊-9"),
    ("https://api.dub.co/customers/count", PAGE, "x", ""),
    (f"{APP}..", PAGE, "x", ""),
    # e-mails
    (MAIL, PAGE, "x | m", "M user_8813"),
    ("Ada@Analytical.Example", PAGE, "x | m", "M≈ user_8813"),
    (f"mailto:{MAIL}", PAGE, "x | m", "M user_8813"),
    ("mailto:ada%40analytical.example?subject=Your%20invoice", PAGE, "x | m", "M user_8813"),
    (f"<{MAIL}>", PAGE, "x | m | p", "M user_8813"),
    (f"Ada Lovelace <{MAIL}>", PAGE, "x | m | p", "M user_8813"),
    (f'"Lovelace, Ada" <{MAIL}>;', PAGE, "x | m | p", "M user_8813"),
    (f"Ada Lovelace ({MAIL})", PAGE, "x | m | p", "M user_8813"),
    (f"From: {MAIL}", PAGE, "x | m | p", "M user_8813"),
    (f"email:{MAIL}", PAGE, "x | m | p", "M user_8813"),
    (f"{MAIL}, who cannot sign in", PAGE, "x | m | p", "M user_8813"),
    (f"user_8813\tAda Lovelace\t{MAIL}", PAGE, "x | m | p", "M user_8813"),
    (f"user_8813,Ada Lovelace,{MAIL}", PAGE, "x | m | p", "M user_8813"),
    ("averroes@cordoba.example", PAGE, "x | m", "M user_7272"),
    ("bernoulli@basel.example", PAGE, "x | m", "M user_8432, user_8409"),
    ("BERNOULLI@basel.example", PAGE, "x | m", "M≈ user_8432, user_8409"),
    ("nobody@analytical.example", PAGE, "x | m", ""),
    ("ada+test@analytical.example", PAGE, "x | m", ""),
    ("ada@analytical", PAGE, "x | m", ""),
    ("ada@", PAGE, "x", ""),
    ("@analytical.example", PAGE, "x", ""),
    # names are no identifiers
    ("Ada Lovelace", PAGE, "x", ""),
    ("Hypatia", PAGE, "i | x", ""),
    ("Atlantis Trading Co.", PAGE, "x | p", ""),
    # Stripe ids are known here alone; who has one is asked for by Dub id
    (STRIPE, PAGE, f"i | x | i:{ADA}", "T user_8813"),
    (f"Stripe ID: {STRIPE}", PAGE, f"i | x | p | i:{ADA}", "T user_8813"),
    (f"the invoice of {STRIPE}, please", PAGE, f"i | x | p | i:{ADA}", "T user_8813"),
    (f"{STRIPE_APP}customers/{STRIPE}", PAGE, f"x | i:{ADA}", "T user_8813"),
    (f"{STRIPE_APP}test/customers/{STRIPE}", PAGE, f"x | i:{ADA}", "T user_8813"),
    (f"{STRIPE_APP}acct_1ABC/customers/{STRIPE}/invoices", PAGE, f"x | i:{ADA}", "T user_8813"),
    (STRIPE.upper(), PAGE, "i | x", ""),
    (STRIPE[:-1], PAGE, "i | x", ""),
    (LAST_STRIPE, PAGE, "i | x", ""),
    (LAST_STRIPE, ALL, f"i | x | i:{LAST}", "T user_7272"),
    (f"{STRIPE_APP}customers/{LAST_STRIPE}", PAGE, "x", ""),
    (f"{STRIPE_APP}customers/{LAST_STRIPE}", ALL, f"x | i:{LAST}", "T user_7272"),
    ("cus_Na6dX7aXxi11N4", ALL, "i | x", ""),
    # so are links, and who came through them
    ("https://acme.example/newsletter", PAGE, "x", NEWSLETTER),
    ("http://acme.example/newsletter", PAGE, "x", NEWSLETTER),
    ("acme.example/newsletter", PAGE, "x", NEWSLETTER),
    ("https://ACME.example/newsletter/", PAGE, "x", NEWSLETTER),
    ("https://acme.example/newsletter?utm_source=x#top", PAGE, "x", NEWSLETTER),
    ("(https://acme.example/newsletter)", PAGE, "x", NEWSLETTER),
    ("https://acme.example/café-ünï", PAGE, "x", CAFÉ),
    ("https://acme.example/caf%C3%A9-%C3%BCn%C3%AF", PAGE, "x", CAFÉ),
    ("acme.example/café-ünï", ALL, "x", f"{CAFÉ}, user_8225, user_8192, user_7829, user_7775 … 15"),
    ("https://acme.example/nothing", ALL, "x", ""),
    ("https://elsewhere.example/newsletter", ALL, "x", ""),
    ("acme.example", ALL, "x", ""),
]  # fmt: skip


def ids_of(table: Sequence[tuple[object, ...]]) -> list[str]:
    """The rows' texts as names of tests."""
    return [ascii(row[0])[1:-1][:60] for row in table]


@pytest.mark.parametrize(("text", "here", "asked", "found"), EXACT, ids=ids_of(EXACT))
async def test_whom_a_text_names_exactly(
    tmp_path: Path, inner: Faulty, copies: dict[int, Path], text: str, here: int, asked: str, found: str
) -> None:
    pasted = read(text)
    async with trial(tmp_path, inner, like=copies[here]) as tried:
        hits = await tried.lookup.exactly(pasted)
        assert (tried.asked(pasted, text), tried.told(hits)) == (asked, found)


PATHS = [
    ("org/42", "ext_org%2F42"),
    ("100%", "ext_100%25"),
    ("ext_7", "ext_ext_7", "ext_7"),
    ("..", "ext_.."),
    ("a#b", "ext_a%23b"),
    ("a?b", "ext_a%3Fb"),
    ("a+b", "ext_a%2Bb"),
    ("a&b=c;d", "ext_a%26b%3Dc%3Bd"),
    ("user 42", "ext_user%2042"),
    ("🦊-9", "ext_%F0%9F%A6%8A-9"),
    ("ünïcode/ß", "ext_%C3%BCn%C3%AFcode%2F%C3%9F"),
    ("a\\b", "ext_a%5Cb"),
    ("%2E%2E", "ext_%252E%252E"),
    ('"42"', "42", "ext_42", "ext_%2242%22"),
    ("https://acme.example/x", "ext_https%3A%2F%2Facme.example%2Fx"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "paths"), [(text, paths) for text, *paths in PATHS], ids=ids_of(PATHS))
async def test_what_is_asked_for_is_one_segment_of_a_path(
    tmp_path: Path, inner: Faulty, text: str, paths: list[str]
) -> None:
    async with trial(tmp_path, inner) as tried:
        await tried.lookup.exactly(read(text))
        sent = [request.url.raw_path.decode() for request in tried.transport.requests]
    assert sent == [f"/customers/{path}?includeExpandedFields=true" for path in paths]


async def test_an_e_mail_and_words_are_one_parameter(tmp_path: Path, inner: Faulty) -> None:
    async with trial(tmp_path, inner) as tried:
        await tried.lookup.exactly(read("ada+test@x.example"))
        await tried.lookup.searched(read("Jean-Luc & Ünï"))
        sent = [request.url.raw_path.decode().partition("&")[0] for request in tried.transport.requests[1:]]
    assert sent == ["/customers?email=ada%2Btest%40x.example", "/customers?search=Jean%20Luc%20%C3%9Cn%C3%AF"]


# Where several are meant

FIFTH = str(made.row(5)["id"])
FACE = "cus_StripeStripe01"
ROWS = (
    made.row(1, externalId='"7"'),
    made.row(2, externalId="7"),
    made.row(3, externalId="ext_7"),
    made.row(4, externalId="ada@x.example"),
    made.row(5, email="ada@x.example"),
    made.row(6, externalId=FIFTH),
    made.row(7, externalId="tenant,42"),
    made.row(8, externalId="(42)"),
    made.row(9, externalId="42"),
    made.row(10, externalId="id: 42"),
    made.row(11, externalId="count"),
    made.row(12, stripeCustomerId=FACE),
    made.row(13, externalId=FACE),
    made.row(14, externalId="https://acme.example/ada"),
    made.linked(15),
    made.row(16, externalId="a."),
    made.row(17, externalId="a"),
    made.row(18, externalId="zero\u200bwidth"),
    made.row(19, externalId="b%2Fc"),
    made.row(20, externalId="b/c"),
    made.row(21, externalId="b+c"),
    made.row(22, externalId="b c"),
    made.row(23, externalId="user:42"),
    made.row(24, externalId="tab\there"),
    made.row(25, externalId="o'brien@x.example"),
    made.row(26, externalId="“quoted”"),
    made.row(27, externalId="x" * 191),
)  # fmt: skip
SEVERAL: list[tuple[str, str, str]] = [
    ("7", "i | x", "E 7"),
    ('"7"', "i | x | p", 'E 7; A "7"'),
    ("ext_7", "x | x:7", "E ext_7; U 7"),
    ("ext_ext_7", "x | x:ext_7", "U ext_7"),
    ('"ext_7"', "x | x:7 | p", "E ext_7; U 7"),
    ("ada@x.example", "x | m", "E ada@x.example; M user_5"),
    ("Ada <ADA@x.example>", "x | m | p", "E≈ ada@x.example; M≈ user_5"),
    (FIFTH, "i | x", f"I user_5; E {FIFTH}"),
    (f"https://app.dub.co/acme/customers/{FIFTH}", "i", "I user_5"),
    (f"https://app.dub.co/acme/customers/ext_{FIFTH}", "x", f"E {FIFTH}"),
    (f"ext_{FIFTH}", f"x | x:{FIFTH}", f"U {FIFTH}"),
    ("tenant,42", "x", "E tenant,42"),
    ("tenant,42,", "x | p", "E tenant,42"),
    ("(42)", "i | x | p", "E 42; A (42)"),
    ("id: 42", "i | x | p", "E 42; A id: 42"),
    ("user:42", "x", "E user:42"),
    ("count", "x", "E count"),
    ("COUNT", "i | x", "E≈ count"),
    (FACE, f"i | x | i:{made.row(12)['id']}", f"E {FACE}; T user_12"),
    (f"{STRIPE_APP}customers/{FACE}", f"x | i:{made.row(12)['id']}", f"T user_12; E {FACE}"),
    ("https://acme.example/ada", "x", "E https://acme.example/ada; L user_15"),
    ("acme.example/ada", "x", "L user_15"),
    ("a.", "i | x | p", "E a; A a."),
    ("zero\u200bwidth", "i | x | p", "A zero\u200bwidth"),
    ("b%2Fc", "x", "E b%2Fc"),
    ("b/c", "x", "E b/c"),
    ("b+c", "x", "E b+c"),
    ("b c", "x", "E b c"),
    ("tab\there", "i | x | p", "A tab\there"),
    ("o'brien@x.example", "x | m", "E o'brien@x.example"),
    ("“quoted”", "i | x | p", "A “quoted”"),
    ("x" * 191, "i | x", f"E {'x' * 191}"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "asked", "found"), SEVERAL, ids=ids_of(SEVERAL))
async def test_whom_a_text_names_in_the_order_of_its_readings(
    tmp_path: Path, text: str, asked: str, found: str
) -> None:
    pasted = read(text)
    async with trial(tmp_path, demo(_tricky())) as tried:
        await tried.fill(pages=1)
        tried.transport.requests.clear()
        hits = await tried.lookup.exactly(pasted)
        assert (tried.asked(pasted, text), tried.told(hits)) == (asked, found)


def _tricky() -> Data:
    """A workspace of people whose external IDs are made to be mistaken for something else."""
    return made.data(*ROWS, tokens=[DemoToken(KEY, "ws_1")])


# Words and parts

WORDS: list[tuple[str, int, str, str]] = [
    # names, whole and in part: what is here comes by its reason, what only Dub has joins it
    ("ada", PAGE, "i | x | s", "m user_8813; n user_8039"),
    ("ada", ALL, "i | x | s", "m user_8813, user_8122; n user_8039, user_7603; m user_7713"),
    ("ADA LOVELACE", PAGE, "x | s", "n user_8813"),
    ("lovelace ada", PAGE, "x | s", "n user_8813"),
    ("Lovelace, Ada", PAGE, "x | s", "s user_8813"),
    ("Ada Byron Lovelace", PAGE, "x | s", "s user_8813"),
    ("love", PAGE, "i | x | s", "n user_8813"),
    ("ada love", PAGE, "x | s", "n user_8813"),
    ("lace", ALL, "i | x | s", "n user_8813; m user_8043, user_7822, user_7655"),
    ("Sophie Germain", PAGE, "x | s", "n user_8812"),
    ("Marie Curie", PAGE, "x | s", "n user_8419"),
    ("marie", PAGE, "i | x | s", "m user_8419, user_7829; n user_7815"),
    ("mary", ALL, "i | x | s", "m user_8788; n user_8593; m user_8137, user_8049, user_7637; n user_7442"),
    ("mary boole", ALL, "x | s", "m user_7637"),
    ("mansa", PAGE, "i | x | s", "n user_8132"),
    ("mans", PAGE, "i | x | s", ""),
    ("mans", ALL, "i | x | s", "n user_8132"),
    ("ludwig van beethoven", PAGE, "x | s", "n user_8215"),
    ("Old Parr", PAGE, "x | s", "n user_7960"),
    ("Hans Christian", PAGE, "x | s", "n user_7439, user_7424"),
    ("hans christian andersen", ALL, "x | s", "n user_7439"),
    ("Atlantis Trading Co.", PAGE, "x | p | s:Atlantis Trading", "n user_8082"),
    ("xyzzy", ALL, "i | x | s", ""),
    ("Grace Hopper", ALL, "x | s", ""),
    # case, accents, scripts
    ("émilie", PAGE, "x | s", "m user_8770"),
    ("emilie du chatelet", PAGE, "x | s:emilie chatelet", "n user_8770"),
    ("soren kierkegaard", PAGE, "x | s", "n user_7428"),
    ("dvorak", PAGE, "i | x | s", "n user_7355"),
    ("DVOŘÁK", ALL, "x | s", "n user_7355"),
    ("紫式部", PAGE, "x | s", "n user_8809"),
    ("式部", PAGE, "x", "n user_8809"),
    ("عمر", PAGE, "x | s", "n user_8790"),
    ("софья", PAGE, "x | s", "n user_8746"),
    ("מרים", PAGE, "x | s", "n user_8751"),
    ("ابن رشد", PAGE, "x | s", "n user_7272"),
    ("reynard 🦊", PAGE, "x | s:reynard", "n 🦊-9"),
    ("🦊", PAGE, "x", "e 🦊-9"),
    # Dub cannot find a hyphen, nor what it searches not at all
    ("Nicole-Reine Lepaute", PAGE, "x | s:Nicole Reine Lepaute", "n user_8620"),
    ("Saint-Saëns", PAGE, "x | s:Saint Saëns", "n user_7739"),
    ("saens camille", PAGE, "x | s", "n user_7739"),
    ("Lepaute-Reine", PAGE, "x | s:Lepaute Reine", "s user_8620"),
    ("Jean-Luc", ALL, "x | s:Jean Luc", ""),
    ("=HYPERLINK", PAGE, "x | s:HYPERLINK", "n user_7457"),
    ("the", PAGE, "i | x", f"p {LUNAR}; n user_8801; m user_8588"),
    # e-mails, whole and in part: both sides of the @ are asked for
    (MAIL, PAGE, "x | m | s:ada | s:analytical", "M user_8813"),
    (MAIL.upper(), PAGE, "x | m | s:ADA | s:ANALYTICAL", "M≈ user_8813"),
    ("averroes@cordoba.example", PAGE, "x | m | s:averroes | s:cordoba", "M user_7272"),
    ("bernoulli@basel.example", PAGE, "x | m | s:bernoulli | s:basel", "M user_8432, user_8409"),
    ("ada@analytical", PAGE, "x | m | s:ada | s:analytical", "m user_8813"),
    ("goethe@weimar", PAGE, "x | m | s:goethe | s:weimar", "m user_7928"),
    ("lace@analytical.example", PAGE, "x | m | s:lace | s:analytical", "s user_8813"),
    ("somerville@", PAGE, "x | s:somerville", "m user_8788"),
    ("stoker@", PAGE, "x | s:stoker", "s user_7567"),
    ("@goettingen.example", PAGE, "x | s:goettingen", "m user_8801, user_8799"),
    ("@kent.example", PAGE, "x | s:kent", "m user_7544"),
    ("goettingen", PAGE, "i | x | s", "m user_8801, user_8799"),
    ("alexandria", PAGE, "i | x | s", f"m {HYPATIA}, user_7882, user_7909, user_7933, user_8009"),
    ("venezia", PAGE, "i | x | s", "m user_8405, user_8018, user_8012"),
    ("mary.somerville", PAGE, "x | s", "m user_8788"),
    ("zu.chongzhi", PAGE, "x | s", "m user_8777"),
    # of a domain that is right and a name that is not, of a name that is right and a domain that is not
    ("ada@gmail.com", PAGE, "x | m | s:ada | s:gmail", "s user_8813, user_8039"),
    ("kepler@linz.exampel", PAGE, "x | m | s:kepler | s:linz", "s user_8758"),
    ("nobody@nowhere.example", PAGE, "x | m | s:nobody | s:nowhere", "s user_8335"),
    ("zzz@analytical.example", PAGE, "x | m | s:zzz | s:analytical", ""),
    ("jo@goettingen.example", PAGE, "x | m | s:goettingen", ""),
    # ids in part are known here alone
    ("user_8813", PAGE, "i | x | s", "E user_8813"),
    ("USER_8813", PAGE, "i | x | s", "E≈ user_8813"),
    ("user_881", PAGE, "i | x | s", "e user_8813, user_8812"),
    ("user_88", PAGE, "i | x | s", "e user_8813, user_8812, user_8809, user_8801"),
    ("_8813", PAGE, "i | x | s", "e user_8813"),
    ("8813", PAGE, "i | x | s", "e user_8813"),
    ("727", PAGE, "i | x | s", "e user_8727"),
    ("user_727", ALL, "i | x | s", "e user_7279, user_7272"),
    ("org/", PAGE, "x | s", "e org/42"),
    ("/42", PAGE, "x | s", "e org/42"),
    ("org/42", PAGE, "x | s", "E org/42"),
    ("00%", PAGE, "x", "e 100%"),
    ("100%", PAGE, "x | s:100", "E 100%"),
    ("..", PAGE, "x", "E .."),
    ("7f3a90c1", PAGE, "i | x | s", f"e {HYPATIA}"),
    ("9c55-6d1f", PAGE, "x | s:9c55 6d1f", f"e {HYPATIA}"),
    ("cus_1M7WXCD2", PAGE, "i | x", "i user_8813"),
    ("M7WXCD2PQ", PAGE, "i | x | s", "i user_8813"),
    ("lQB7Qujt19", PAGE, "i | x | s", "t user_8813"),
    ("cus_lQB7", PAGE, "i | x", "t user_8813"),
    ("RXX4y13l", PAGE, "i | x | s", ""),
    ("RXX4y13l", ALL, "i | x | s", "t user_7272"),
    ("LOOKALIKE", PAGE, "i | x | s", "e cus_1LOOKALIKE"),
    ("johannes@mainz", PAGE, "x | m | s:johannes | s:mainz", "e johannes@mainz.example"),
    # ids and addresses as a whole are no words for Dub
    (ADA, PAGE, "i | x", "I user_8813"),
    (f"{APP}{ADA}", PAGE, "i", "I user_8813"),
    (STRIPE, PAGE, f"i | x | i:{ADA}", "T user_8813"),
    (f"{STRIPE_APP}customers/{LAST_STRIPE}", PAGE, "x", ""),
    ("acme.example/wisdom", PAGE, "x", f"L {WISDOM}"),
    # links and partners
    ("wisdom", PAGE, "i | x | s", f"l {WISDOM}"),
    ("Mersenne", PAGE, "i | x | s", f"q {MERSENNE}"),
    ("moon@birmingham.example", PAGE, "x | m | s:moon | s:birmingham", f"q {LUNAR}"),
    # as it was pasted
    ('"user_8813"', PAGE, "i | x | p | s", "E user_8813"),
    (f"Ada Lovelace <{MAIL}>", PAGE, "x | m | p | s:ada | s:analytical", "M user_8813"),
    (f"user_8813\tAda Lovelace\t{MAIL}", PAGE, "x | m | p | s:ada | s:analytical", "M user_8813"),
    # mistakes are forgiven only when nothing else matches
    ("lovelase", PAGE, "i | x | s", "~ user_8813"),
    ("lovleace", PAGE, "i | x | s", "~ user_8813"),
    ("LOVELASE", PAGE, "i | x | s", "~ user_8813"),
    ("ada lovelase", PAGE, "x | s", "s user_8813, user_8039"),
    ("soffie germain", PAGE, "x | s", "s user_8812"),
    ("kierkegard", PAGE, "i | x | s", ""),
    ("kierkegard", ALL, "i | x | s", "~ user_7428"),
    ("beethofen", ALL, "i | x | s", "~ user_8215"),
    ("przybyszevska", ALL, "i | x | s", "~ user_7375"),
    ("user_88133", PAGE, "i | x | s", "~ user_8813, user_8812, user_8733, user_8413"),
    ("lov", PAGE, "i | x | s", "n user_8813"),
    ("lvo", PAGE, "i | x | s", ""),
]  # fmt: skip


@pytest.mark.parametrize(("text", "here", "asked", "found"), WORDS, ids=ids_of(WORDS))
async def test_whom_words_and_parts_find(
    tmp_path: Path, inner: Faulty, copies: dict[int, Path], text: str, here: int, asked: str, found: str
) -> None:
    pasted = read(text)
    async with trial(tmp_path, inner, like=copies[here]) as tried:
        hits = await tried.lookup.anybody(pasted, limit=100)
        assert (tried.asked(pasted, text), tried.told(hits)) == (asked, found)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("lovelace", "n user_8813"),
        ("USER_8813", "E≈ user_8813"),
        ("user_8813", "E user_8813"),
        (ADA.lower(), "I≈ user_8813"),
        (MAIL, "M user_8813"),
        (STRIPE, "T user_8813"),
        ("johannes@mainz.example", "E johannes@mainz.example"),
        ("https://acme.example/wisdom", f"l {WISDOM}"),
        ("Hypatia", f"n {HYPATIA}"),
        ("lovelase", "~ user_8813"),
        ("xyzzy", ""),
    ],
)
async def test_whom_a_text_may_mean_of_those_here_is_known_without_dub(new: Trial, text: str, found: str) -> None:
    assert new.told(await new.lookup.known(read(text), limit=9)) == found
    assert new.transport.requests == []


async def test_no_more_are_told_than_are_wanted(new: Trial) -> None:
    for text in ("user_", "mary", "user_88133", "acme.example/newsletter"):
        assert len(await new.lookup.anybody(read(text), limit=2)) == 2


async def test_whom_dub_found_is_found_here_from_then_on(new: Trial) -> None:
    """A text finds the same again without Dub."""
    assert new.told(await new.lookup.here("przybys", limit=9)) == ""
    await new.lookup.searched(read("Przybyszewska"))
    assert new.told(await new.lookup.here("przybys", limit=9)) == "n user_7375"


async def test_what_is_opened_often_comes_first_among_those_who_fit_as_well(new: Trial) -> None:
    """What begins so goes before what merely holds it, however often that was opened."""
    ids = {row.external_id: row.id for row in new.store.rows(range(1, 101))}
    assert new.told(await new.lookup.here("bernoulli", limit=9)) == "m user_8432, user_8409; n user_8603"
    await new.desk.note_opened(ids["user_8409"], NOW_MS)
    await new.desk.note_opened(ids["user_8603"], NOW_MS)
    await new.desk.note_opened(ids["user_8603"], NOW_MS)
    assert new.told(await new.lookup.here("bernoulli", limit=9)) == "m user_8409, user_8432; n user_8603"
    await new.desk.note_opened(ids["user_8432"], NOW_MS)
    await new.desk.note_opened(ids["user_8432"], NOW_MS)
    assert new.told(await new.lookup.here("bernoulli", limit=2)) == "m user_8432, user_8409"


async def test_an_old_favourite_gives_way(new: Trial) -> None:
    ids = {row.external_id: row.id for row in new.store.rows(range(1, 101))}
    month = 30 * 24 * 3_600_000
    for _ in range(3):
        await new.desk.note_opened(ids["user_8432"], NOW_MS - month)
    await new.desk.note_opened(ids["user_8409"], NOW_MS)
    assert new.told(await new.lookup.here("bernoulli", limit=2)) == "m user_8409, user_8432"


BY_ID, BY_EXTERNAL_ID = Hit("a", "Dub id", is_exact=True), Hit("b", "external ID", is_exact=True)
BY_MAIL, BY_OTHER_MAIL = Hit("a", "e-mail", is_exact=True), Hit("b", "e-mail", is_exact=True, is_as_typed=False)
MERGED: list[tuple[list[list[Hit]], list[Hit]]] = [
    ([], []),
    ([[Hit("a", "name")], [Hit("a", "Dub's search")]], [Hit("a", "name")]),
    ([[Hit("a", "name"), BY_EXTERNAL_ID]], [BY_EXTERNAL_ID, Hit("a", "name")]),
    ([[Hit("a", "name")], [BY_MAIL]], [BY_MAIL]),
    ([[BY_ID, BY_EXTERNAL_ID], [BY_MAIL], [Hit("c", "x")]], [BY_ID, BY_EXTERNAL_ID, Hit("c", "x")]),
    ([[BY_OTHER_MAIL], [Hit("a", "name")], [BY_MAIL]], [BY_OTHER_MAIL, BY_MAIL]),
]


@pytest.mark.parametrize(("found", "hits"), MERGED)
def test_each_is_listed_once_the_exact_ones_first(found: list[list[Hit]], hits: list[Hit]) -> None:
    assert merged(*found) == hits


# What is here, and no longer so at Dub


@pytest.mark.parametrize("text", ["user_8813", ADA, MAIL, STRIPE, f"{APP}{ADA}", "ext_user_8813"])
async def test_who_was_deleted_is_here_no_longer(new: Trial, text: str) -> None:
    await new.client.delete_customer(ADA)
    assert await new.lookup.exactly(read(text)) == []
    assert await new.lookup.here("lovelace", limit=9) == []


@pytest.mark.parametrize(
    ("text", "changes"),
    [
        ("user_8813", {"externalId": "other"}),
        (MAIL, {"email": "other@x.example"}),
        (STRIPE, {"stripeCustomerId": "cus_Other"}),
    ],
)
async def test_who_is_called_otherwise_by_now_is_not_found(new: Trial, text: str, changes: dict[str, str]) -> None:
    await new.client.update_customer(ADA, changes)
    assert await new.lookup.exactly(read(text)) == []
    assert [hit for hit in await new.lookup.here(text, limit=9) if hit.is_exact] == []
    assert new.told(await new.lookup.here("other", limit=9))[2:] in ("user_8813", "other")


async def test_who_has_taken_over_an_id_stands_alone(new: Trial) -> None:
    await new.client.update_customer(ADA, {"externalId": "before"})
    await new.client.update_customer("ext_user_8812", {"externalId": "user_8813"})
    await new.lookup.exactly(read("user_8813"))
    found = [new.store.row(hit.customer_id) for hit in await new.lookup.here("user_8813", limit=9)]
    assert [row.name for row in found if row] == ["Sophie Germain"]


# When Dub fails

TROUBLE: list[tuple[Fault, type[errors.DubError]]] = [
    (answers(401, json={"error": {"code": "unauthorized", "message": "Invalid API key."}}), errors.KeyRefused),
    (answers(403, json={"error": {"code": "forbidden", "message": "No."}}), errors.NotAllowed),
    (answers(429, json={"error": {"code": "rate_limit_exceeded", "message": "Later."}}), errors.TooFast),
    (answers(500, html="Internal Server Error"), errors.DubInTrouble),
    (answers(200, html="a captive portal"), errors.Unexpected),
    (fails(httpx.ConnectError), errors.Unreachable),
    (fails(httpx.ReadTimeout), errors.TooSlow),
]
THREE = "ext_ada@analytical.example"
"""Read in three ways, so that three questions are asked at once."""


@pytest.mark.parametrize(("fault", "error"), TROUBLE, ids=lambda value: getattr(value, "__name__", ""))
async def test_the_first_error_ends_the_other_questions(new: Trial, fault: Fault, error: type[errors.DubError]) -> None:
    before, rows = asyncio.all_tasks(), new.store.count()
    held = Held()
    new.transport.on("GET", "/customers/ext_", held)
    new.transport.on("GET", "/customers", fault)
    with pytest.raises(error):
        await new.lookup.exactly(read(THREE))
    assert (held.begun, held.withdrawn) == (2, 2)
    assert asyncio.all_tasks() == before
    assert new.store.count() == rows


async def test_an_error_of_a_question_ends_the_search(new: Trial) -> None:
    before, held = asyncio.all_tasks(), Held()
    new.transport.on("GET", "/customers/", answers(401))
    new.transport.on("GET", "/customers", held)
    with pytest.raises(errors.KeyRefused):
        await new.lookup.anybody(read("ada"), limit=9)
    assert (held.begun, held.withdrawn) == (1, 1)
    assert asyncio.all_tasks() == before


async def test_who_gives_up_withdraws_every_question(new: Trial) -> None:
    before = asyncio.all_tasks()
    held = Held()
    new.transport.on("GET", "/customers", held)
    asking = asyncio.ensure_future(new.lookup.exactly(read(THREE)))
    await held.until(3)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert held.withdrawn == 3
    assert asyncio.all_tasks() == before


async def test_a_search_can_be_given_up_too(new: Trial) -> None:
    held = Held()
    new.transport.on("GET", "/customers", held)
    asking = asyncio.ensure_future(new.lookup.searched(read("ada@analytical")))
    await held.until(2)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert held.withdrawn == 2


async def test_what_is_here_is_found_while_dub_is_silent(new: Trial) -> None:
    new.transport.on("GET", "/customers", never_answers)
    assert new.told(await new.lookup.here("lovel", limit=9)) == "n user_8813"


async def test_all_together_or_the_first_error() -> None:
    async def answer(number: int) -> int:
        await asyncio.sleep(0)
        return number

    async def fail() -> int:
        raise ValueError("no")

    ended: list[int] = []

    async def linger() -> int:
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            ended.append(1)
        return 0

    assert await together([]) == []
    assert await together(answer(number) for number in range(3)) == [0, 1, 2]
    with pytest.raises(ValueError, match="no"):
        await together([linger(), fail(), linger()])
    assert ended == [1, 1], "nothing is left under way"


class Held:
    """Keeps requests waiting, and counts those that were withdrawn."""

    def __init__(self) -> None:
        self.begun = 0
        self.withdrawn = 0
        self._change = asyncio.Condition()

    async def until(self, begun: int) -> None:
        """Until so many wait."""
        async with self._change:
            await self._change.wait_for(lambda: self.begun >= begun)

    async def __call__(self, request: httpx.Request, ask: Ask) -> httpx.Response:
        self.begun += 1
        async with self._change:
            self._change.notify_all()
        try:
            return await never_answers(request, ask)
        except asyncio.CancelledError:
            self.withdrawn += 1
            raise
