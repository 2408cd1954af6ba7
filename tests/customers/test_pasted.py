"""Reading what somebody pasted: what is taken off, what it may then be, and where one text is many."""

from __future__ import annotations

from urllib.parse import unquote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dubtui.customers import pasted
from dubtui.customers.pasted import LONGEST, LONGEST_WRAPPED, MOST_LINES, Kind, Reading, lines_of, read, unwrapped

DUB = "cus_1M7WXCD2PQKV0GJRQ95GW4VTQ"
LEGACY = "cus_4fQzGm7WqRkT2bVx9LdNsHyE"
STRIPE = "cus_lQB7Qujt19VkSp"
MAIL = "ada@analytical.example"
I, E, U, P, M, S, L = Kind  # noqa: E741

# What is taken off

UNWRAPPED = [
    # quotes
    ('"user_8813"', "user_8813"),
    ("'user_8813'", "user_8813"),
    ("`user_8813`", "user_8813"),
    ("``user_8813``", "user_8813"),
    ("“user_8813”", "user_8813"),
    ("„user_8813“", "user_8813"),
    ("‘user_8813’", "user_8813"),
    ("‚user_8813‘", "user_8813"),
    ("«user_8813»", "user_8813"),
    ("« user_8813 »", "user_8813"),
    ("‹user_8813›", "user_8813"),
    ("»user_8813«", "user_8813"),
    ("\"'user_8813'\"", "user_8813"),
    ('"user 42"', "user 42"),
    ('"user_8813', "user_8813"),
    ('user_8813"', "user_8813"),
    ("user_8813”", "user_8813"),
    # brackets
    ("(user_8813)", "user_8813"),
    ("[user_8813]", "user_8813"),
    ("{user_8813}", "user_8813"),
    ("<user_8813>", "user_8813"),
    ("( user_8813 )", "user_8813"),
    ("([user_8813])", "user_8813"),
    ("(user_8813", "user_8813"),
    ("user_8813)", "user_8813"),
    ("(see) user_8813", "(see) user_8813"),
    # what follows in a sentence or a list
    ("user_8813,", "user_8813"),
    ("user_8813;", "user_8813"),
    ("user_8813 ,", "user_8813"),
    ('"user_8813",', "user_8813"),
    ("('user_8813',", "user_8813"),
    ("user_8813.", "user_8813"),
    ("(user_8813).", "user_8813"),
    ("user_8813:", "user_8813"),
    ("user_8813?", "user_8813"),
    ("user_8813!", "user_8813"),
    ("user_88…", "user_88"),
    ("user_88...", "user_88"),
    # signs of lists
    ("- user_8813", "user_8813"),
    ("* user_8813", "user_8813"),
    ("• user_8813", "user_8813"),
    ("> user_8813", "user_8813"),
    (">> user_8813", "user_8813"),
    ("– “user_8813”,", "user_8813"),
    ("1. user_8813", "user_8813"),
    ("12) user_8813", "user_8813"),
    # labels
    ("Customer ID: user_8813", "user_8813"),
    ("customer id : user_8813", "user_8813"),
    ("external id = user_8813", "user_8813"),
    ("External ID:user_8813", "user_8813"),
    ("external_id=user_8813", "user_8813"),
    ("externalId: user_8813", "user_8813"),
    ("Customer External ID: org/42", "org/42"),
    ("User: user_8813", "user_8813"),
    ("ID: 8813", "8813"),
    (f"Stripe ID: {STRIPE}", STRIPE),
    (f"Stripe customer id = {STRIPE}", STRIPE),
    (f"Dub ID: {DUB}", DUB),
    (f"E-Mail: {MAIL}", MAIL),
    (f"email address: {MAIL}", MAIL),
    (f"email:{MAIL}", MAIL),
    (f"From: {MAIL}", MAIL),
    (f"Reply-To: Ada Lovelace <{MAIL}>", MAIL),
    ('"externalId": "user_8813",', "user_8813"),
    ('"externalId":"user_8813"', "user_8813"),
    ('{"externalId": "user_8813"}', "user_8813"),
    (f'"id":"{DUB}",', DUB),
    ("user:42", "user:42"),
    ("id:42", "id:42"),
    ("tenant: 42", "tenant: 42"),
    # mail
    (f"mailto:{MAIL}", MAIL),
    (f"MAILTO:{MAIL}", MAIL),
    (f"mailto:{MAIL}?subject=Your%20invoice&cc=x@y.example", MAIL),
    ("mailto:ada%40analytical.example", MAIL),
    (f"<mailto:{MAIL}>", MAIL),
    (f"<mailto:{MAIL}|{MAIL}>", MAIL),
    (f"<{MAIL}>", MAIL),
    (f"Ada Lovelace <{MAIL}>", MAIL),
    (f"Ada Lovelace <{MAIL}>,", MAIL),
    (f'"Lovelace, Ada" <{MAIL}>', MAIL),
    (f"Ada Lovelace <mailto:{MAIL}>", MAIL),
    (f"Ada Lovelace <{MAIL}<mailto:{MAIL}>>", MAIL),
    (f"{MAIL}<mailto:{MAIL}>", MAIL),
    (f"Ada Lovelace ({MAIL})", MAIL),
    (f"Ada Lovelace [{MAIL}]", MAIL),
    (f"Ada Lovelace {MAIL}", MAIL),
    (f"[{MAIL}](mailto:{MAIL})", MAIL),
    (f"[Ada](mailto:{MAIL}?subject=x)", MAIL),
    ("o'brien@dublin.example", "o'brien@dublin.example"),
    ("'o'brien@dublin.example'", "o'brien@dublin.example"),
    # sentences and rows of cells, where it is sure who is meant
    (f"{MAIL} cannot sign in", MAIL),
    (f"the invoice of {STRIPE}, please", STRIPE),
    (f"{DUB} ({MAIL})", DUB),
    (f"{MAIL} and grace@navy.example", f"{MAIL} and grace@navy.example"),
    (f"user_8813\tAda Lovelace\t{MAIL}\tGB", MAIL),
    (f"{MAIL}\tuser_8813\t{STRIPE}", STRIPE),
    ("Ada Lovelace\tuser_8813\tGB", "user_8813"),
    ("Ada Lovelace\tGB", "Ada Lovelace"),
    (f"user_8813,Ada Lovelace,{MAIL}", MAIL),
    # nothing to take off, and never all of it
    ("Ada Lovelace", "Ada Lovelace"),
    ("Cosimo de' Medici", "Cosimo de' Medici"),
    ("org/42", "org/42"),
    ("100%", "100%"),
    ("a#b", "a#b"),
    ("a?b", "a?b"),
    ("..", ".."),
    ("...", "..."),
    ("ext_..", "ext_.."),
    ('"ext_.."', "ext_.."),
    ('""', '""'),
    ("()", "()"),
    ("<>", "<>"),
    (",", ","),
    ("", ""),
    ("mailto:", "mailto:"),
    ("mailto:%20", "mailto:%20"),
    ("id: ", "id"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "inner"), UNWRAPPED)
