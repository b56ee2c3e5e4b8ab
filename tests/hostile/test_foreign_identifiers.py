"""Somebody else's identifiers, in the path or in a form: nothing is found and nothing changes."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from carttrack.accounts.domain import Role
from journeys.followup.models import Visit
from journeys.patients.models import Patient
from journeys.planning.domain.states import CycleReason
from journeys.planning.models import Appointment, Journey, Protocol, ProtocolVersion
from journeys.planning.services import migrate_journey, start_cycle, start_journey
from journeys.planning.services.refusals import OtherProtocol, ProtocolElsewhere
from journeys.worklist.models import SavedFilter
from notifications.models import Address, Recipient, Reminder
from tests.access.routes import ROUTES
from tests.access.world import World, build_world
from tests.authoring.factories import draft_of
from tests.capacity.factories import closure_of, slot_of, unit_of
from tests.factories import (
    CentreFactory,
    activity_of,
    centre_day,
    centre_now,
    patient_at,
    published,
    staff,
)
from tests.hostile.requests import Visitor, fingerprint, somebody, undone

OBJECTS = [
    name
    for name, route in ROUTES.items()
    if route.kwargs.__code__.co_name.startswith("_") and (route.reads or route.writes)
]


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker) -> Iterator[World]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield build_world()
        transaction.set_rollback(True)


@pytest.fixture
def foreign(world, db) -> dict[str, UUID]:
    """One object of each sort that belongs to the other centre."""
    patient = Patient.objects.get(user=world.people["other patient"])
    journey = Journey.objects.get(patient=patient)
    reminder = Reminder.objects.filter(thread__uid=journey.uid)[0]
    Reminder.objects.filter(pk=reminder.pk).update(state="failed", reason="rejected")
    visit = activity_of(journey, "return_visit")
    return {
        "patient_uid": patient.uid,
        "journey_uid": journey.uid,
        "activity_uid": visit.uid,
        "appointment_uid": _booked(visit).uid,
        "reminder_uid": reminder.uid,
        "recipient_uid": _unreachable(reminder).uid,
        "message_uid": reminder.uid,
        "visit_uid": _record_of(world, visit).uid,
        "draft_uid": draft_of(journey.centre).uid,
        "resource_uid": (unit := unit_of(journey.centre)).uid,
        "closure_uid": closure_of(unit, by=journey.coordinator).uid,
        "slot_uid": slot_of(journey).uid,
        "filter_uid": _filter_of(world, journey.centre).uid,
    }


def _unreachable(reminder: Reminder) -> Recipient:
    """Return somebody of the other centre whose address turned out dead."""
    recipient = reminder.recipient
    Address.objects.update_or_create(
        recipient=recipient,
        channel="email",
        defaults={
            "value": "dead@example.org",
            "blocked_reason": "bounced",
            "blocked_at": timezone.now(),
        },
    )
    return recipient


def _booked(activity) -> Appointment:
    """Return an appointment at the other centre."""
    return Appointment.objects.create(
        activity=activity,
        starts_at=timezone.now() + timedelta(days=3),
        ends_at=timezone.now() + timedelta(days=3, hours=1),
        booked_by=activity.journey.coordinator,
        booked_at=timezone.now(),
    )


def _filter_of(world, centre) -> SavedFilter:
    """Return what somebody at the other centre saved, shared with their colleagues."""
    return SavedFilter.objects.create(
        owner=world.people["coordinator elsewhere"],
        centre=centre,
        page="patients",
        name="Waiting",
        query={"status": "active"},
        is_shared=True,
    )


def _record_of(world, activity) -> Visit:
    """Return a record of the foreign visit, written past the services."""
    by = world.people["clinician elsewhere"]
    return Visit.objects.create(
        activity=activity,
        seen_on=activity.journey.started_on,
        seen_by=by,
        mode="in_person",
        timing="in_window",
        recorded_by=by,
        recorded_at="2026-01-01T09:00:00Z",
        criteria="",
        response="not_assessed",
        intensive_care="unknown",
        infection="unknown",
        second_cancer="unknown",
    )


@pytest.mark.parametrize(
    "name", [name for name in OBJECTS if "_uid" in str(ROUTES[name].kwargs.__code__.co_consts)]
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_what_belongs_elsewhere_is_not_there(world, foreign, name, method):
    route = ROUTES[name]
    visitor = Visitor(world, somebody(route.writes or route.reads))
    kwargs = {key: foreign.get(key, value) for key, value in route.kwargs(world).items()}
    before = fingerprint()

    answer = visitor.send(method, reverse(name, kwargs=kwargs), {"decision": "drop"})

    assert answer.status_code == 404 or (
        answer.status_code == 405 and None in (route.reads, route.writes)
    )
    assert fingerprint() == before


@pytest.fixture
def newcomer(world, db) -> Patient:
    """A patient of the world's centre who has no journey yet."""
    return patient_at(world.centre)


