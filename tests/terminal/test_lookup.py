"""`i`, paste, enter: every kind of identifier leads to the customer, in a real terminal."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.cli.installed import environment
from tests.terminal.terminal import Terminal

pytestmark = pytest.mark.terminal

FOUND = {
    "user_8813": "Ada Lovelace",
    " “user_8812”, ": "Sophie Germain",
    "org/42": "org/42",
    "100%": "100%",
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


def paste(terminal: Terminal, text: str) -> None:
    terminal.press(f"\x1b[200~{text}\x1b[201~")


def test_each_kind_of_identifier(tmp_path: Path) -> None:
    with Terminal(environment(tmp_path), "--demo", size=(120, 40)) as terminal:
        terminal.wait_for("newest first", "user_8813")
        for text, told in FOUND.items():
            terminal.press("i")
            terminal.wait_for("Look up", "esc close")
            paste(terminal, text)
            terminal.press("enter")
            terminal.wait_for("All customers ›", re.escape(told), "esc back")
            terminal.press("escape")
            terminal.wait_for("newest first", "look up")
        terminal.press("q")
        assert terminal.exit_code() == 0


@pytest.mark.parametrize(
    ("pasted", "told"),
    [
        ("https://dashboard.stripe.com/customers/cus_Na6dX7aXxi11N4", ("Stripe ID", "L in the list fetches everybody")),
        ("acme.example/no-such-link", ("L in the list fetches everybody",)),
        ("user_8813\nnobody-4711\norg/42\n", ("3 lines", "2 found", "1 missing")),
    ],
)
def test_what_is_not_one_customer_is_told(tmp_path: Path, pasted: str, told: tuple[str, ...]) -> None:
    with Terminal(environment(tmp_path), "--demo") as terminal:
        terminal.wait_for("newest first", "user_8813")
        terminal.press("i")
        terminal.wait_for("Look up")
        paste(terminal, pasted)
        terminal.wait_for(*told)
