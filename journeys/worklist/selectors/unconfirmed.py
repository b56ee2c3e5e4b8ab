"""Booked times that nobody confirmed in time, or for which another one was asked."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import DateField, DateTimeField, Exists, OuterRef, QuerySet, Value
from django.db.models.fields import CharField
from django.utils.translation import gettext as _

from carttrack.prepared import CENTRE, TODAY, Asked, Param, Rows, prepared
from carttrack.ui import dates
from journeys.planning.models import Activity
from journeys.planning.selectors.answers import last_answer, live, was_asked
from journeys.worklist.selectors.lines import OWNER, ActivityLine, as_lines
from journeys.worklist.selectors.scope import Scope, activities
from notifications.domain.answers import Said, WhyNot
from notifications.labels import WHY_NOT
from notifications.models import Answer

NOW = Param("now", DateTimeField())
UNTIL = Param("until", DateTimeField())
UNTIL_ON = Param("until_on", DateField())


@dataclass(frozen=True, slots=True)
class Unconfirmed:
    """One booked time; `reason` and `words` are those of who asked for another."""

    line: ActivityLine
    appointment_uid: uuid.UUID
    reason: str
    words: str

    def sentence(self, *, today: date, zone: ZoneInfo) -> str:
        """Say what is to be settled, and until when."""
        starts_at = self.line.planned_at.astimezone(zone) if self.line.planned_at else None
        named = {
            "title": self.line.title,
            "when": dates.staff_day(starts_at.date(), today=today) if starts_at else "",
            "at": dates.clock(starts_at) if starts_at else "",
        }
        if not self.reason:
            return _("%(title)s on %(when)s at %(at)s: asked about and not confirmed") % named
        said = {**named, "reason": WHY_NOT[WhyNot(self.reason)]}
        asks = _("%(title)s on %(when)s at %(at)s: asks for another time (%(reason)s)") % said
        return (
            _("%(asks)s: “%(words)s”") % {"asks": asks, "words": self.words} if self.words else asks
        )


def asked_for_unconfirmed(scope: Scope, *, now: datetime) -> Asked:
    """Return the question which booked times a person has to settle.

    `settings.CONFIRM_HOURS` before its time one that was asked about has to be confirmed.
    """
    until = now + timedelta(hours=settings.CONFIRM_HOURS)
    zone = ZoneInfo(scope.centre.time_zone)
    query = _unsettled(only_own=scope.only_own, number=scope.counted + 1)
    return query.asked(now=now, until=until, until_on=until.astimezone(zone).date(), **scope.values)


def unconfirmed_from(rows: Rows) -> Iterator[Unconfirmed]:
    """Return the booked times from the answer, the soonest first."""
    for row in rows:
        *line, appointment, reason, words = row
        yield Unconfirmed(ActivityLine(*line), appointment, reason or "", words or "")


@prepared
def _unsettled(*, only_own: bool, number: int) -> "QuerySet[Activity, Any]":
    """Ask for both sorts at once; each reads the few rows that are ahead, by an index."""
    ahead = live(activities(only_own=only_own)).filter(planned_at__gt=NOW)
    soon = ahead.filter(
        was_asked(),
        ~Exists(Answer.objects.filter(about=OuterRef("appointment"))),
        chosen_on__gte=TODAY,
        chosen_on__lte=UNTIL_ON,
        planned_at__lte=UNTIL,
    ).annotate(reason=Value("", CharField()), words=Value("", CharField()))
    wishes = ahead.filter(Exists(_wishes().filter(about=OuterRef("appointment")))).annotate(
        reason=last_answer("reason"), words=last_answer("words")
    )
    columns = (OWNER, "appointment", "reason", "words")
    first = soon.order_by("chosen_on", "planned_at", "pk")[:number]  # as an index has them
    both = as_lines(first, *columns).union(as_lines(wishes, *columns), all=True)
    return both.order_by("planned_at", "pk")[:number]


def _wishes() -> QuerySet[Answer]:
    """Return the last answers about what is ahead at the centre that ask for another time."""
    later = Answer.objects.filter(about=OuterRef("about"), pk__gt=OuterRef("pk"))
    return Answer.objects.filter(
        ~Exists(later), centre=CENTRE, said=Said.OTHER_TIME.value, starts_at__gt=NOW
    )