@pytest.mark.parametrize("field", ["coordinator", "clinician", "version"])
def test_a_journey_starts_with_people_and_protocols_of_its_own_centre(world, newcomer, field):
    other = CentreFactory(region="us")
    version = published()
    american = ProtocolVersion.objects.exclude(regions__contains=["eu"]).first() or (
        ProtocolVersion.objects.create(
            protocol=version.protocol,
            number=99,
            title="Elsewhere",
            regions=["us"],
            document=version.document,
            checksum="0" * 64,
            published_at="2026-01-01T09:00:00Z",
        )
    )
    chosen = {
        "version": version.pk,
        "coordinator": world.people["coordinator"].pk,
        "clinician": world.people["clinician"].pk,
        "referred_on": centre_day(world.centre).isoformat(),
    }
    foreign = {
        "coordinator": staff(other).pk,
        "clinician": staff(other, Role.CLINICIAN).pk,
        "version": american.pk,
    }
    visitor = Visitor(world, "coordinator")
    path = reverse("worklist:journey-start", args=[newcomer.uid])

    refused = visitor.send("post", path, chosen | {field: foreign[field]})
    with undone():
        taken = visitor.client.post(path, chosen)

    assert (refused.status_code, list(refused.context["form"].errors)) == (422, [field])
    assert taken.status_code == 302
    assert not visitor.complaints


def test_a_patient_is_registered_at_ones_own_centre_only(world, db):
    visitor = Visitor(world, "coordinator")
    sent = {
        "given_name": "Test",
        "family_name": "Person",
        "birth_on": "1960-05-17",
        "identifier_system": "other",
        "identifier": "T-1",
        "language": "en",
        "centre": CentreFactory().pk,
    }

    refused = visitor.send("post", reverse("worklist:patient-new"), sent)

    assert list(refused.context["form"].errors) == ["centre"]
    assert not visitor.complaints


def test_nobody_reads_somebody_elses_message(world, db):
    foreign = Reminder.objects.filter(channel="in_app").exclude(
        recipient__user=world.people["coordinator"]
    )[0]
    visitor = Visitor(world, "coordinator")
    before = fingerprint()

    visitor.send("post", reverse("notifications:read"), {"message": str(foreign.pk)})

    assert fingerprint() == before


@pytest.mark.parametrize("field", ["seen_by"])
def test_a_visit_is_seen_by_the_patients_own_clinicians(world, db, field):
    stranger = world.people["clinician elsewhere"]
    visitor = Visitor(world, "clinician")
    path = reverse("followup:record", args=[world.open_visit.uid])

    refused = visitor.send("post", path, {field: stranger.pk})

    assert field in refused.context["form"].errors
    assert not visitor.complaints


def test_another_centre_in_the_address_is_not_there(world, db):
    visitor = Visitor(world, "coordinator")

    for name in ("worklist:today", "worklist:undelivered"):
        answer = visitor.send("get", reverse(name), {"centre": CentreFactory().code})
        assert answer.status_code == 404


@pytest.fixture
def their_own(world, db) -> ProtocolVersion:
    """A version of a protocol that belongs to the other centre alone."""
    shared = published()
    other = world.people["coordinator elsewhere"].memberships.get().centre
    protocol = Protocol.objects.create(code="theirs", product=shared.protocol.product, centre=other)
    return ProtocolVersion.objects.create(
        protocol=protocol,
        number=1,
        title="Theirs",
        regions=shared.regions,
        document={**shared.document, "code": "theirs", "version": 1},
        checksum="2" * 64,
        published_at="2026-01-01T09:00:00Z",
    )


def test_no_journey_and_no_cycle_follows_a_protocol_of_another_centre(world, newcomer, their_own):
    visitor = Visitor(world, "coordinator")
    started = {
        "version": their_own.pk,
        "coordinator": world.people["coordinator"].pk,
        "clinician": world.people["clinician"].pk,
        "referred_on": centre_day(world.centre).isoformat(),
    }
    begun = {
        "version": their_own.pk,
        "reason": "second_product",
        "from_stage": "referral",
        "on": centre_day(world.centre).isoformat(),
    }

    for path, sent in (
        (reverse("worklist:journey-start", args=[newcomer.uid]), started),
        (reverse("worklist:journey-cycle", args=[world.journey.uid]), begun),
    ):
        refused = visitor.send("post", path, sent)
        assert list(refused.context["form"].errors) == ["version"], path
    assert not visitor.complaints


