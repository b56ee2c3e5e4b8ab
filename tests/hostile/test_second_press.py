"""The same form twice, by double click, Back or resend: what it makes is made once, and said so."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import transaction
from django.urls import reverse

from carttrack.audit.models import HistoryEntry
from journeys.authoring.models import ProtocolDraft
from journeys.capacity.domain.kinds import ResourceKind
from journeys.capacity.models import Closure, ManufacturingSlot, Resource
from journeys.planning.models import Activity, Product, ProtocolVersion
from journeys.planning.services.refusals import SentTwice
from tests.access.routes import ROUTES
from tests.access.world import World, build_world
from tests.authoring.factories import draft_of
from tests.capacity.factories import slot_of, unit_of
from tests.factories import activity_of, centre_day, centre_now, journey_at, patient_at, published
from tests.hostile.requests import Visitor, filled, form_of, path_of, somebody, undone
from tests.hostile.test_malformed_input import WRITABLE, payload_of, well_chosen

# What people add with the forms. Who read what, and what they were told, is counted elsewhere.
MADE = ("accounts", "patients", "planning", "followup", "authoring", "capacity", "worklist")
OWED = ("notifications.Reminder",)
TWICE = str(SentTwice.message)


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker) -> Iterator[World]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield build_world()
        transaction.set_rollback(True)


def rows() -> dict[str, int]:
    """Return how many rows there are of everything that a form can make."""
    models = [model for app in MADE for model in apps.get_app_config(app).get_models()]
    models += [apps.get_model(label) for label in OWED]
    return {
        model._meta.label: model._default_manager.count()
        for model in models
        if not model.__name__.endswith("Event")
    }


def carried(answer: Any) -> dict[str, Any] | None:
    """Return what a preview's form sends, where the answer is a preview."""
    if answer.status_code != 200 or not answer.context or "preview" not in answer.context:
        return None
    form = answer.context["form"]
    values = {name: form[name].value() for name in form.fields}
    return {**filled(form), **{key: value for key, value in values.items() if value}}


