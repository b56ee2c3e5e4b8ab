"""Moving journeys to the next version: chosen, previewed, committed one by one."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from carttrack.audit.models import ReadEntry
from journeys.authoring.services.drafts import save_draft, start_draft
from journeys.authoring.services.publishing import publish_draft
from journeys.planning.models import Activity, Journey
from journeys.planning.services import move
from tests.authoring.factories import draft_of
from tests.authoring.pages import filled
from tests.factories import (
    activity_of,
    centre_day,
    centre_now,
    journey_at,
    patient_at,
    staff,
)


@pytest.fixture
def own(centre, author):
    """Return the centre's own protocol in its first version."""
    return publish_next(draft_of(centre, by=author), author)


def publish_next(draft, by, days=None):
    now = centre_now(draft.centre)

    def change(document):
        parts = [
            {**part, "offset": f"P{days}D"} if days and part["code"] == "eligibility" else part
            for part in document["activities"]
        ]
        return {**document, "activities": parts}

    saved = save_draft(draft_uid=draft.uid, revision=draft.revision, change=change, by=by, now=now)
    return publish_draft(draft_uid=draft.uid, revision=saved.revision, by=by, now=now)


@pytest.fixture
def journeys(centre, author, own):
    """Return two journeys on the first version."""
    return [
        journey_at(
            centre,
            patient=patient_at(centre, family_name=name),
            coordinator=author,
            protocol=own.protocol.code,
        )
        for name in ("Alm", "Berg")
    ]


@pytest.fixture
def newer(centre, author, own, journeys):
    """Return the second version, in which the decision comes three weeks after the referral."""
    draft = start_draft(version=own, centre=centre, by=author, now=centre_now(centre))
    return publish_next(draft, author, days=21)


@pytest.fixture
def address(newer):
    return reverse("authoring:migrate", args=[newer.protocol.code, newer.number])


def decision_of(journey):
    return activity_of(journey, "eligibility")


@pytest.mark.feature(8)
def test_a_chosen_journey_is_migrated_as_previewed(office, journeys, newer, address, centre):
    journey, other = journeys
    page = office.get(address, {"journey": [str(journey.uid), str(other.uid)]})
    candidate = page.context["candidates"][0]
    assert "partials/preview.html" in {each.name for each in page.templates}
    lines = {line.title: line for line in candidate.preview.lines}
    line = lines["Eligibility decision"]
    before = decision_of(journey).target_on
    assert (line.after.target - before).days == 7
    assert Journey.objects.get(pk=journey.pk).protocol_version_id != newer.pk

    query = f"{address}?journey={journey.uid}&journey={other.uid}"
    answer = office.post(query, typed(candidate, reason="new_protocol", note="Agreed on Monday"))

    assert answer["Location"] == f"{address}?journey={other.uid}"
    journey.refresh_from_db()
    assert journey.protocol_version == newer
    assert decision_of(journey).target_on == line.after.target
    revision = journey.revisions.latest("number")
    assert (revision.kind, revision.reason, revision.note) == (
        "migrated",
        "new_protocol",
        "Agreed on Monday",
    )
    other.refresh_from_db()
    assert other.protocol_version != newer


def typed(candidate, **more):
    return {
        "journey": str(candidate.row.uid),
        "token": candidate.preview.token,
        **more,
    }


@pytest.mark.feature(8)
def test_a_reason_is_needed(office, journeys, newer, address):
    page = office.get(address, {"journey": str(journeys[0].uid)})

    answer = office.post(address, typed(page.context["candidates"][0]))

    assert answer.status_code == 422
    assert "reason" in answer.context["candidates"][0].form.errors
    journeys[0].refresh_from_db()
    assert journeys[0].protocol_version != newer


@pytest.mark.feature(8)
def test_a_stale_preview_is_refused_with_the_new_one(office, journeys, newer, address, author):
    journey = journeys[0]
    candidate = office.get(address, {"journey": str(journey.uid)}).context["candidates"][0]
    target = activity_of(journey, "leukapheresis")
    move(
        activity_uid=target.uid,
        to_on=target.closes_on,
        reason="no_slot",
        note="",
        by=author,
        today=centre_day(journey.centre),
        now=centre_now(journey.centre),
    )

    answer = office.post(address, typed(candidate, reason="other", note="Kept"))

    assert answer.status_code == 409
    fresh = answer.context["candidates"][0]
    assert fresh.stale
    assert fresh.preview.token != candidate.preview.token
    assert fresh.form.initial["note"] == "Kept"
    journey.refresh_from_db()
    assert journey.protocol_version != newer


def test_the_list_shows_whom_the_reader_may_see_and_notes_it(office, journeys, address, author):
    page = office.get(address)

    assert [row.patient.family_name for row in page.context["rows"]] == ["Alm", "Berg"]
    read = ReadEntry.objects.filter(reader_id=author.pk, page="authoring:migrate")
    assert set(read.values_list("patient_uid", flat=True)) == {
        journey.patient.uid for journey in journeys
    }


def test_the_list_asks_a_fixed_number_of_queries(office, address, own):
    def queries():
        with CaptureQueriesContext(connection) as asked:
            office.get(address)
        return len(asked)

    before = queries()
    centre = own.protocol.centre
    more = [
        journey_at(centre, coordinator=staff(centre), protocol=own.protocol.code) for _ in range(3)
    ]
    Journey.objects.filter(pk__in=[one.pk for one in more]).update(protocol_version=own)

    assert len(office.get(address).context["rows"]) == 5
    assert queries() == before


def test_an_administrator_sees_no_patient_here(client, colleague, address, newer):
    client.force_login(colleague)

    assert client.get(address).status_code == 404
    assert client.post(address).status_code == 404
    version = client.get(reverse("authoring:version", args=[newer.protocol.code, newer.number]))
    assert "Migrate" not in version.content.decode()
    assert "active journey" not in version.content.decode()


def test_what_is_not_on_offer_is_not_migrated(office, journeys, address, centre):
    foreign = journey_at(centre, protocol="axi-cel-lbcl")

    answer = office.post(address, {"journey": str(foreign.uid), "token": "x", "reason": "other"})

    assert answer.status_code == 404
    assert office.post(address, {"journey": "nonsense"}).status_code == 422
    assert Activity.objects.filter(journey=foreign).exists()
    assert filled(office.get(address, {"journey": str(journeys[0].uid)}))["token"]