def test_the_wrapping_is_taken_off(text: str, inner: str) -> None:
    assert unwrapped(text) == inner


INVISIBLE = [
    (" user_8813 ", "user_8813"),
    ("\tuser_8813\n", "user_8813"),
    ("user_8813\r\n", "user_8813"),
    ("\xa0user_8813\xa0", "user_8813"),
    ("\u3000user_8813\u2003", "user_8813"),
    ("\u2028user_8813\u2029", "user_8813"),
    ("\x0buser_8813\x85", "user_8813"),
    ("\ufeffuser_8813", "user_8813"),
    ("user_8813\u200b", "user_8813"),
    (" \u200b user_8813", "user_8813"),
    ("user_\u200b8813", "user_8813"),
    ("user\xad_88\xad13", "user_8813"),
    ("\u200euser_8813\u200f", "user_8813"),
    ("\u202auser_8813\u202c", "user_8813"),
    ("\u2066user_8813\u2069", "user_8813"),
    ("user\u2060_8813", "user_8813"),
    ("user\u200d_8813\u200c", "user_8813"),
    ("user_\x008813\x1b", "user_8813"),
    ("\ud800user_8813", "user_8813"),
    ('\ufeff"user_8813"', "user_8813"),
    ("Ada\nLovelace", "Ada Lovelace"),
    ("user\xa042", "user\xa042"),
    ("👩\u200d👩\u200d👧", "👩\u200d👩\u200d👧"),
    ("می\u200cخواهم", "می\u200cخواهم"),
    ("\u200b", ""),
    (" \n ", ""),
    ("", ""),
]  # fmt: skip


