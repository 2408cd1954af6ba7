"""The customers who are unlike others: odd ids, gaps, old imports, and text that is hostile to terminals."""

from collections.abc import Mapping

from dubtui.demo.partners import GONE_LINK_ID

Value = str | int | None

_GONE_LINK: Mapping[str, Value] = {"linkId": GONE_LINK_ID, "partnerId": None, "programId": None}

# By name and e-mail: what people really have, and what their systems call them.
GAPS: tuple[Mapping[str, Value], ...] = (
    {"name": None, "email": "maria.kirch@berlin.example", "country": "DE"},
    {"name": "Anonymous", "email": None},
    {"name": "Jacob Bernoulli", "email": "bernoulli@basel.example", "country": "CH"},
    {"name": "Johann Bernoulli", "email": "bernoulli@basel.example", "country": "CH"},
    {"name": None, "email": None, "externalId": "100%", "country": None},
    {"name": "Trotula of Salerno", "email": "", "country": "IT"},
    {"name": "", "email": "nobody@ithaca.example", "country": "GR"},
    {"name": "", "email": "", "externalId": "..", "country": None},
    {"name": "Prester John", "email": "john@nowhere.example", "country": "narnia"},
    {"name": "Sir Thomas More", "email": "thomas@utopia.example", "country": ""},
    {"name": "Robinson Crusoe", "email": "robinson@island.example", "country": None},
    {"name": "Lemuel Gulliver", "email": "lemuel@lilliput.example", "country": "gb"},
)
IDS: tuple[Mapping[str, Value], ...] = (
    {"name": "Aldus Manutius", "email": "aldus@press.example", "externalId": "ext_7", "country": "IT"},
    {
        "name": "Johannes Gutenberg",
        "email": "johannes@mainz.example",
        "externalId": "johannes@mainz.example",
        "country": "DE",
    },
    {"name": "William Caxton", "email": "caxton@westminster.example", "externalId": "a#b", "country": "GB"},
    {"name": "Christophe Plantin", "email": "plantin@antwerp.example", "externalId": "a?b", "country": "BE"},
    {"name": "Claude Garamond", "email": "claude@paris.example", "externalId": "cus_1LOOKALIKE", "country": "FR"},
    {"name": "John Baskerville", "email": "john@birmingham.example", "externalId": "user 42", "country": "GB"},
    {"name": "Giambattista Bodoni", "email": "bodoni@parma.example", "externalId": "ünïcode/ß", "country": "IT"},
    {"name": "Reynard 🦊", "email": "reynard@maupertuis.example", "externalId": "🦊-9", "country": "FR"},
    {
        "name": "畢昇",
        "email": "bi.sheng@bianliang.example",
        "externalId": "c0ffee00-1040-4b1d-8a5e-000000001040",
        "country": "CN",
    },
)
FIGURES: tuple[Mapping[str, Value], ...] = (
    {"name": "Jakob Fugger", "email": "jakob@augsburg.example", "country": "DE", "sales": 3, "saleAmount": 41_250_000},
    {
        "name": "Cosimo de' Medici",
        "email": "cosimo@firenze.example",
        "country": "IT",
        "sales": 2,
        "saleAmount": 12_840_000,
    },
    {"name": "Mansa Musa", "email": "musa@timbuktu.example", "country": "ML", "sales": 2, "saleAmount": 98_765_432},
    {"name": "John Law", "email": "law@mississippi.example", "country": "FR", "sales": 1, "saleAmount": -2500},
)
GONE_LINKS: tuple[Mapping[str, Value], ...] = (
    {"name": "Atlantis Trading Co.", "email": "sales@atlantis.example", **_GONE_LINK},
    {"name": "Pytheas", "email": "pytheas@massalia.example", **_GONE_LINK},
    {"name": "Amelia's Ledger", "email": "ledger@lost.example", **_GONE_LINK},
)
# Ids of before ULIDs, which carry no time, and rows that an importer dated back: the id is much younger.
IMPORTS: tuple[Mapping[str, Value], ...] = (
    {
        "name": "Hero of Alexandria",
        "email": "hero@alexandria.example",
        "id": "cus_4fQzGm7WqRkT2bVx9LdNsHyE",
        "createdAt": "2025-03-28T11:05:19.000Z",
    },
    {
        "name": "Brahe's Elk",
        "email": "elk@hven.example",
        "id": "cus_7bXwYp3KcJhU8nMa5ReTqZgV",
        "createdAt": "2025-03-29T08:40:02.000Z",
    },
    {
        "name": "Old Parr",
        "email": "parr@shropshire.example",
        "id": "cus_zzTop9qLrWn4vKs6EyBmDjXc",
        "createdAt": "2025-03-31T17:22:45.000Z",
    },
    {"name": "Diophantus", "email": "diophantus@alexandria.example", "createdAt": "2025-04-01T00:00:00.000Z"},
    {"name": "Pappus", "email": "pappus@alexandria.example", "createdAt": "2025-04-01T00:00:00.000Z"},
    {"name": "Theon", "email": "theon@alexandria.example", "createdAt": "2025-04-01T00:00:00.000Z"},
    {"name": "Apollonius", "email": "apollonius@perga.example", "createdAt": "2024-09-30T22:00:00.000Z"},
    {"name": "Archimedes", "email": "archimedes@syracuse.example", "createdAt": "2023-03-14T15:09:26.535Z"},
)
HOSTILE: tuple[Mapping[str, Value], ...] = (
    {"name": "Red \x1b[31mAlert\x1b[0m", "email": "escape@hostile.example"},
    {"name": "Title \x1b]0;pwned\x07Thief", "email": "title@hostile.example"},
    {"name": "Clip\x1b]52;c;aGVsbG8=\x07board", "email": "clipboard@hostile.example"},
    {"name": "Eight-bit \x9b31mEscape\x9d0;title\x9c", "email": "c1@hostile.example"},
    {"name": "[red]markup[/red]", "email": "markup@hostile.example"},
    {"name": "A stray [/] tag", "email": "stray@hostile.example"},
    {"name": "[link=https://evil.invalid]Click[/link] [@click=app.quit]here", "email": "link@hostile.example"},
    {"name": "Robert \u202egnp.exe\u202c Hooke", "email": "bidi@hostile.example"},
    {"name": "Isolated \u2066\u2067name", "email": "isolate@hostile.example"},
    {"name": "Nu\x00l", "email": "nul@hostile.example"},
    {"name": "Ze\u200bro\u200d Wi\u2060dth\ufeff", "email": "zero-width@hostile.example"},
    {"name": "New\nLine\tTab\rReturn", "email": "lines@hostile.example"},
    {"name": "Wolfeschlegelsteinhausenbergerdorff" * 5 + " the Elder, Jr.", "email": f"{'w' * 60}@long.example"},
    {"name": "Z\u0337\u0322\u031ba\u0338l\u0336g\u0335o\u0336", "email": "zalgo@hostile.example"},
    {"name": '=HYPERLINK("https://evil.invalid";"Refund")', "email": "formula@hostile.example"},
    {"name": "@SUM(1+1)", "email": "sum@hostile.example"},
    {"name": "👩‍👩‍👧‍👦 The Curies 🏳️‍🌈", "email": "family@emoji.example"},
)

# The gentle ones first, so that the top of the list is pleasant to look at.
ODDITIES = (*IDS, *GAPS, *FIGURES, *GONE_LINKS, *IMPORTS, *HOSTILE)
