"""The bad-news switch: nothing more to the patient's side, the team knows, duties go on."""

import uuid
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext

from carttrack.accounts.models import User
from carttrack.audit import services as audit
from journeys.patients.models import Patient
from journeys.patients.services import record_death, record_withdrawal, take_back_day
from journeys.planning.domain.bad_news import HUSH_REASONS, PAGES, BadNewsKind, QuietPage
from journeys.planning.domain.interruptions import Item
from journeys.planning.domain.states import JourneyStatus
from journeys.planning.models import BadNews, Journey
from journeys.planning.services.checks import check_within
from journeys.planning.services.interruptions import tell_team
from journeys.planning.services.refusals import (
    NewsKnown,
    NoBadNews,
    PageOfOtherNews,
    ReasonMissing,
)
from journeys.planning.services.reminders import sync
from journeys.planning.workspace import load, stored_lines
from notifications import services as notifications
from notifications.models import Recipient, Thread

ITEMS = {
    BadNewsKind.DEATH: Item.DEATH,
    BadNewsKind.PROGRESSION: Item.PROGRESSION,
    BadNewsKind.WITHDRAWAL: Item.WITHDRAWAL,
}
DAYS = {BadNewsKind.DEATH: "died_on", BadNewsKind.WITHDRAWAL: "withdrew_on"}


@transaction.atomic
def break_bad_news(
    *,
    journey_uid: uuid.UUID,
    kind: BadNewsKind,
    page: QuietPage,
    on: date,
    note: str,
    by: User,
    today: date,
    now: datetime,
) -> BadNews:
    """Stop every message to the patient's side at this moment, and tell the team.

    What a worker has claimed is stopped too. The plan stays as it is: what people at work have to
    do, reports to registries among it, goes on until somebody ends the journey. The patient's pages
    say `page` and nothing else. News that comes after other news takes its place.

    Units:
        on, today: local calendar dates at the centre.

    Raises:
        Journey.DoesNotExist: no such journey.
        NewsKnown: the same is recorded already.
        DateInFuture, BeforeTheJourney: `on` is not between the referral and `today`.
        PageOfOtherNews: the text is not meant for this news.
    """
    journey = _locked(journey_uid)
    check_within(journey, gettext("What has happened"), on, today=today)
    if page not in PAGES[kind]:
        raise PageOfOtherNews
    _replace(journey, kind, by=by, now=now)
    withdrawn = _hush(journey.patient, kind, now=now)
    if kind == BadNewsKind.DEATH:
        record_death(patient=journey.patient, died_on=on, by=by, today=today, now=now)
    if kind == BadNewsKind.WITHDRAWAL:
        record_withdrawal(patient=journey.patient, withdrew_on=on, by=by, today=today, now=now)
    news = BadNews.objects.create(
        journey=journey, kind=kind, page=page, on=on, note=note.strip(), told_by=by, told_at=now
    )
    audit.record(
        actor=by,
        action="journey.bad_news",
        patient_uid=journey.patient.uid,
        subject=journey,
        centre=journey.centre,
        after={"kind": kind, "on": on.isoformat(), "page": page, "withdrawn": withdrawn},
        note=note.strip(),
        now=now,
    )
    tell_team(journey=journey, item=ITEMS[kind], about=news.pk, by=by, now=now)
    if kind == BadNewsKind.DEATH:
        tell_team(journey=journey, item=Item.REGISTRY, about=news.pk, by=by, now=now)
    return news


@transaction.atomic
def lift_bad_news(
    *, journey_uid: uuid.UUID, reason: str, by: User, today: date, now: datetime
) -> BadNews:
    """Take back news that was a mistake: the plan's messages are wanted again, the page is theirs.

    What came due meanwhile is not sent late. A journey that was ended stays ended.

    Raises:
        Journey.DoesNotExist: no such journey.
        NoBadNews: there is none to take back.
        ReasonMissing: nobody said why it was a mistake.
    """
    journey = _locked(journey_uid)
    news = BadNews.objects.live().filter(journey=journey).first()
    if news is None:
        raise NoBadNews
    if not reason.strip():
        raise ReasonMissing
    _lift(news, reason=reason.strip(), by=by, now=now)
    field = DAYS.get(BadNewsKind(news.kind))
    if field:
        take_back_day(patient=journey.patient, field=field, by=by, reason=reason.strip(), now=now)
    for uid in _threads(journey.patient):
        notifications.unhush_thread(thread_uid=uid)
    if journey.status == JourneyStatus.ACTIVE:
        space = load(journey.uid, for_update=True)
        sync(space, stored_lines(space), now=now, today=today)
    audit.record(
        actor=by,
        action="journey.bad_news_lifted",
        patient_uid=journey.patient.uid,
        subject=journey,
        centre=journey.centre,
        before={"kind": news.kind, "on": news.on.isoformat()},
        note=reason.strip(),
        now=now,
    )
    tell_team(journey=journey, item=Item.MISTAKEN, about=news.pk, by=by, now=now)
    return news


def _locked(journey_uid: uuid.UUID) -> Journey:
    journeys = Journey.objects.select_for_update(of=("self",)).select_related(
        "patient", "centre", "coordinator", "clinician"
    )
    return journeys.get(uid=journey_uid)


def _replace(journey: Journey, kind: BadNewsKind, *, by: User, now: datetime) -> None:
    """Let other news that was live make room."""
    earlier = BadNews.objects.live().filter(journey=journey).first()
    if earlier is None:
        return
    if earlier.kind == kind:
        raise NewsKnown
    _lift(earlier, reason=gettext("Other news followed."), by=by, now=now)
    for uid in _threads(journey.patient):
        notifications.unhush_thread(thread_uid=uid)


def _lift(news: BadNews, *, reason: str, by: User, now: datetime) -> None:
    news.lifted_by, news.lifted_at, news.lift_reason = by, now, reason
    news.save(update_fields=["lifted_by", "lifted_at", "lift_reason"])


def _hush(patient: Patient, kind: BadNewsKind, *, now: datetime) -> int:
    """Hush everything that is written about the patient and return how many messages that stops."""
    own = Q(uid=patient.uid) | Q(user=patient.user_id, user__isnull=False)
    about = Recipient.objects.filter(own).order_by("-user_id").first()
    return sum(
        notifications.hush_thread(thread_uid=uid, about=about, reason=HUSH_REASONS[kind], now=now)
        for uid in _threads(patient)
    )


def _threads(patient: Patient) -> list[uuid.UUID]:
    """Return the threads of the patient's journeys, in the order in which they are locked."""
    journeys = Journey.objects.filter(patient=patient).values("uid")
    return list(
        Thread.objects.filter(uid__in=journeys).order_by("pk").values_list("uid", flat=True)
    )