@pytest.mark.parametrize(("text", "seen"), INVISIBLE, ids=[ascii(text) for text, _ in INVISIBLE])
def test_what_nobody_sees_is_taken_off(text: str, seen: str) -> None:
    assert read(text).text == seen


# What it may be

READ: list[tuple[str, list[tuple[Kind, str]]]] = [
    ("", []),
    ("user_8813", [(I, "user_8813"), (E, "user_8813")]),
    ("8813", [(I, "8813"), (E, "8813")]),
    ("org/42", [(E, "org/42")]),
    ("user 42", [(E, "user 42")]),
    ("100%", [(E, "100%")]),
    ("..", [(E, "..")]),
    ("a#b", [(E, "a#b")]),
    ("🦊-9", [(E, "🦊-9")]),
    ("tenant,42", [(E, "tenant,42")]),
    ("user:42", [(E, "user:42")]),
    ("(42) a", [(E, "(42) a")]),
    ("gid://shopify/Customer/42", [(E, "gid://shopify/Customer/42")]),
    ("ada@", [(E, "ada@")]),
    ("@analytical.example", [(E, "@analytical.example")]),
    ("a@b@c", [(E, "a@b@c")]),
    # Dub's routes are nobody's ids
    ("count", [(E, "count")]),
    ("export", [(E, "export")]),
    ("Count", [(I, "Count"), (E, "Count")]),
    # ext_
    ("ext_user_8813", [(E, "ext_user_8813"), (U, "user_8813")]),
    ("ext_7", [(E, "ext_7"), (U, "7")]),
    ("ext_ext_7", [(E, "ext_ext_7"), (U, "ext_7")]),
    ("ext_", [(E, "ext_")]),
    (f"ext_{MAIL}", [(E, f"ext_{MAIL}"), (U, MAIL), (M, f"ext_{MAIL}")]),
    # ids that look alike
    (DUB, [(I, DUB), (E, DUB), (S, DUB)]),
    (LEGACY, [(I, LEGACY), (E, LEGACY), (S, LEGACY)]),
    (STRIPE, [(I, STRIPE), (E, STRIPE), (S, STRIPE)]),
    ("cus_1LOOKALIKE", [(I, "cus_1LOOKALIKE"), (E, "cus_1LOOKALIKE"), (S, "cus_1LOOKALIKE")]),
    ("cus_1", [(I, "cus_1"), (E, "cus_1")]),
    # e-mails
    (MAIL, [(E, MAIL), (M, MAIL)]),
    ("Ada+test@Analytical.Example", [(E, "Ada+test@Analytical.Example"), (M, "Ada+test@Analytical.Example")]),
    ("søren@københavn.example", [(E, "søren@københavn.example"), (M, "søren@københavn.example")]),
    ("o'brien@dublin.example", [(E, "o'brien@dublin.example"), (M, "o'brien@dublin.example")]),
    # addresses of mail are no external IDs
    (f"mailto:{MAIL}", [(E, MAIL), (M, MAIL)]),
    (f"MailTo:{MAIL}", [(E, MAIL), (M, MAIL)]),
    # what was really pasted with it is tried, too
    ('"user_8813"', [(I, "user_8813"), (E, "user_8813"), (P, '"user_8813"')]),
    ("user_8813,", [(I, "user_8813"), (E, "user_8813"), (P, "user_8813,")]),
    ("(org/42)", [(E, "org/42"), (P, "(org/42)")]),
    (" ID: 42 ", [(I, "42"), (E, "42"), (P, "ID: 42")]),
    ("\ufeff42", [(I, "42"), (E, "42"), (P, "\ufeff42")]),
    ('\ufeff"42"', [(I, "42"), (E, "42"), (P, '"42"'), (P, '\ufeff"42"')]),
    (f"Ada <{MAIL}>", [(E, MAIL), (M, MAIL), (P, f"Ada <{MAIL}>")]),
    # Dub's dashboard
    (f"https://app.dub.co/acme/program/customers/{DUB}", [(I, DUB)]),
    (f"https://app.dub.co/acme/program/customers/{DUB}?tab=sales#x", [(I, DUB)]),
    (f"https://app.dub.co/acme/links/customers/{DUB}/", [(I, DUB)]),
    (f"https://app.dub.co/acme/customers/{LEGACY}/sales", [(I, LEGACY)]),
    (f"http://APP.DUB.CO/acme/customers/{DUB}", [(I, DUB)]),
    (f"app.dub.co/acme/customers/{DUB}", [(I, DUB)]),
    (f"https://partners.dub.co/programs/acme/customers/{DUB}", [(I, DUB)]),
    (f"https://api.dub.co/customers/{DUB}", [(I, DUB)]),
    (f"https://app.dub.co/acme/events?customerId={DUB}&interval=all", [(I, DUB)]),
    (f"https://app.dub.co/customers/program/customers/{DUB}", [(I, DUB)]),
    ("https://app.dub.co/acme/links/customers/ext_user_8813", [(E, "user_8813")]),
    ("https://app.dub.co/acme/customers/ext_org%2F42", [(E, "org/42")]),
    ("https://app.dub.co/acme/customers/ext_%F0%9F%A6%8A-9?x", [(E, "🦊-9")]),
    ("https://app.dub.co/acme/customers/ext_ext_7", [(E, "ext_7")]),
    (f"<https://app.dub.co/acme/customers/{DUB}>", [(I, DUB)]),
    (f"[Ada Lovelace](https://app.dub.co/acme/customers/{DUB})", [(I, DUB)]),
    (f"see https://app.dub.co/acme/customers/{DUB}, please", [(I, DUB)]),
    # Stripe's; its id may well be the external ID
    (f"https://dashboard.stripe.com/customers/{STRIPE}", [(S, STRIPE), (E, STRIPE)]),
    (f"https://dashboard.stripe.com/test/customers/{STRIPE}", [(S, STRIPE), (E, STRIPE)]),
    (f"https://dashboard.stripe.com/acct_1ABC/customers/{STRIPE}", [(S, STRIPE), (E, STRIPE)]),
    (f"https://dashboard.stripe.com/acct_1ABC/test/customers/{STRIPE}/invoices?x=1", [(S, STRIPE), (E, STRIPE)]),
    (f"dashboard.stripe.com/customers/{STRIPE}", [(S, STRIPE), (E, STRIPE)]),
    # addresses without a customer are links, or somebody's external ID
    *[(address, [(E, address), (L, address)]) for address in (
        "https://acme.example/difference", "http://acme.example/difference", "acme.example/difference",
        "https://acme.example/difference?utm_source=x#y", "https://acme.example/café-ünï", "acme.example:8080/x",
        "https://app.dub.co/acme/customers", "https://api.dub.co/customers/count", "https://api.dub.co/customers/a-b",
        "https://app.dub.co/acme/customers/ext_", f"https://dub.co.evil.example/customers/{DUB}",
        f"https://notdub.co/customers/{DUB}", f"https://notstripe.com/customers/{STRIPE}",
        "https://dashboard.stripe.com/invoices/in_1ABC", "v1.2/42",
    )],
    ("https://acme.example", [(E, "https://acme.example")]),
    ("ftp://acme.example/x", [(E, "ftp://acme.example/x")]),
    # what no column of Dub's can hold is not asked for
    ("x" * LONGEST, [(I, "x" * LONGEST), (E, "x" * LONGEST)]),
    ("x" * (LONGEST + 1), []),
    (f'"{"x" * LONGEST}"', [(I, "x" * LONGEST), (E, "x" * LONGEST)]),
    (f"https://app.dub.co/acme/customers/{DUB}?{'x' * LONGEST}", [(I, DUB)]),
    ('"x' * LONGEST_WRAPPED, []),
]  # fmt: skip