def test_no_use_case_takes_a_protocol_of_another_centre(world, newcomer, their_own):
    """The forms do not offer it; whoever calls the services is refused as well."""
    today = centre_day(world.centre)
    clock = {"by": world.people["coordinator"], "today": today, "now": centre_now(world.centre)}
    with pytest.raises(ProtocolElsewhere), transaction.atomic():
        start_journey(
            patient=newcomer,
            version=their_own,
            centre=world.centre,
            coordinator=world.people["coordinator"],
            clinician=world.people["clinician"],
            referred_on=today,
            **clock,
        )
    with pytest.raises(ProtocolElsewhere), transaction.atomic():
        start_cycle(
            journey_uid=world.journey.uid,
            version=their_own,
            reason=CycleReason.SECOND_PRODUCT,
            from_stage="referral",
            on=today,
            **clock,
        )
    with pytest.raises(OtherProtocol), transaction.atomic():
        migrate_journey(journey_uid=world.journey.uid, version=their_own, reason="other", **clock)


def test_pages_of_another_centres_protocol_are_not_there(world, their_own):
    visitor = Visitor(world, "coordinator")
    for name in ("version", "copy", "migrate"):
        for method in ("get", "post"):
            answer = visitor.send(method, reverse(f"authoring:{name}", args=["theirs", 1]))
            assert answer.status_code in {404, 405}
    assert visitor.send("get", reverse("authoring:compare", args=["theirs"])).status_code == 404
    compared = visitor.send(
        "get", reverse("authoring:compare", args=["car-t-standard"]), {"to": "theirs@1"}
    )
    assert "Theirs" not in compared.content.decode()


def test_forms_of_capacity_take_nothing_of_another_centre(world, foreign, db):
    visitor = Visitor(world, "coordinator")
    stranger = world.people["coordinator elsewhere"]
    slot = slot_of(world.journey)
    day = (centre_day(world.centre) + timedelta(days=20)).isoformat()
    sent = (
        (
            "coordinator",
            reverse("capacity:reserve", args=[world.open_visit.uid]),
            {"unit": foreign["resource_uid"], "on": day, "at": "10:00", "minutes": "30"},
        ),
        (
            "coordinator",
            reverse("capacity:slot", args=[slot.uid]),
            {"do": "hold", "until_on": day, "until_at": "10:00", "journey": foreign["journey_uid"]},
        ),
        (
            "coordinator",
            reverse("capacity:chains", args=[world.journey.uid]),
            {"take": str(foreign["slot_uid"])},
        ),
        (
            "coordinator",
            reverse("worklist:rules"),
            {"journeys": [str(foreign["journey_uid"])], "commit": "1"},
        ),
        (
            "administrator",
            reverse("capacity:overbooking-right"),
            {"person": stranger.uid, "may": "on"},
        ),
    )
    for person, path, typed in sent:
        visitor = Visitor(world, person)
        before = fingerprint()
        answer = visitor.send("post", path, typed)
        assert answer.status_code in {404, 409, 422}, (path, answer.status_code)
        assert fingerprint() == before
        assert not visitor.complaints


def test_no_page_opens_at_another_centre(world, db):
    other = CentreFactory()
    for name in ROUTES:
        route = ROUTES[name]
        if not name.startswith(("worklist:", "capacity:", "authoring:", "followup:")):
            continue
        visitor = Visitor(world, somebody(route.reads or route.writes))
        address = reverse(name, kwargs=route.kwargs(world))
        answer = visitor.send("get", address, {"centre": other.code})
        assert answer.status_code in {404, 405} or other.name not in answer.content.decode(), name
        assert not visitor.complaints


@pytest.mark.parametrize("then", ["//evil.example", "https://evil.example/", "javascript:alert(1)"])
def test_no_address_leads_away(world, db, then):
    gate = {"journey_uid": world.journey.uid, "stage": "infusion", "item": "identity"}
    check = {"journey_uid": world.journey.uid, "check_uid": world.gate_check.uid}
    coordinator = Visitor(world, "coordinator")
    for path in (
        reverse("worklist:gate-check", kwargs=gate),
        reverse("worklist:gate-take-back", kwargs=check),
    ):
        page = coordinator.client.get(path, {"then": then, "next": then})
        assert f'href="{then}' not in page.content.decode()
        with undone():
            answer = coordinator.client.post(f"{path}?then={then}&next={then}", {"evidence": "x"})
            assert "evil" not in answer.headers.get("Location", "")
    read = coordinator.send("post", reverse("notifications:read"), {"message": "", "next": then})
    assert read["Location"] == reverse("notifications:inbox")
