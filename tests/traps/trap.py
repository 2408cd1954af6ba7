"""A trap's scenario, played twice: dubtui goes around, and the naive client falls in, so that the scenario bites."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any, Concatenate, ParamSpec

import pytest

from tests.api.fast_time import in_no_time
from tests.traps.behaviour import Behaviour
from tests.traps.careful import Careful
from tests.traps.naive import Naive

P = ParamSpec("P")
Scenario = Callable[Concatenate[type[Behaviour], P], Coroutine[Any, Any, None]]
HALVES = ["dubtui", "naive"]


def trap(
    falls: str,
    *,
    by: type[BaseException] | tuple[type[BaseException], ...] = AssertionError,
    naive: type[Behaviour] = Naive,
) -> Callable[[Scenario[P]], Callable[..., None]]:
    """Make two tests of a scenario; `falls` is what the naive client's failure says, as a regular expression."""

    def twice(scenario: Scenario[P]) -> Callable[..., None]:
        play = in_no_time(scenario)

        @pytest.mark.parametrize("who", [Careful, naive], ids=HALVES)
        @functools.wraps(scenario)
        def test(who: type[Behaviour], *args: P.args, **kwargs: P.kwargs) -> None:
            if who is Careful:
                play(who, *args, **kwargs)
                return
            with pytest.raises(by, match=falls):
                play(who, *args, **kwargs)

        return test

    return twice


@asynccontextmanager
async def within(seconds: float, words: str) -> AsyncIterator[None]:
    """Fails with the words where something takes longer."""
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError:
        raise AssertionError(words) from None
