"""An answer as it came, before anybody knows what it means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

LONGEST_MESSAGE = 300


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the status, the headers by lower-case name, the whole body, the unix time of its coming."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    at: float = 0.0

    @property
    def is_success(self) -> bool:
        """Whether Dub did what it was asked."""
        return 200 <= self.status < 300

    @property
    def kind(self) -> str:
        """The content type without its parameters; empty where there is none."""
        return self.headers.get("content-type", "").split(";")[0].strip().lower()

    @property
    def is_json(self) -> bool:
        """Whether the body says that it is JSON."""
        return self.kind == "application/json" or self.kind.endswith("+json")

    @property
    def summary(self) -> str:
        """What came, in a sentence, for an answer that is not Dub's."""
        if 300 <= self.status < 400:
            return f"Status {self.status} sends us to {self._host or 'another path'}; the key does not follow."
        if not self.body:
            return f"Status {self.status} came with an empty body."
        if self.is_json:
            return f"Status {self.status} came with JSON of another shape than Dub's."
        return f"Status {self.status} came with {one_line(self.kind) or 'no content type'} in place of Dub's JSON."

    @property
    def _host(self) -> str:
        try:
            return one_line(urlsplit(self.headers.get("location", "")).hostname or "")
        except ValueError:
            return ""


def one_line(text: str) -> str:
    """Text of strangers without its line breaks, cut where it would never end."""
    words = " ".join(text[: 4 * LONGEST_MESSAGE].split())
    return words if len(words) <= LONGEST_MESSAGE else words[: LONGEST_MESSAGE - 1] + "…"
