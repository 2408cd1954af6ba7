"""What is typed into the filter, read to the tree that the store asks by."""

from __future__ import annotations

from dubtui.store.filtering import EVERYTHING, All, Node, Words


def parse(text: str) -> Node:
    """Words that must all be there, in any field."""
    words = text.split()
    return All(tuple(Words(word) for word in words)) if words else EVERYTHING
