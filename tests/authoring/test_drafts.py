"""Drafts: started, saved by form, undone, discarded; two people at once."""

import pytest
from django.urls import reverse

from carttrack.audit.models import HistoryEntry
from journeys.authoring.models import DraftSave, ProtocolDraft
from journeys.authoring.services.drafts import save_draft, start_draft, undo_save
from journeys.authoring.services.refusals import DraftClosed, NothingToUndo, StaleDraft
from journeys.planning.documents import DocumentProblem
from tests.authoring.factories import draft_of
from tests.authoring.pages import filled
from tests.factories import CentreFactory, centre_now, published


def url(draft, name="draft", **more):
    return reverse(f"authoring:{name}", kwargs={"draft_uid": draft.uid, **more})


def document_of(draft):
    draft.refresh_from_db()
    return draft.saves.get(number=draft.revision).document


def part_of(draft, code="month_6"):
    return next(part for part in document_of(draft)["activities"] if part["code"] == code)


def save(draft, by, title="Another title", revision=None):
    return save_draft(
        draft_uid=draft.uid,
        revision=revision or draft.revision,
        change=lambda document: {**document, "title": title},
        by=by,
        now=centre_now(draft.centre),
    )


@pytest.mark.feature(1)
def test_a_copy_of_a_shared_protocol_becomes_the_centres_own(office, centre):
    version = published()
    address = reverse("authoring:copy", args=[version.protocol.code, version.number])
    office.get(address)

    answer = office.post(address)

    draft = ProtocolDraft.objects.get(centre=centre)
    assert answer["Location"] == url(draft)
    assert draft.code == "car-t-standard-north-unit"
    document = document_of(draft)
    assert (document["code"], document["version"]) == (draft.code, 1)
    assert document["title"].endswith(centre.short_name)
    assert version.document["code"] == "car-t-standard"


def test_a_long_or_taken_code_still_gives_one_of_its_own(author):
    version = published()
    first = CentreFactory(code="x" * 40)
    other = CentreFactory(code="X" * 39 + "x")
    now = centre_now(first)

    one = start_draft(version=version, centre=first, by=author, now=now)

    assert len(one.code) <= 60
    assert start_draft(version=version, centre=other, by=author, now=now).code == one.code
    assert one.code.startswith("car-t-standard")


@pytest.mark.feature(1)
def test_an_offset_is_changed_in_a_form(office, draft):
    address = url(draft, "activity", code="month_6")
    page = office.get(address)

    answer = office.post(address, filled(page, offset_0="26", offset_1="D", window_opens_0="20"))

    assert answer.status_code == 302
    part = part_of(draft)
    assert (part["offset"], part["window"]["opens"]) == ("P26D", "P20D")
    assert part["window"]["closes"] == "P210D"
    assert draft.revision == 2


@pytest.mark.feature(1)
@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("whole", {}),
        ("stage", {"code": "monitoring"}),
        ("activity", {"code": "month_6"}),
        ("activity", {"code": "year"}),
        ("activity", {"code": "daily_check"}),
        ("constraint", {"place": 3}),
    ],
)
def test_a_form_saved_without_a_change_adds_no_save(office, draft, name, more):
    before = document_of(draft)
    address = url(draft, name, **more)

    answer = office.post(address, filled(office.get(address)))

    assert answer.status_code == 302
    assert document_of(draft) == before
    assert draft.revision == 1


def test_messages_are_added_changed_and_removed(office, draft):
    address = url(draft, "activity", code="month_6")
    page = office.get(address)
    count = len(part_of(draft)["reminders"])
    new = f"reminders-{count}"

    answer = office.post(
        address,
        filled(
            page,
            **{
                "reminders-0-DELETE": "on",
                "reminders-1-offset_days": "-5",
                f"{new}-kind": "visit_soon",
                f"{new}-offset_days": "-10",
                f"{new}-code": "soon_10",
            },
        ),
    )

    assert answer.status_code == 302
    reminders = part_of(draft)["reminders"]
    assert [one["code"] for one in reminders][-1] == "soon_10"
    assert len(reminders) == count
    assert reminders[0]["offset_days"] == -5
    assert reminders[-1] == {
        "code": "soon_10",
        "kind": "visit_soon",
        "audience": "patient",
        "channel": "email",
        "offset_days": -10,
    }


@pytest.mark.feature(76)
def test_a_message_gets_a_rhythm_that_stays_when_it_is_saved_again(office, draft):
    address = url(draft, "activity", code="product_received")
    rhythm = {"every_days": 7, "times": 3}

    answer = office.post(
        address,
        filled(
            office.get(address),
            **{
                "reminders-0-repeat_times": "4",
                "reminders-0-quiet": "ignore",
                "reminders-2-escalate_hours": "12",
            },
        ),
    )

    assert answer.status_code == 302
    rules = {
        each["code"]: each
        for part in document_of(draft)["activities"]
        if part["code"] == "product_received"
        for each in part["reminders"]
    }
    assert rules["week"]["repeat"] == rhythm | {"times": 4}
    assert rules["week"]["quiet"] == "ignore"
    assert rules["week_check"]["repeat"] == {"every_days": 7, "times": 2}
    assert rules["arrival_7"]["escalate_hours"] == 12


def test_half_a_rhythm_is_refused(office, draft):
    address = url(draft, "activity", code="month_6")

    answer = office.post(address, filled(office.get(address), **{"reminders-1-repeat_times": "3"}))

    assert answer.status_code == 422
    assert "Say both how often and how many times" in answer.content.decode()