@pytest.mark.parametrize(("text", "readings"), READ, ids=[ascii(text)[:60] for text, _ in READ])
def test_what_a_text_may_be(text: str, readings: list[tuple[Kind, str]]) -> None:
    assert read(text).readings == tuple(Reading(*reading) for reading in readings)


@pytest.mark.parametrize(
    ("text", "inner"),
    [
        (f"https://app.dub.co/acme/program/customers/{DUB}?tab=sales", DUB),
        ("https://app.dub.co/acme/customers/ext_org%2F42", "org/42"),
        (f"https://dashboard.stripe.com/test/customers/{STRIPE}", STRIPE),
        ("https://acme.example/difference", "https://acme.example/difference"),
    ],
)
def test_an_address_stands_for_whom_it_is_about(text: str, inner: str) -> None:
    assert read(text).text == inner


WORDS = [
    ("", ""),
    ("user_8813", "looks like an external ID; also tried as Dub id"),
    ("org/42", "looks like an external ID"),
    (MAIL, "looks like an e-mail; also tried as external ID"),
    (DUB, "looks like a Dub id; also tried as external ID, Stripe ID"),
    (LEGACY, "looks like a Dub id; also tried as external ID, Stripe ID"),
    (STRIPE, "looks like a Stripe ID; also tried as Dub id, external ID"),
    ("ext_7", "looks like an external ID; also tried as external ID behind ext_"),
    ('"42"', "looks like an external ID; also tried as Dub id, external ID as it was pasted"),
    ("acme.example/difference", "looks like a short link; also tried as external ID"),
    (f"https://app.dub.co/acme/customers/{DUB}", "looks like a Dub id"),
    ("https://app.dub.co/acme/customers/ext_7", "looks like an external ID"),
    (f"https://dashboard.stripe.com/customers/{STRIPE}", "looks like a Stripe ID; also tried as external ID"),
    ("x" * (LONGEST + 1), ""),
]  # fmt: skip


