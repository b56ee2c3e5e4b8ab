"""Whom messages to people at work are about: named to those who may see the patient."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import F, Func, OuterRef, QuerySet, Subquery, UUIDField, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce, JSONObject

from carttrack.accounts.models import User, reader_key
from carttrack.prepared import READER, Asked, Param, Rows, prepared
from journeys.planning.models import Journey
from notifications.models import Reminder
from notifications.selectors import Alert, ThreadAndLink, alerts_from
from notifications.selectors.alerts import SHOWN

JOURNEYS = Param("journeys", UUIDField(), is_many=True)
# What lies at somebody's own desk says by its link which journey it is about.
OF_JOURNEY = r"^/journeys/([0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})/"


@dataclass(frozen=True, slots=True)
class Subject:
    """The journey that a thread is about, and its patient."""

    journey_uid: UUID
    uid: UUID  # the patient's, for the read log
    given_name: str
    family_name: str

    @property
    def name(self) -> str:
        """Return the patient's name as it is spoken."""
        return f"{self.given_name} {self.family_name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertLine:
    """What somebody has to acknowledge, and about whom; None where it is about no patient."""

    alert: Alert
    subject: Subject | None


def asked_for_alert_subjects(user: User) -> Asked:
    """Return the question whom a person's alerts are about."""
    return _of_alerts().asked(reader=reader_key(user))


def alert_lines(alerts: Rows, subjects: Rows) -> tuple[AlertLine, ...]:
    """Return a person's alerts with their subjects, from the answers to both questions."""
    about = {alert: _subject(**found) for alert, found in subjects if found}
    return tuple(
        AlertLine(alert=alert, subject=about.get(alert.uid)) for alert in alerts_from(alerts)
    )


def subjects_from(found: Rows) -> dict[UUID, Subject]:
    """Return subjects by the uid of their thread, which is the journey's."""
    return {row[0]: Subject(*row) for row in found}


def subjects_of(user: User, messages: Collection[ThreadAndLink]) -> dict[ThreadAndLink, Subject]:
    """Return whom messages are about, of those whom a person may see."""
    about = {message: _journey_of(message) for message in messages}
    found = _of_journeys().rows(reader=reader_key(user), journeys=list(set(about.values())))
    subjects = subjects_from(found)
    return {message: subjects[journey] for message, journey in about.items() if journey in subjects}


def _journey_of(message: ThreadAndLink) -> UUID:
    """Return the journey that a message leads to, or that of its thread."""
    thread, link = message
    leads_to = re.match(OF_JOURNEY, link)
    return UUID(leads_to[1]) if leads_to else thread


def _subject(*, journey: str, patient: str, given: str, family: str) -> Subject:
    return Subject(UUID(journey), UUID(patient), given, family)


@prepared
def _of_alerts() -> "QuerySet[Reminder, Any]":
    """Ask for the subject of each alert; as a part of it, for mostly there is none."""
    leads_to = Func(KT("context__link"), Value(OF_JOURNEY), function="substring")
    about = Coalesce(Cast(leads_to, UUIDField()), F("thread__uid"))
    subject = JSONObject(
        journey="uid",
        patient="patient__uid",
        given="patient__given_name",
        family="patient__family_name",
    )
    journeys = Journey.objects.visible_to(READER, in_order=True).filter(uid=OuterRef("about"))
    return (
        Reminder.objects.to_acknowledge()
        .filter(recipient__user=READER)
        .annotate(about=about)
        .annotate(subject=Subquery(journeys.annotate(found=subject).values("found")))
        .order_by("sent_at", "pk")
        .values_list("uid", "subject")[:SHOWN]
    )


@prepared
def _of_journeys() -> "QuerySet[Journey, Any]":
    return named(JOURNEYS)


def named(journeys: Any) -> "QuerySet[Journey, Any]":
    """Ask whom journeys are about, by their uids, of those whom the reader may see."""
    return (
        Journey.objects.visible_to(READER, in_order=True)
        .filter(uid__in=journeys)
        .values_list("uid", "patient__uid", "patient__given_name", "patient__family_name")
    )
