"""What stands in place of a patient's pages, and what bad news is known of a journey."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.functional import Promise

from carttrack.accounts.models import User, reader_key
from carttrack.prepared import READER, Asked, Rows, prepared
from journeys.planning.domain.bad_news import BadNewsKind, QuietPage, QuietText, quiet_text
from journeys.planning.models import BadNews, Journey
from journeys.planning.selectors.opening import JOURNEY_PK
from journeys.planning.state_labels import BAD_NEWS_LABELS, QUIET_PAGE_LABELS


def asked_for_quiet_page(user: User) -> Asked:
    """Return the question whether something stands in place of a patient's own pages."""
    return _pages().asked(reader=reader_key(user))


def quiet_text_from(rows: Rows, *, language: str) -> QuietText | None:
    """Return what stands in place of the patient's pages, in a language; None when they open.

    A journey that began after the news has pages of its own.
    """
    if not rows or rows[0][1] is None:
        return None
    return quiet_text(QuietPage(rows[0][1]), language=language)


@dataclass(frozen=True, slots=True)
class News:
    """What was recorded of a journey and not taken back, its fields in the order of the query."""

    kind: str
    page: str
    on: date
    note: str
    told_at: datetime
    told_by: str

    @property
    def word(self) -> "str | Promise":
        """Return what has happened, in words."""
        return BAD_NEWS_LABELS[BadNewsKind(self.kind)]

    @property
    def page_word(self) -> "str | Promise":
        """Return what the patient's pages say, by its name."""
        return QUIET_PAGE_LABELS[QuietPage(self.page)]


def asked_for_news(journey_uid: uuid.UUID) -> Asked:
    """Return the question what bad news is known of a journey, to be asked with others."""
    return _news().asked(journey=journey_uid)


def news_from(rows: Rows) -> News | None:
    """Return the news that the answer holds."""
    return News(*rows[0]) if rows else None


def live_news(journey: Journey) -> News | None:
    """Return what bad news is known of a journey."""
    return news_from(_news().rows(journey=journey.uid))


@prepared
def _news() -> "QuerySet[BadNews, Any]":
    columns = ("kind", "page", "on", "note", "told_at", "told_by__name")
    return BadNews.objects.live().filter(journey=JOURNEY_PK).values_list(*columns)


@prepared
def _pages() -> "QuerySet[Journey, Any]":
    news = BadNews.objects.live().filter(journey=OuterRef("pk"))
    latest = Journey.objects.filter(patient__user=READER).order_by("-started_on", "-pk")
    return latest.annotate(page=Subquery(news.values("page")[:1])).values_list("pk", "page")[:1]