def test_an_activity_is_added_to_its_stage_and_completed(office, draft):
    address = url(draft, "activity-new")
    page = office.get(address)

    answer = office.post(
        address,
        filled(page, title="Näring & diet", stage="follow_up", anchor="infusion", offset_0="60"),
    )

    assert answer["Location"] == url(draft, "activity", code="naring_diet")
    codes = [part["code"] for part in document_of(draft)["activities"]]
    assert codes[-1] == "naring_diet"
    assert office.get(answer["Location"]).status_code == 200


def test_an_activity_that_others_count_from_stays(office, draft):
    address = url(draft, "activity-remove", code="infusion")
    page = office.get(address)

    answer = office.post(address, filled(page))

    assert answer.status_code == 422
    assert "Activity: Discharge" in page.content.decode()
    assert part_of(draft, "infusion")


def test_an_activity_goes_with_the_limits_and_requirements_that_name_it(office, draft):
    address = url(draft, "activity-remove", code="month_6")
    answer = office.post(address, filled(office.get(address)))

    assert answer.status_code == 302
    assert "month_6" not in [part["code"] for part in document_of(draft)["activities"]]


def test_limits_are_added_changed_and_removed(office, draft):
    new = url(draft, "constraint-new")
    typed = {
        "earlier": "leukapheresis",
        "later": "product_received",
        "min_0": "14",
        "min_1": "D",
        "why": "the laboratory needs two weeks",
    }
    office.post(new, filled(office.get(new), **typed))
    place = len(document_of(draft)["constraints"]) - 1
    assert document_of(draft)["constraints"][place]["min"] == "P14D"

    change = url(draft, "constraint", place=place)
    office.post(change, filled(office.get(change), min_0="15"))
    assert document_of(draft)["constraints"][place]["min"] == "P15D"

    remove = url(draft, "constraint-remove", place=place)
    office.post(remove, filled(office.get(remove)))
    assert len(document_of(draft)["constraints"]) == place


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"title": ""}, "title"),
        ({"offset_0": ""}, "offset"),
        ({"offset_1": "rule", "offset_2": ""}, "offset"),
        ({"offset_0": "999999"}, "offset"),
        ({"offset_0": "200", "offset_1": "Y"}, "offset"),
        ({"anchor": "nowhere"}, "anchor"),
        ({"repeat_count": "3"}, "repeat_every"),
        ({"repeat_every_0": "3", "repeat_every_1": "D"}, "repeat_count"),
        ({"repeat_on_short-5": "some"}, "repeat_on_short-5"),
        ({"minutes": "-1"}, "minutes"),
        ({"reminders-0-at": "25:00"}, "__all__"),
    ],
)
def test_a_mistake_changes_nothing_and_is_told_at_its_field(office, draft, typed, field):
    before = document_of(draft)
    address = url(draft, "activity", code="month_6")

    answer = office.post(address, filled(office.get(address), **typed))

    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert document_of(draft) == before
    for value in typed.values():
        assert not value or value in answer.content.decode()


def test_what_the_schema_refuses_is_told_in_the_form(draft, author):
    with pytest.raises(DocumentProblem):
        save_draft(
            draft_uid=draft.uid,
            revision=1,
            change=lambda document: {**document, "regions": ["Europe"]},
            by=author,
            now=centre_now(draft.centre),
        )
    assert DraftSave.objects.filter(draft=draft).count() == 1


@pytest.mark.feature(1)
def test_of_two_people_the_second_sees_what_the_first_changed_and_loses_nothing(
    office, draft, colleague
):
    address = url(draft, "activity", code="month_6")
    page = office.get(address)
    save(draft, colleague, title="The colleague's title")

    refused = office.post(address, filled(page, place="Room of the author"))

    text = refused.content.decode()
    assert refused.status_code == 409
    assert "Carl Colleague" in text
    assert "The colleague" in text
    assert "Room of the author" in text
    assert part_of(draft)["place"] == "Clinic"

    taken = office.post(address, filled(refused))

    assert taken.status_code == 302
    assert part_of(draft)["place"] == "Room of the author"
    assert document_of(draft)["title"] == "The colleague's title"


def test_undo_goes_back_save_by_save(office, draft, author):
    start = document_of(draft)
    save(draft, author, title="First")
    draft.refresh_from_db()
    save(draft, author, title="Second")

    titles = []
    for _ in range(2):
        page = office.get(url(draft))
        assert page.context["can_undo"]
        office.post(url(draft, "undo"), {"revision": page.context["draft"].revision})
        titles.append(document_of(draft)["title"])

    assert titles == ["First", start["title"]]
    assert not office.get(url(draft)).context["can_undo"]
    with pytest.raises(NothingToUndo):
        undo_save(draft_uid=draft.uid, revision=5, by=author, now=centre_now(draft.centre))


def test_after_an_undo_the_next_save_can_be_undone_too(draft, author):
    now = centre_now(draft.centre)
    save(draft, author, title="First")
    undo_save(draft_uid=draft.uid, revision=2, by=author, now=now)
    save(draft, author, title="Other", revision=3)
    undo_save(draft_uid=draft.uid, revision=4, by=author, now=now)

    assert document_of(draft) == draft.saves.get(number=1).document
    with pytest.raises(StaleDraft):
        undo_save(draft_uid=draft.uid, revision=4, by=author, now=now)


def test_a_discarded_draft_is_gone_for_good_and_told(office, draft, author):
    page = office.get(url(draft, "discard"))

    answer = office.post(url(draft, "discard"), filled(page))

    assert answer.status_code == 302
    assert office.get(url(draft)).status_code == 404
    assert HistoryEntry.objects.filter(action="draft.discarded", actor_id=author.pk).exists()
    with pytest.raises(DraftClosed):
        save(draft, author)


def test_a_draft_of_another_centre_does_not_exist(office, centre):
    foreign = draft_of(CentreFactory())

    assert office.get(url(foreign)).status_code == 404
    assert office.get(reverse("authoring:protocols")).context["drafts"] == ()
