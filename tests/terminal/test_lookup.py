"""`i`, paste, enter: every kind of identifier leads to the customer, in a real terminal."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cli.installed import environment
from tests.terminal.terminal import Terminal

pytestmark = pytest.mark.terminal

LIST = ("newest first", r"[1-9]\d* rows")
FOUND = {
    "user_8813": "Ada Lovelace",
    " “user_8812”, ": "Sophie Germain",
    "org/42": "org/42",
    "100%": "100%",
    "..": "External ID  ..",
    "ext_7": "Aldus Manutius",
    "ext_user_8809": "user_8809",
    "cus_1M7PCTKCGR7M3NF4M73K0THA7": "Carl Friedrich Gauss",
    "https://app.dub.co/acme/customers/cus_1M7NPDFH68A1D54ZXHBWP52QY": "user_8790",
    "ramanujan@kumbakonam.example": "Srinivasa Ramanujan",
    "mailto:emilie@cirey.example": "user_8770",
    '"Leonhard Euler" <leonhard@euler.example>': "Leonhard Euler",
    "cus_lQB7Qujt19VkSp": "Ada Lovelace",
    "https://dashboard.stripe.com/customers/cus_2l9WVFWsFPzRAf": "Maria Mitchell",
    "hypat": "Hypatia",
}
"""What is pasted, and what the detail tells of whom it means."""
FAR_DOWN = "cus_UVrO69OfrE0DH5"
"""Victor Hugo, who does not come with the first page."""
STRIPE_ADDRESS = f"https://dashboard.stripe.com/customers/{FAR_DOWN}"
MISSED = {
    FAR_DOWN: ("a Stripe ID", "Stripe IDs and links"),
    STRIPE_ADDRESS: ("a Stripe ID", "Stripe IDs and links"),
    "acme.example/no-such-link": ("a short link", "Stripe IDs and links"),
    "qwertz-4711": ("an external ID", "Parts"),
}
"""What nobody here has, what it is read as, and what only the store could tell."""


@contextmanager
def app(tmp_path: Path) -> Iterator[Terminal]:
    """The app on the demo, which is left by a key at the end."""
    with Terminal(environment(tmp_path), "--demo") as terminal:
        terminal.wait_for(*LIST, "user_8813")
        yield terminal
        terminal.press("q")
        assert terminal.exit_code() == 0
        assert terminal.is_given_back


def paste(terminal: Terminal, text: str) -> None:
    """Into the box, as a terminal passes on what was pasted."""
    terminal.press("i")
    terminal.wait_for("Look up", "esc close")
    terminal.press(f"\x1b[200~{text}\x1b[201~")


def back(terminal: Terminal) -> None:
    """To the list."""
    terminal.press("escape")
    terminal.wait_for(*LIST, "look up")


def test_each_kind_of_identifier(tmp_path: Path) -> None:
    with app(tmp_path) as terminal:
        for text, told in FOUND.items():
            paste(terminal, text)
            terminal.press("enter")
            terminal.wait_for("All customers ›", re.escape(told), "lifetime value")
            back(terminal)


def test_what_only_the_store_knows_takes_everybody(tmp_path: Path) -> None:
    """A miss is told with what could not be asked, and `L`, which it offers, is what helps."""
    with app(tmp_path) as terminal:
        for text, (kind, what) in MISSED.items():
            paste(terminal, text)
            terminal.wait_for(f"looks like {kind}.* 0 found", "Nobody has this, or a part of it")
            terminal.wait_for(f"{what} are found", "312 here; L in the list fetches everybody")
            back(terminal)
        terminal.press("L")
        terminal.wait_for("312, complete")
        for text in (FAR_DOWN, STRIPE_ADDRESS):
            paste(terminal, text)
            terminal.press("enter")
            terminal.wait_for("All customers › Victor Hugo", f"Stripe ID +{FAR_DOWN}")
            back(terminal)


def test_several_whom_it_may_mean(tmp_path: Path) -> None:
    """A short link has many, and several lines have one each."""
    with app(tmp_path) as terminal:
        paste(terminal, "https://acme.example/newsletter")
        terminal.wait_for("6 found", "looks like a short link", "= short link")
        terminal.press("down", "down", "enter")
        terminal.wait_for("All customers ›", "acme.example/newsletter", "lifetime value")
        back(terminal)
        paste(terminal, "user_8813\nnobody-4711\norg/42\nbernoulli@basel.example\n")
        terminal.wait_for("4 lines", "2 found", "1 missing", "1 ambiguous", "2 customers")
        terminal.press("down", "down", "enter")
        terminal.wait_for("All customers ›", "org/42", "lifetime value")
        back(terminal)