@pytest.mark.parametrize(("text", "words"), WORDS)
def test_says_what_it_was_read_as(text: str, words: str) -> None:
    assert read(text).words == words


# Several lines

LINES: list[tuple[str, list[str]]] = [
    ("", []),
    ("\n \n\t\n", []),
    ("user_8813", ["user_8813"]),
    # one column, as every spreadsheet puts it on the clipboard
    ("user_1\nuser_2\nuser_3", ["user_1", "user_2", "user_3"]),
    ("user_1\r\nuser_2\r\n", ["user_1", "user_2"]),
    ("user_1\ruser_2", ["user_1", "user_2"]),
    ("\n\nuser_1\n\n\nuser_2\n\n", ["user_1", "user_2"]),
    ("  user_1 \n\tuser_2\xa0\n\u200b\nuser_3\u200b", ["user_1", "user_2", "user_3"]),
    ("\ufeffuser_1\nuser_2", ["user_1", "user_2"]),
    ("user_1\u2028user_2", ["user_1", "user_2"]),
    ("user 42\norg/42\n100%", ["user 42", "org/42", "100%"]),
    ("user_1\nuser_1", ["user_1", "user_1"]),
    # its head is no identifier, unless it is all there is
    ("externalId\nuser_1\nuser_2", ["user_1", "user_2"]),
    ("External ID\nuser_1", ["user_1"]),
    ('"Customer External ID"\nuser_1', ["user_1"]),
    (f"E-mail\n{MAIL}", [MAIL]),
    (f"stripe_customer_id\n{STRIPE}", [STRIPE]),
    ("ID\n1\n2", ["1", "2"]),
    ("externalId", ["externalId"]),
    ("user_1\nexternalId", ["user_1", "externalId"]),
    ("acme\nuser_1", ["acme", "user_1"]),
    # several columns: a row speaks of one customer
    (f"user_1\tAda\t{MAIL}\nuser_2\tGrace\t", [f"user_1\tAda\t{MAIL}", "user_2\tGrace"]),
    ("Name\tExternal ID\nAda\tuser_1\nGrace\tuser_2", ["Ada\tuser_1", "Grace\tuser_2"]),
    (f"user_1,Ada,{MAIL}\nuser_2,Grace,grace@navy.example", [f"user_1,Ada,{MAIL}", "user_2,Grace,grace@navy.example"]),
    # one line that is a list
    ("user_1, user_2, user_3", ["user_1", "user_2", "user_3"]),
    ("user_1; user_2", ["user_1", "user_2"]),
    ("user_1, user_2,", ["user_1", "user_2"]),
    (f"{MAIL}, grace@navy.example", [MAIL, "grace@navy.example"]),
    (f"{MAIL},grace@navy.example", [MAIL, "grace@navy.example"]),
    (f"Ada <{MAIL}>, Grace Hopper <grace@navy.example>", [f"Ada <{MAIL}>", "Grace Hopper <grace@navy.example>"]),
    (f'"Lovelace, Ada" <{MAIL}>; <grace@navy.example>', [f'"Lovelace, Ada" <{MAIL}>', "<grace@navy.example>"]),
    (f"To: {MAIL}, grace@navy.example", [f"To: {MAIL}", "grace@navy.example"]),
    ("'user_1','user_2'", ["'user_1'", "'user_2'"]),
    ("('user_1', 'user_2')", ["'user_1'", "'user_2'"]),
    ('["a","b"]', ['"a"', '"b"']),
    ('["a,1", "b"]', ['"a,1"', '"b"']),
    ('[\n  "user_1",\n  "user_2"\n]', ['"user_1",', '"user_2"']),
    ("user_1, user_2\nuser_3", ["user_1", "user_2", "user_3"]),
    # and one that is none: an external ID with a comma, a name, a sentence
    ("tenant,42", ["tenant,42"]),
    ("1,2", ["1,2"]),
    ("a1,b2; c3", ["a1,b2; c3"]),
    ("Curie, Marie", ["Curie, Marie"]),
    ("Ada, Countess of Lovelace", ["Ada, Countess of Lovelace"]),
    ("Curie, user_1", ["Curie, user_1"]),
    ('"a, b"', ['"a, b"']),
    ('user_1", user_2', ['user_1", user_2']),
    (", ;", []),
]  # fmt: skip


