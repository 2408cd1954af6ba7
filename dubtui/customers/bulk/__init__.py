"""Many customers changed at once: a plan, the file that it may come from, the run, and the report of it."""

from __future__ import annotations

from dubtui.customers.bulk.matching import Matching
from dubtui.customers.bulk.outcome import LACKING, Outcome, Result
from dubtui.customers.bulk.plan import (
    BulkPlan,
    Deletion,
    Estimate,
    Row,
    Skip,
    delete_all,
    estimate,
    estimated,
    set_on_all,
    taken_back,
)
from dubtui.customers.bulk.run import Run
from dubtui.customers.bulk.sheet import BadFile, Sheet, read

__all__ = [
    "LACKING",
    "BadFile",
    "BulkPlan",
    "Deletion",
    "Estimate",
    "Matching",
    "Outcome",
    "Result",
    "Row",
    "Run",
    "Sheet",
    "Skip",
    "delete_all",
    "estimate",
    "estimated",
    "read",
    "set_on_all",
    "taken_back",
]
