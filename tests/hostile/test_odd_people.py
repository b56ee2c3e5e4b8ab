"""Names, notes and centres as nobody expects them, on every page that shows them."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Field, Model
from django.test import Client
from django.urls import reverse

from carttrack.accounts.models import Centre, Membership, User
from journeys.capacity.domain.kinds import ResourceKind
from journeys.capacity.services import add_closure, add_resource, reserve
from journeys.patients.models import Patient
from journeys.planning.domain.states import HoldReason
from journeys.planning.models import Journey, ProtocolVersion
from journeys.planning.services import add_unscheduled, book, put_on_hold
from tests.access.routes import ROUTES
from tests.access.world import World, build_world
from tests.capacity.factories import slot_of
from tests.factories import (
    CentreFactory,
    activity_of,
    centre_day,
    centre_now,
    journey_at,
    patient_at,
    staff,
)

SCRIPT = "<script>alert('x')</script>"
NAMES = {
    "long": "Abcdefghij" * 20,
    "combining": "Z" + "\N{COMBINING ACUTE ACCENT}" * 60,
    "right to left": "\N{RIGHT-TO-LEFT OVERRIDE}\u05d0\u05d1\u05d2 O'Brien",
    "script": SCRIPT,
    "braces": "{{ 7|add:7 }} {% now 'Y' %} %(name)s %s {0} & \"quoted\" 'single'",
}
READ_BY_STAFF = [
    name
    for name, route in ROUTES.items()
    if route.reads and "coordinator" in route.reads.split(", ")
]


def cut(text: str, model: type[Model], field: str) -> str:
    """Return as much of a text as a field takes."""
    found = model._meta.get_field(field)
    assert isinstance(found, Field)
    return text[: found.max_length]


def everywhere(world: World, text: str) -> None:
    """Write a text into everything that a person types and a page shows."""
    centre, journey, by = world.centre, world.journey, world.people["coordinator"]
    clock = {"today": centre_day(centre), "now": centre_now(centre)}
    for patient in Patient.objects.all():
        for field in ("given_name", "family_name", "contact_name"):
            setattr(patient, field, cut(text, Patient, field))
        patient.save()
    for user in User.objects.all():
        User.objects.filter(pk=user.pk).update(name=cut(text, User, "name"))
    Centre.objects.update(
        name=cut(text, Centre, "name"), short_name=cut(text, Centre, "short_name")
    )
    add_unscheduled(
        journey_uid=journey.uid,
        title=text[:120],
        on=clock["today"] + timedelta(days=3),
        note=text,
        by=by,
        **clock,
    )
    book(
        activity_uid=activity_of(journey, "unscheduled").uid,
        starts_at=clock["now"] + timedelta(days=4),
        minutes=30,
        place=text[:120],
        by=by,
        **clock,
    )
    held = journey_at(centre, coordinator=by, clinician=world.people["clinician"])
    unit = add_resource(
        centre=centre, kind=ResourceKind.APHERESIS, name=text[:80], by=by, now=clock["now"]
    )
    Centre.objects.filter(pk=centre.pk).update(closed_weekdays=[])
    reserve(
        activity_uid=activity_of(held, "leukapheresis").uid,
        resource_uid=unit.uid,
        starts_at=clock["now"] + timedelta(days=5),
        minutes=60,
        by=by,
        **clock,
    )
    add_closure(
        resource_uid=unit.uid,
        starts_at=clock["now"] + timedelta(days=1),
        ends_at=clock["now"] + timedelta(days=2),
        reason=text[:120],
        by=by,
        now=clock["now"],
    )
    slot = slot_of(journey)
    type(slot).objects.filter(pk=slot.pk).update(reference=text[:60])
    put_on_hold(
        journey_uid=held.uid,
        reason=HoldReason.OTHER,
        note=text,
        from_on=clock["today"],
        expected_on=None,
        by=by,
        **clock,
    )
    type(world.saved_filter).objects.filter(pk=world.saved_filter.pk).update(name=text[:60])


@pytest.fixture(scope="module", params=NAMES, ids=list(NAMES))
def odd(request, django_db_setup, django_db_blocker) -> Iterator[World]:
    with django_db_blocker.unblock(), transaction.atomic():
        world = build_world()
        everywhere(world, NAMES[request.param])
        yield world
        transaction.set_rollback(True)


def complaints(client: Client, pages: list[str]) -> list[str]:
    """Return the pages that break, or that let a text act as a part of the page."""
    client.raise_request_exception = False
    found = []
    for page in pages:
        answer = client.get(page)
        text = "" if answer.streaming else answer.content.decode()
        if answer.status_code >= 400 or SCRIPT in text or "{{ 14" in text:
            found.append(f"{answer.status_code} {page}")
        if "<script>alert" in text:
            found.append(f"script in {page}")
    return found


def test_no_text_breaks_a_page_or_acts_in_it(odd, db):
    pages = [reverse(name, kwargs=ROUTES[name].kwargs(odd)) for name in READ_BY_STAFF]
    other = Journey.objects.filter(holds__isnull=False).get()
    pages += [reverse("worklist:journey", args=[other.uid]) + "?all="]
    pages += [reverse("worklist:board") + "?view=table", reverse("worklist:patients") + "?q=o'b"]

    assert not complaints(odd.client("coordinator"), pages)
    patients = [reverse(name, kwargs=ROUTES[name].kwargs(odd)) for name in READ_BY_PATIENT]
    assert not complaints(odd.client("patient"), patients)


READ_BY_PATIENT = [
    name for name, route in ROUTES.items() if route.reads and "patient" in route.reads.split(", ")
]


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def pages_of(journey: Journey) -> list[str]:
    """Return the pages of a journey and those that list it."""
    activity = journey.activities.filter(state="planned").order_by("chosen_on").first()
    pages = [
        reverse(f"worklist:{name}", args=[journey.uid])
        for name in ("journey", "windows", "revisions", "journey-end", "journey-cycle")
    ]
    pages += [reverse("worklist:patient", args=[journey.patient.uid])]
    pages += [reverse("worklist:plan-b", args=[journey.uid])]
    pages += [
        reverse(name, args=[activity.uid])
        for name in ("worklist:why", "worklist:actions", "capacity:reserve", "worklist:record")
    ]
    pages += [reverse("capacity:chains", args=[journey.uid])]
    return pages + list_pages()


def list_pages() -> list[str]:
    return [
        reverse(name)
        for name in (
            "worklist:today",
            "worklist:board",
            "worklist:patients",
            "worklist:rules",
            "worklist:gate-overrides",
            "worklist:undelivered",
            "worklist:filters",
            "followup:due",
            "capacity:calendar",
            "capacity:units",
            "capacity:slots",
            "capacity:slot-new",
            "capacity:overbookings",
            "authoring:protocols",
        )
    ] + [reverse("worklist:rules") + "?look=1", reverse("worklist:board") + "?view=table"]


def broken(client: Client, pages: list[str], but: tuple[int, ...] = ()) -> list[str]:
    client.raise_request_exception = False
    answers = {page: client.get(page).status_code for page in pages}
    return [f"{code} {page}" for page, code in answers.items() if code >= 400 and code not in but]


@pytest.mark.django_db
def test_a_centre_without_patients_units_or_hours_has_every_page():
    assert not broken(client_of(staff(CentreFactory())), list_pages())


@pytest.mark.parametrize("protocol", ["tcr-t-solid", "obe-cel-all", "car-t-standard"])
@pytest.mark.django_db
def test_a_patient_without_anything_optional_has_every_page(protocol):
    user = User.objects.create_user("p@example.invalid", name="Patient")
    centre = CentreFactory()
    patient = patient_at(centre, user=user, email="", phone="", contact_name="")
    journey = journey_at(centre, patient=patient, protocol=protocol)
    clock = {"today": centre_day(centre), "now": centre_now(centre)}
    add_unscheduled(
        journey_uid=journey.uid,
        title="Fever",
        on=clock["today"],
        by=journey.coordinator,
        **clock,
    )

    assert not broken(client_of(journey.coordinator), pages_of(journey), but=(404,))
    steps = {row.stage.code for row in journey.activities.select_related("stage")}
    own = [reverse("portal:home"), reverse("portal:help"), reverse("portal:access")]
    assert not broken(client_of(user), own + [reverse("portal:step", args=[c]) for c in steps])


@pytest.mark.django_db
def test_a_journey_whose_people_have_left_stays_with_whoever_came():
    centre = CentreFactory()
    journey = journey_at(centre)
    came = staff(centre)
    yesterday = centre_day(centre) - timedelta(days=1)
    left = Membership.objects.filter(user__in=[journey.coordinator, journey.clinician])
    left.update(until_on=yesterday)
    User.objects.filter(pk=journey.clinician.pk).update(is_active=False)
    clock = {"today": centre_day(centre), "now": centre_now(centre)}

    book(
        activity_uid=activity_of(journey, "leukapheresis").uid,
        starts_at=clock["now"] + timedelta(days=9),
        minutes=60,
        place="",
        by=came,
        **clock,
    )

    assert not broken(client_of(came), pages_of(journey), but=(404,))
    assert all(
        client_of(journey.coordinator).get(page).status_code == 404 for page in pages_of(journey)
    )


@pytest.mark.django_db
def test_a_journey_on_an_old_version_has_every_page():
    centre = CentreFactory()
    journey = journey_at(centre)
    old = journey.protocol_version
    for number in (old.number + 1, old.number + 2):
        ProtocolVersion.objects.create(
            protocol=old.protocol,
            number=number,
            title=old.title,
            regions=old.regions,
            document={**old.document, "version": number},
            checksum=str(number) * 64,
            published_at=centre_now(centre),
        )
    newest = reverse("authoring:migrate", args=[old.protocol.code, old.number + 2])

    pages = [*pages_of(journey), newest, f"{newest}?journey={journey.uid}"]
    no_cells_yet = reverse("worklist:plan-b", args=[journey.uid])
    pages.remove(no_cells_yet)
    assert not broken(client_of(journey.coordinator), pages)


@pytest.mark.django_db
def test_a_patient_opens_no_page_of_the_staff_with_their_own_names():
    user = User.objects.create_user("p@example.invalid", name="Patient")
    journey = journey_at(centre := CentreFactory(), patient=patient_at(centre, user=user))
    client = client_of(user)

    for page in pages_of(journey):
        assert client.get(page).status_code == 404, page
        assert client.post(page).status_code in {404, 405}, page


@pytest.mark.django_db
def test_a_nul_in_a_text_is_refused_and_never_stored():
    centre = CentreFactory()
    journey = journey_at(centre)
    client = client_of(journey.coordinator)
    day = centre_day(centre).isoformat()
    sent: list[tuple[str, dict[str, Any]]] = [
        (
            reverse("worklist:journey-visit", args=[journey.uid]),
            {"title": "a\x00b", "on": day},
        ),
        (reverse("worklist:journey-hold", args=[journey.uid]), {"reason": "other", "note": "\x00"}),
        (reverse("capacity:unit-new"), {"kind": "clinic_slot", "name": "a\x00"}),
    ]
    for path, typed in sent:
        assert client.post(path, typed).status_code == 422, path
    assert client.get(reverse("worklist:patients"), {"q": "a\x00b"}).status_code == 400
