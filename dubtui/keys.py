"""Every key of the app, as app, screens and widgets declare it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from textual.binding import Binding
from textual.dom import DOMNode

from dubtui.app import KEY_NAMES, DubApp
from dubtui.screens.ask import Ask
from dubtui.screens.base import Framed
from dubtui.screens.bulk import BulkRun
from dubtui.screens.choose import Choose
from dubtui.screens.choose_columns import ChooseColumns
from dubtui.screens.conflict import ConflictChoice
from dubtui.screens.customer_create import CustomerCreate
from dubtui.screens.customer_detail import CustomerDetail
from dubtui.screens.customer_edit import CustomerEdit
from dubtui.screens.customer_list import CustomerList
from dubtui.screens.deleting import Deleting
from dubtui.screens.export import ExportDialog
from dubtui.screens.form import CustomerForm
from dubtui.screens.groups import Groups
from dubtui.screens.journal import Journal
from dubtui.screens.lookup import Lookup
from dubtui.screens.lookup_batch import LookupBatch
from dubtui.screens.modal import Modal
from dubtui.screens.review import Review
from dubtui.screens.sign_in import SignIn
from dubtui.screens.sort_by import SortBy
from dubtui.screens.views import Views
from dubtui.widgets.filter_bar import FilterBar
from dubtui.widgets.line_table import LineTable
from dubtui.widgets.picker import Picker

PLACES: tuple[tuple[str, tuple[type[DOMNode], ...]], ...] = (
    ("everywhere", (DubApp, Framed)),
    ("list", (CustomerList, LineTable)),
    ("filter", (FilterBar,)),
    ("customer", (CustomerDetail,)),
    ("form", (CustomerEdit,)),
    ("new", (CustomerCreate, CustomerForm)),
    ("review", (Review,)),
    ("conflict", (ConflictChoice,)),
    ("lookup", (Lookup,)),
    ("several", (LookupBatch,)),
    ("export", (ExportDialog, Picker)),
    ("changes", (Journal,)),
    ("delete", (Deleting,)),
    ("bulk", (BulkRun,)),
    ("text", (Ask,)),
    ("groups", (Groups,)),
    ("columns", (ChooseColumns,)),
    ("sort", (SortBy,)),
    ("views", (Views,)),
    ("choice", (Choose,)),
    ("dialog", (Modal,)),
    ("sign-in", (SignIn,)),
)


@dataclass(frozen=True, slots=True)
class KeyRow:
    """What some keys do at a place; `action` is the stable name, empty for plain movement."""

    place: str
    keys: str
    action: str
    words: str


def key_rows() -> Iterator[KeyRow]:
    """All of them, by place, in the order of their declaration."""
    for place, declared_by in PLACES:
        for node in declared_by:
            for binding in declared(node):
                yield KeyRow(place, shown(binding.key), binding.id or "", binding.tooltip or binding.description)


def declared(node: type[DOMNode]) -> Iterator[Binding]:
    """The bindings of a class alone, each with all its keys."""
    return (binding for binding in vars(node).get("BINDINGS", ()) if isinstance(binding, Binding))


def shown(keys: str) -> str:
    """Keys as they stand on a keyboard: `slash,ctrl+l` is `/ ctrl+l`."""
    return " ".join(KEY_NAMES.get(key.strip(), key.strip()) for key in keys.split(","))
