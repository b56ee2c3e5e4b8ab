"""Publishing a draft, and comparing what was published."""

import pytest
from django.db import transaction
from django.db.utils import DatabaseError
from django.urls import reverse

from carttrack.audit.models import HistoryEntry
from journeys.authoring.selectors.comparing import comparison
from journeys.authoring.services.drafts import start_draft
from journeys.authoring.services.publishing import publish_draft
from journeys.authoring.services.refusals import NothingChanged, StaleDraft
from journeys.planning.models import ProtocolVersion
from journeys.planning.workspace import protocol_of
from tests.authoring.pages import filled
from tests.authoring.test_drafts import document_of, save, url
from tests.factories import centre_now, published, shipped_files


def publish(draft, by):
    draft.refresh_from_db()
    return publish_draft(
        draft_uid=draft.uid, revision=draft.revision, by=by, now=centre_now(draft.centre)
    )


@pytest.mark.feature(1)
def test_a_draft_is_published_after_its_differences_were_shown(office, draft, author):
    change = url(draft, "activity", code="month_6")
    office.post(change, filled(office.get(change), offset_0="170"))
    page = office.get(url(draft, "publish"))
    assert "170 days" in page.content.decode()

    answer = office.post(url(draft, "publish"), filled(page))

    version = ProtocolVersion.objects.get(protocol__code=draft.code)
    assert answer["Location"] == reverse("authoring:version", args=[draft.code, 1])
    assert version.protocol.centre == draft.centre
    assert version.document == document_of(draft)
    assert draft.published_as == version
    entry = HistoryEntry.objects.get(action="protocol.published")
    assert entry.actor_id == author.pk
    assert entry.before["checksum"] == published().checksum
    assert entry.after["checksum"] == version.checksum
    assert office.get(url(draft)).status_code == 404
    assert "170 days after Infusion" in office.get(answer["Location"]).content.decode()


@pytest.mark.feature(7)
def test_a_published_version_never_changes_and_the_next_one_gets_its_own_number(draft, author):
    first = publish(draft, author)
    with pytest.raises(DatabaseError, match="refused"), transaction.atomic():
        ProtocolVersion.objects.filter(pk=first.pk).update(title="Rewritten")
    now = centre_now(draft.centre)
    drafts = [start_draft(version=first, centre=draft.centre, by=author, now=now) for _ in range(2)]

    numbers = []
    for number, one in enumerate(drafts):
        save(one, author, title=f"Title {number}")
        numbers.append(publish(one, author).number)

    assert numbers == [2, 3]
    assert [one.code for one in drafts] == [first.protocol.code] * 2


def test_what_says_nothing_new_is_not_published(draft, author):
    first = publish(draft, author)
    again = start_draft(version=first, centre=draft.centre, by=author, now=centre_now(draft.centre))

    with pytest.raises(NothingChanged):
        publish(again, author)


def test_somebody_elses_save_comes_before_the_publishing(office, draft, author, colleague):
    page = office.get(url(draft, "publish"))
    save(draft, colleague, title="Renamed meanwhile")

    answer = office.post(url(draft, "publish"), filled(page))

    assert answer.status_code == 409
    assert "Renamed meanwhile" in answer.content.decode()
    assert not ProtocolVersion.objects.filter(protocol__code=draft.code).exists()
    with pytest.raises(StaleDraft):
        publish_draft(draft_uid=draft.uid, revision=1, by=author, now=centre_now(draft.centre))


@pytest.mark.feature(7)
def test_two_versions_are_compared_in_words(office, draft, author):
    change = url(draft, "activity", code="month_6")
    office.post(
        change,
        filled(
            office.get(change),
            offset_0="170",
            window_closes_0="200",
            roll="later",
            **{"reminders-0-DELETE": "on", "reminders-1-offset_days": "-5"},
        ),
    )
    gone = url(draft, "constraint-remove", place=0)
    office.post(gone, filled(office.get(gone)))
    version = publish(draft, author)
    base = published()

    page = office.get(
        reverse("authoring:compare", args=[draft.code]),
        {"from": f"{base.protocol.code}@{base.number}", "to": f"{draft.code}@{version.number}"},
    )

    groups = {group.title: group for group in page.context["groups"]}
    lines = {line.name: (line.before, line.after) for line in groups["Six-month visit"].lines}
    assert lines["Target"] == ("180 days", "170 days")
    assert lines["On a closed day"] == ("nearest open day", "next open day")
    assert lines["Window"] == (
        "window 150 to 210 days after the day it counts from",
        "window 150 to 200 days after the day it counts from",
    )
    assert lines["Message (booked)"][1] == ""
    assert "5 days before" in lines["Message (ahead_30)"][1]
    assert groups["Product received → Lymphodepletion"].change == "removed"
    assert groups["The protocol as a whole"].lines[0].name == "Title"


def test_every_pair_of_shipped_protocols_is_compared_in_words():
    protocols = [protocol for protocol, _ in shipped_files()[2].values()]

    for before, after in zip(protocols, [*protocols[1:], protocols[0]], strict=True):
        groups = comparison(before, after)
        assert groups
        for group in groups:
            for line in group.lines:
                assert line.before != line.after
                assert "object at" not in line.before + line.after


def test_a_version_compared_with_itself_says_so(office, centre):
    version = published()
    protocol_of(version)

    page = office.get(reverse("authoring:compare", args=[version.protocol.code]))

    assert "The two versions say the same." in page.content.decode()
    assert office.get(reverse("authoring:compare", args=["no-such"])).status_code == 404
