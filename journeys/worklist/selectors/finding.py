"""Which patients stand on a page of the list: search, filters, order and neighbours."""

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import (
    BigIntegerField,
    DateField,
    Exists,
    Field,
    OuterRef,
    Q,
    QuerySet,
    TextField,
)

from carttrack.accounts.models import Reader, User, reader_key
from carttrack.prepared import READER, Asked, Param, Rows, prepared
from journeys.patients.models import Patient, day_in_order, has_digits, words_sought
from journeys.planning.models import Journey
from journeys.worklist.selectors.owners import EVERYBODY, Owner

PAGE_SIZE = 25
NO_JOURNEY = "none"
# What a list shows of a patient; what it does not show it does not read.
SHOWN = (
    "id",
    "uid",
    "given_name",
    "family_name",
    "birth_on",
    "identifier",
    "language",
    "died_on",
    "withdrew_on",
)
DAYS = {"next": "next_on", "started": "started_on"}
SORTS = {"name": ("family_name", "given_name"), "next": ("day",), "started": ("day",)}
DEFAULT_SORT = "name"
KINDS: dict[str, "Field[Any, Any]"] = {
    "words": TextField(),
    "status": TextField(),
    "stage": TextField(),
    "protocol": TextField(),
    "owner": BigIntegerField(),
    "family_name": TextField(),
    "given_name": TextField(),
    "day": DateField(),
    "pk": BigIntegerField(),
}
Values = Mapping[str, Any]  # what is asked for, or the places in a prepared query for it


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What the address of the list asks for; empty means everything."""

    text: str = ""
    status: str = ""
    stage: str = ""
    protocol: str = ""
    owner: Owner = EVERYBODY
    sort: str = DEFAULT_SORT
    after: str = ""
    before: str = ""

    @property
    def is_narrowed(self) -> bool:
        """Tell whether anything but everybody is asked for."""
        return bool(self.text) or self.asks_for_a_journey

    @property
    def asks_for_a_journey(self) -> bool:
        """Tell whether a journey has to fit, and not only the patient."""
        return bool(self.status or self.stage or self.protocol or self.owner.user)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Patients in the order of the list, and whether there are others before and after them."""

    patients: list[Patient]
    has_previous: bool
    has_next: bool

    @property
    def count(self) -> str:
        """Return how many there are when the page shows them all, otherwise "25+"."""
        is_all = not (self.has_previous or self.has_next)
        return str(len(self.patients)) if is_all else f"{PAGE_SIZE}+"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What a page asks, without the values: a query is prepared for each kind of question.

    `is_turned` when the reader reads the order backwards, `is_down` when the database does.
    """

    asks: frozenset[str]
    wants_none: bool
    column: str
    is_turned: bool
    is_down: bool
    limit: int
    is_beyond: bool = False

    @property
    def order(self) -> tuple[str, ...]:
        """Return the columns that the list is ordered by."""
        return (*SORTS[self.column], "pk")


def asked_for_page(user: User, filters: Filters) -> Asked | None:
    """Return the question for a page of the patients that the person may see.

    None for a page that other things have to be known for first, or that finds nobody.
    """
    asked = _asked_for(filters)
    if _begins_at(filters) or (filters.text and "words" not in asked) or has_digits(filters.text):
        return None
    return _asked(user, _question(filters, asked), asked)


def page_of(user: User, filters: Filters, *, found: Rows | None = None) -> Page:
    """Return a page of the patients that the person may see.

    `found` is the answer of `asked_for_page`, where it could be asked before.
    """
    asked = _asked_for(filters)
    if filters.text and "words" not in asked:
        return Page(patients=[], has_previous=False, has_next=False)
    question = _question(filters, asked)
    edge = _edge(user, filters, question, asked)
    if edge is not None:
        question = replace(question, is_beyond=True)
        asked |= {name: getattr(edge, name) for name in question.order}
    if found is None:
        found = _read(user, filters.text, question, asked)
    patients = [Patient.from_db("default", SHOWN, row) for row in found]
    is_cut, is_back = len(patients) > PAGE_SIZE, bool(filters.before)
    patients = patients[:PAGE_SIZE]
    if is_back:
        patients.reverse()
    has_previous = is_cut if is_back else edge is not None
    has_next = is_cut or (is_back and edge is not None)
    return Page(
        patients=patients,
        has_previous=has_previous and bool(patients),
        has_next=has_next and bool(patients),
    )


def _asked_for(filters: Filters) -> dict[str, Any]:
    """Return by name what the filters ask for; to have no journey is no value of one."""
    values = {
        "words": words_sought(filters.text),
        "status": "" if filters.status == NO_JOURNEY else filters.status,
        "stage": filters.stage,
        "protocol": filters.protocol,
        "owner": filters.owner.user.pk if filters.owner.user else None,
    }
    return {name: value for name, value in values.items() if value}


def _question(filters: Filters, asked: Values) -> Question:
    column = filters.sort.removeprefix("-")
    is_turned = filters.sort.startswith("-")
    return Question(
        asks=frozenset(asked),
        wants_none=filters.status == NO_JOURNEY,
        column=column if column in SORTS else DEFAULT_SORT,
        is_turned=is_turned,
        is_down=is_turned is not bool(filters.before),
        limit=PAGE_SIZE + 1,
    )


def _read(user: User, text: str, question: Question, asked: Values) -> Rows:
    """Read a page; one row more than it shows tells whether there are others.

    An identifier is sought by its beginning, which an index finds only by the value itself: such a
    search is composed each time.
    """
    if has_digits(text):
        return list(_page(user, question, asked, text=text))
    return _asked(user, question, asked).rows()


def _asked(user: User, question: Question, asked: Values) -> Asked:
    return _prepared_page(question).asked(reader=reader_key(user), **asked)


@prepared
def _prepared_page(question: Question) -> "QuerySet[Patient, Any]":
    names = {*question.asks, *(question.order if question.is_beyond else ())}
    return _page(READER, question, {name: Param(name, KINDS[name]) for name in names})


def _page(
    reader: Reader, question: Question, asked: Values, *, text: str = ""
) -> "QuerySet[Patient, Any]":
    order = question.order
    found = _found(reader, question, asked, text=text)
    if question.is_beyond:
        found = found.filter(_beyond(asked, order, "lt" if question.is_down else "gt"))
    ordered = found.order_by(*(f"-{name}" if question.is_down else name for name in order))
    return ordered.values_list(*SHOWN)[: question.limit]


def _edge(user: User, filters: Filters, question: Question, asked: Values) -> Patient | None:
    """Return the patient at whom the neighbouring page ended, if the person may see them."""
    uid = _begins_at(filters)
    if uid is None:
        return None
    return _found(user, question, asked, text=filters.text).filter(uid=uid).first()


def _begins_at(filters: Filters) -> uuid.UUID | None:
    """Return at whom the address says that the neighbouring page ended."""
    try:
        return uuid.UUID(filters.before or filters.after)
    except ValueError:
        return None


def _found(
    reader: Reader, question: Question, asked: Values, *, text: str = ""
) -> QuerySet[Patient]:
    patients = Patient.objects.visible_to(reader, in_order=True)
    if has_digits(text):
        patients = patients.search(text)
    elif "words" in asked:
        patients = patients.named(asked["words"])
    if question.wants_none:
        patients = patients.exclude(Exists(Journey.objects.filter(patient=OuterRef("pk"))))
    elif question.asks - {"words"}:
        patients = patients.filter(Exists(_journeys(asked).filter(patient=OuterRef("pk"))))
    if question.column in DAYS:
        day = day_in_order(DAYS[question.column], is_turned=question.is_turned)
        patients = patients.annotate(day=day)
    return patients


def _beyond(edge: Values, order: Collection[str], way: str) -> Q:
    """Return the condition to stand beyond a row; its first part lets an index begin there."""
    beyond, alike = Q(), Q()
    for name in order:
        beyond |= alike & Q(**{f"{name}__{way}": edge[name]})
        alike &= Q(**{name: edge[name]})
    first, *_rest = order
    return Q(**{f"{first}__{way}e": edge[first]}) & beyond


def _journeys(asked: Values) -> QuerySet[Journey]:
    journeys = Journey.objects.all()
    if "owner" in asked:
        owner = asked["owner"]
        journeys = journeys.filter(Q(coordinator=owner) | Q(clinician=owner))
    if "status" in asked:
        journeys = journeys.filter(status=asked["status"])
    if "protocol" in asked:
        journeys = journeys.filter(protocol_version__protocol__code=asked["protocol"])
    if "stage" in asked:
        journeys = journeys.active().filter(standing=asked["stage"])
    return journeys
