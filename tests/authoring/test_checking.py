"""What keeps a draft from being published: found, said in words, and led to."""

from typing import Any

import pytest
from django.urls import reverse

from journeys.authoring.documents import checked
from journeys.authoring.domain.completeness import GapKind
from journeys.authoring.labels.problems import gap_text
from journeys.authoring.labels.spans import titles_of
from journeys.authoring.labels.words import CHANNEL_LABELS, MESSAGE_LABELS
from journeys.authoring.services.drafts import save_draft
from journeys.authoring.workspace import has_text, problems_with
from journeys.planning.documents import rules_from
from journeys.planning.documents.schema import _validator
from tests.authoring.pages import filled
from tests.authoring.test_drafts import document_of, url
from tests.factories import centre_now, shipped_files

RULESETS, PROTOCOLS = shipped_files()[1:]


def problems(document):
    protocol = checked(document)
    rules = {
        region: rules_from(RULESETS, product=protocol.product, region=region)
        for region in protocol.regions
    }
    return problems_with(protocol, rules)


def standard(code, **changes):
    """Return the standard protocol with one activity changed."""
    document = PROTOCOLS["car-t-standard"][1]
    parts = [
        {**part, **changes} if part["code"] == code else part for part in document["activities"]
    ]
    return {**document, "activities": parts}


def kinds(document):
    return [problem.kind for problem in problems(document)]


@pytest.mark.feature(12)
@pytest.mark.parametrize("code", sorted(PROTOCOLS))
def test_every_shipped_protocol_may_be_published(code):
    assert problems(PROTOCOLS[code][1]) == ()


@pytest.mark.feature(12)
def test_windows_of_two_visits_that_share_a_day_are_found():
    wide = standard(
        "month_6", window={"opens": "P90D", "closes": "P210D", "measured_from": "anchor"}
    )

    (gap,) = problems(wide)

    assert gap.kind is GapKind.WINDOWS_OVERLAP
    assert gap_text(gap, titles_of(checked(wide))) == (
        "The windows of Day 100 visit and Six-month visit overlap: a visit could count as either."
    )


def test_a_yearly_visit_that_meets_the_next_one_is_found():
    assert GapKind.WINDOWS_OVERLAP in kinds(
        standard("year", window={"opens": "-P200D", "closes": "P200D"})
    )


@pytest.mark.feature(12)
def test_a_stage_that_nobody_reaches_is_found():
    document = PROTOCOLS["car-t-standard"][1]
    empty = {"code": "rest", "title": "Rest", "starts_with": "infusion", "ends_with": "discharge"}

    assert kinds({**document, "stages": [empty, *document["stages"]]}) == [GapKind.EMPTY_STAGE]


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"patient_title": None}, GapKind.REMINDER_WITHOUT_TITLE),
        ({"visible_to_patient": False}, GapKind.REMINDER_ABOUT_HIDDEN),
        (
            {
                "reminders": [
                    {"code": "a", "kind": "visit_due", "audience": "clinician", "channel": "in_app"}
                ]
            },
            GapKind.REMINDER_WITHOUT_DAY,
        ),
        (
            {
                "reminders": [
                    {
                        "code": "a",
                        "kind": "support_soon",
                        "audience": "caregiver",
                        "channel": "email",
                        "offset_days": -1,
                    }
                ]
            },
            GapKind.CONTACT_NOT_BY_PHONE,
        ),
        (
            {
                "reminders": [
                    {
                        "code": "a",
                        "kind": "visit_soon",
                        "audience": "patient",
                        "channel": "email",
                        "offset_days": -1,
                        "asks": True,
                    }
                ]
            },
            GapKind.REMINDER_ASKS_NOBODY,
        ),
        (
            {
                "reminders": [
                    {
                        "code": "a",
                        "kind": "visit_due",
                        "audience": "clinician",
                        "channel": "in_app",
                        "offset_days": day,
                    }
                    for day in (1, 2)
                ]
            },
            GapKind.REMINDER_TWICE,
        ),
    ],
)
def test_a_message_that_cannot_do_its_work_is_found(changes, kind):
    document = standard("month_6", **changes)
    for part in document["activities"]:
        if part.get("patient_title", "") is None:
            del part["patient_title"]

    found = problems(document)

    assert {gap.kind for gap in found} == {kind}
    assert gap_text(found[0], {})


@pytest.mark.feature(12)
def test_every_message_that_the_schema_knows_has_words_and_texts():
    schema: Any = _validator("protocol").schema
    reminder = schema["$defs"]["reminder"]["properties"]

    assert set(MESSAGE_LABELS) == set(reminder["kind"]["enum"])
    assert set(CHANNEL_LABELS) == set(reminder["channel"]["enum"])
    assert all(has_text(kind, channel) for kind in MESSAGE_LABELS for channel in CHANNEL_LABELS)
    assert not has_text("visit_soon", "pigeon")


@pytest.mark.feature(12)
def test_a_problem_leads_to_its_field_and_publishing_is_refused(office, draft):
    address = url(draft, "activity", code="month_6")
    office.post(address, filled(office.get(address), window_opens_0="205", window_closes_0="201"))
    page = office.get(url(draft))

    (problem,) = page.context["problems"]
    assert problem.where == "Six-month visit"
    assert problem.href == f"{address}#id_window_opens_0"
    assert problem.text == "The window closes before it opens."
    assert 'id="id_window_opens_0"' in office.get(address).content.decode()

    draft.refresh_from_db()
    refused = office.post(url(draft, "publish"), {"revision": draft.revision})

    assert refused.status_code == 422
    assert "Solve them, then publish." in refused.content.decode()


def test_a_problem_of_a_limit_or_stage_leads_there_too(office, draft, author):
    document = document_of(draft)
    limits = [{**document["constraints"][0], "earlier": "no_such_point"}]
    stages = [{**document["stages"][0], "starts_with": "nowhere"}, *document["stages"][1:]]
    save_draft(
        draft_uid=draft.uid,
        revision=draft.revision,
        change=lambda _: {**document, "constraints": limits, "stages": stages},
        by=author,
        now=centre_now(draft.centre),
    )

    page = office.get(url(draft))

    hrefs = {problem.href for problem in page.context["problems"]}
    assert f"{url(draft, 'constraint', place=0)}#id_earlier" in hrefs
    assert f"{url(draft, 'stage', code='referral')}#id_starts_with" in hrefs
    for href in hrefs:
        assert office.get(href.partition("#")[0]).status_code == 200
    assert office.get(reverse("authoring:trial", args=[draft.uid])).context["trial"] is None
