"""Misbehaviour to order: which request it meets, and what happens to it.

A fault is written `KIND` or `KIND:option=value,option=value`, for example `503-html:every=3,method=GET`,
`lost-after:method=PATCH,times=1` or `slow:path=/events,seconds=5`.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from dubtui.demo.answers import Answer, Refusal, html_answer, refused
from dubtui.demo.rate import Standing

KINDS = {
    "429": "too many requests, free again after SECONDS",
    "500": "an error inside Dub, in its envelope",
    **{f"{status}-html": f"{status} with a page in place of JSON" for status in (500, 502, 503)},
    **{f"{status}-empty": f"{status} without a body" for status in (500, 502, 503)},
    "redirect": "302 to another host",
    "garbled": "200 with something that is not JSON",
    "slow": "the right answer, SECONDS late",
    "cut": "half of the right answer, then the connection is lost",
    "lost-before": "the connection is lost before anything is done",
    "lost-after": "it is done, then the connection is lost",
}
OPTIONS = ("method", "path", "every", "times", "seconds")
INTERNAL_ERROR = "An internal server error occurred. Please contact our support if the problem persists."
ELSEWHERE = "https://elsewhere.example"


@dataclass(frozen=True, slots=True)
class Fault:
    """One kind of misbehaviour and the requests that it is for: every n-th that matches, at most so many times."""

    kind: str
    method: str | None = None
    path: str = "/"
    every: int = 1
    times: int | None = None
    seconds: float = 2.0

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"no fault is called {self.kind!r}; there are {', '.join(KINDS)}")
        if self.every < 1 or self.seconds < 0 or (self.times is not None and self.times < 1):
            raise ValueError("every and times count from 1, and seconds from 0")

    @classmethod
    def parse(cls, text: str) -> "Fault":
        """The fault that the text describes; a ValueError says what is wrong with it."""
        kind, _, rest = text.partition(":")
        options = dict(_option(option) for option in rest.split(",") if option)
        return cls(
            kind=kind,
            method=options.get("method"),
            path=options.get("path", "/"),
            every=_whole(options.get("every", "1")),
            times=_whole(options["times"]) if "times" in options else None,
            seconds=_seconds(options.get("seconds", "2")),
        )

    def meets(self, method: str, path: str) -> bool:
        """Whether it is for such requests; a path means all that begin with it."""
        return self.method in (None, method) and path.startswith(self.path)

    def answer(self, path: str, now_ms: int) -> Answer | None:
        """What is answered in place of the right answer; None where that one is still wanted."""
        if self.kind == "429":
            standing = Standing(allowed=False, limit=1200, remaining=0, reset_ms=now_ms + round(self.seconds * 1000))
            return refused(Refusal("rate_limit_exceeded", "Too many requests."), standing.headers())
        if self.kind == "500":
            return refused(Refusal("internal_server_error", INTERNAL_ERROR), {})
        if self.kind == "redirect":
            return Answer(302, headers={"location": ELSEWHERE + path})
        if self.kind == "garbled":
            return Answer(200, b'{"id": "cus_1', {"content-type": "application/json"})
        status, _, body = self.kind.partition("-")
        if body == "html":
            return html_answer(int(status), "Something went wrong")
        return Answer(int(status)) if body == "empty" else None


class Faults:
    """The faults that were ordered, and how often each has been met."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self._faults = tuple(faults)
        self._met = [0] * len(self._faults)

    def due(self, method: str, path: str) -> Fault | None:
        """The fault that this request runs into; each counts the requests that it is for."""
        due = None
        for place, fault in enumerate(self._faults):
            if not fault.meets(method, path):
                continue
            self._met[place] += 1
            rounds, rest = divmod(self._met[place], fault.every)
            if due is None and not rest and (fault.times is None or rounds <= fault.times):
                due = fault
        return due


def _option(text: str) -> tuple[str, str]:
    name, _, value = text.partition("=")
    if name not in OPTIONS or not value:
        raise ValueError(f"{text!r} is no option of a fault; there are {', '.join(f'{name}=…' for name in OPTIONS)}")
    return name, value


def _whole(text: str) -> int:
    if not text.isdecimal():
        raise ValueError(f"{text!r} is no whole number")
    return int(text)


def _seconds(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise ValueError(f"{text!r} is no number of seconds") from None