def press(client: Any, path: str, payload: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
    """Send a form, and what its preview asks for; return the last answer and what was sent."""
    answer = client.post(path, payload)
    more = carried(answer)
    return (client.post(path, more), more) if more else (answer, payload)


def words_of(answer: Any, client: Any) -> str:
    """Return what a person reads in the end."""
    if answer.status_code == 302:
        answer = client.get(answer["Location"])
    return answer.content.decode()


@pytest.mark.parametrize("name", WRITABLE)
def test_no_form_makes_anything_a_second_time(world, db, name):
    visitor = Visitor(world, somebody(ROUTES[name].writes))
    path = path_of(world, name)
    payload, _ = payload_of(visitor, name, path)
    with undone():
        _, sent = press(visitor.client, path, payload | well_chosen(name))
        before = rows()

        again = visitor.client.post(path, sent)

        assert again.status_code < 500
        assert rows() == before


def twice(client: Any, path: str, typed: dict[str, Any], *, page: str = "") -> str:
    """Open a page, send its form twice and return what is read the second time."""
    opened = client.get(page or path)
    form = opened.context.get("closure_form") or form_of(opened)
    first, sent = press(client, path, filled(form) | typed)
    assert first.status_code == 302, first.context["form"].errors
    return words_of(client.post(path, sent), client)


def test_a_visit_between_the_scheduled_ones_is_added_once(world, db):
    client = world.client("coordinator")
    typed = {"title": "Blood count"}

    said = twice(client, reverse("worklist:journey-visit", args=[world.journey.uid]), typed)

    assert Activity.objects.filter(journey=world.journey, title="Blood count").count() == 1
    assert TWICE in said


def test_a_slot_is_asked_for_once(world, db):
    Product.objects.get_or_create(code="trial-cells", defaults={"name": "Trial cells"})
    today = centre_day(world.centre)
    typed = {
        "product": Product.objects.get(code="trial-cells").pk,
        "collection_on": today.isoformat(),
        "ready_on": (today + timedelta(days=28)).isoformat(),
    }

    said = twice(world.client("coordinator"), reverse("capacity:slot-new"), typed)

    assert ManufacturingSlot.objects.filter(centre=world.centre).count() == 1
    assert TWICE in said


def test_a_unit_is_closed_once(world, db):
    unit = unit_of(world.centre)
    today = centre_day(world.centre).isoformat()
    typed = {
        "from_on": today,
        "from_at": "10:00",
        "until_on": today,
        "until_at": "12:00",
        "reason": "Paint",
    }
    page = reverse("capacity:unit", args=[unit.uid])

    said = twice(
        world.client("coordinator"), reverse("capacity:close", args=[unit.uid]), typed, page=page
    )

    assert Closure.objects.filter(resource=unit).count() == 1
    assert TWICE in said


def test_a_draft_is_started_once(world, db):
    version = published()

    said = twice(
        world.client("coordinator"),
        reverse("authoring:copy", args=[version.protocol.code, version.number]),
        {},
    )

    assert ProtocolDraft.objects.filter(centre=world.centre).count() == 1
    assert TWICE in said


@pytest.mark.parametrize("step", ["publish", "discard"])
def test_a_draft_is_closed_once(world, db, step):
    client = world.client("coordinator")
    draft = draft_of(world.centre)

    said = twice(client, reverse(f"authoring:{step}", args=[draft.uid]), {})

    assert "published or discarded meanwhile" in said


def test_a_filter_is_saved_once(world, db):
    client = world.client("coordinator")
    path = reverse("worklist:filter-new", args=["patients"]) + "?status=active"

    said = twice(client, path, {"name": "Waiting"})

    assert "already have a filter of this name" in said


@pytest.mark.parametrize("by_unit", [True, False])
def test_an_appointment_is_booked_once_and_nobody_is_told_twice(world, db, by_unit):
    client = world.client("coordinator")
    unit = unit_of(world.centre)
    day = centre_day(world.centre) + timedelta(days=14)
    while day.isoweekday() > 5:
        day += timedelta(days=1)
    typed = {"on": day.isoformat(), "at": "10:00", "minutes": "30"}
    route, more = (
        ("capacity:reserve", {"unit": str(unit.uid)}) if by_unit else ("worklist:book", {})
    )
    path = reverse(route, args=[world.open_visit.uid])
    with undone():
        assert client.post(path, typed | more).status_code == 302
        before = rows()

        again = client.post(path, typed | more)

        assert again.status_code in {409, 422}
        assert "booked like this already" in again.content.decode()
        assert rows() == before


@pytest.mark.parametrize(
    ("route", "typed"),
    [
        ("worklist:journey-hold", {"reason": "infection"}),
        ("worklist:journey-cycle", {"reason": "collection_failure"}),
    ],
)
def test_a_hold_and_a_cycle_begin_once(world, db, route, typed):
    client = world.client("coordinator")
    journey = journey_at(
        world.centre,
        patient=patient_at(world.centre),
        coordinator=world.people["coordinator"],
        clinician=world.people["clinician"],
    )
    path = reverse(route, args=[journey.uid])

    said = twice(client, path, typed)

    assert journey.holds.count() + journey.cycles.count() == 2
    assert "on hold" in said or "plan has changed since you looked" in said


def test_a_slot_is_held_confirmed_and_given_back_once(world, db):
    client = world.client("coordinator")
    journey = journey_at(
        world.centre,
        patient=patient_at(world.centre),
        coordinator=world.people["coordinator"],
        clinician=world.people["clinician"],
        protocol="axi-cel-lbcl",
    )
    slot = slot_of(journey)
    product = Product.objects.get(code="axi-cel")
    ManufacturingSlot.objects.filter(pk=slot.pk).update(product=product)
    path = reverse("capacity:slot", args=[slot.uid])
    until = (centre_day(world.centre) + timedelta(days=3)).isoformat()
    hold = {"do": "hold", "until_on": until, "until_at": "10:00", "journey": journey.uid}
    for sent in (hold, {"do": "confirm"}, {"do": "release", "reason": "late"}):
        assert client.post(path, sent).status_code == 302
        before = ManufacturingSlot.objects.values().get(pk=slot.pk)

        client.post(path, sent)

        assert ManufacturingSlot.objects.values().get(pk=slot.pk) == before


def test_a_bed_is_kept_by_one_name(world, db):
    client = world.client("coordinator")
    typed = {"kind": ResourceKind.WARD_BED, "name": "Bed 1"}

    said = twice(client, reverse("capacity:unit-new"), typed)

    assert Resource.objects.filter(centre=world.centre, name="Bed 1").count() == 1
    assert "is the name of another unit" in said


def test_an_undo_takes_back_one_change(world, db):
    client = world.client("coordinator")
    journey = journey_at(
        world.centre,
        patient=patient_at(world.centre),
        coordinator=world.people["coordinator"],
        clinician=world.people["clinician"],
    )
    activity = activity_of(journey, "leukapheresis")
    for days in (20, 30):
        move = {"to_on": (centre_day(world.centre) + timedelta(days=days)).isoformat()}
        shown = client.get(reverse("worklist:move", args=[activity.uid]), move)
        token = {"token": shown.context["form"]["token"].value(), "reason": "other", "note": ""}
        client.post(reverse("worklist:move", args=[activity.uid]), move | token)
    journey.refresh_from_db()
    path = reverse("worklist:journey-undo", args=[journey.uid])

    first, sent = press(client, path, {"number": journey.plan_version})
    again = client.post(path, sent)

    assert (first.status_code, again.status_code) == (302, 409)
    assert journey.revisions.filter(kind="undone").count() == 1


def test_a_check_is_taken_back_once(world, db):
    client = world.client("coordinator")
    path = reverse("worklist:gate-take-back", args=[world.journey.uid, world.gate_check.uid])

    assert "taken back already" in twice(client, path, {})


def test_a_product_is_accepted_once(world, db):
    path = reverse("worklist:out-of-specification", args=[world.journey.uid])

    client = world.client("coordinator")
    first, again = (client.post(path, {"reason": "Agreed with the maker"}) for _ in range(2))

    assert (first.status_code, again.status_code) == (302, 409)
    assert HistoryEntry.objects.filter(action="product.accepted").count() == 1


def test_a_journey_changes_its_version_once(world, db):
    client = world.client("coordinator")
    old = world.journey.protocol_version
    version = ProtocolVersion.objects.create(
        protocol=old.protocol,
        number=old.number + 1,
        title=old.title,
        regions=old.regions,
        document={**old.document, "version": old.number + 1},
        checksum="3" * 64,
        published_at=centre_now(world.centre),
    )
    path = reverse("authoring:migrate", args=[version.protocol.code, version.number])
    shown = client.get(path, {"journey": str(world.journey.uid)})
    form = shown.context["candidates"][0].form
    sent = {"journey": world.journey.uid, "token": form["token"].value(), "reason": "other"}

    first, again = (client.post(path, sent | {"note": "Newer"}) for _ in range(2))

    assert first.status_code == 302, first.content.decode()
    assert "follows the version already" in words_of(again, client)
    assert world.journey.revisions.filter(kind="migrated").count() == 1