@pytest.mark.parametrize(("text", "lines"), LINES, ids=[ascii(text)[:60] for text, _ in LINES])
def test_several_lines_are_a_batch(text: str, lines: list[str]) -> None:
    assert lines_of(text) == lines


def test_a_batch_has_an_end() -> None:
    column = [f"user_{number}" for number in range(MOST_LINES + 200)]
    assert lines_of("\n".join(["externalId", *column])) == column[:MOST_LINES]


# Rules for any text

_PIECES = [
    *"\"'`“”()[]{}<>,;:.!?=-*> \t\n\xa0\u200b\u200d\ufeff\xad\x00\ud800%/#@|_", "ext_", "cus_", "cus_1M7WXCD2", MAIL,
    "a@b", "mailto:", "Mailto:", "%20", "%40", "%2525", "id: ", "external id=", "customers/", "https://app.dub.co/",
    "https://", "//[", "dashboard.stripe.com/customers/", "?customerId=", "count", "42", "ada", "🦊", "é", "1. ", "](",
    "..", "℀.dub.co/customers/x",
]  # fmt: skip
texts = st.one_of(st.text(max_size=30), st.lists(st.sampled_from(_PIECES), max_size=12).map("".join))


def _all_of(text: str) -> str:
    """A text with and without what nobody sees, and with its escapes undone as often as there are any."""
    whole = [pasted._printed(text), pasted._bare(text)]
    while (plain := pasted._bare(unquote(whole[-1]))) != whole[-1]:
        whole.append(plain)
    return "\n".join(whole)


@given(texts)
@example("https://[app.dub.co/customers/x")
@example("https://app.dub.co/a/customers/%ff%00")
@example("mailto:mailto:%2525")
def test_any_text_can_be_read(text: str) -> None:
    found = read(text)
    assert all(reading.value for reading in found.readings)
    assert len(set(found.readings)) == len(found.readings)
    assert found.words or not found.readings
    for reading in found.readings:
        reading.value.encode()
        assert len(reading.value) <= LONGEST
        assert reading.value in _all_of(text)


@given(texts)
def test_what_is_unwrapped_stays_so(text: str) -> None:
    inner = unwrapped(text)
    assert unwrapped(inner) == inner
    assert bool(inner) == bool(text)
    assert len(inner) <= len(text)


@given(texts)
def test_what_was_pasted_is_tried_as_it_stands_unless_it_is_an_address(text: str) -> None:
    bare, found = pasted._bare(text), read(text)
    is_address = "://" in bare or "mailto:" in bare.lower() or pasted._in_address(unwrapped(bare))
    tried = {reading.value for reading in found.readings if reading.kind in (E, P)}
    assert bare in tried or is_address or not 0 < len(bare) <= LONGEST


@given(texts)
def test_reading_what_was_read_changes_nothing(text: str) -> None:
    inner = read(text).text
    assert read(inner).text == inner


@given(texts)
def test_lines_are_never_empty_and_can_be_read(text: str) -> None:
    for line in lines_of(text):
        assert line == line.strip() != ""
        assert read(line).text
