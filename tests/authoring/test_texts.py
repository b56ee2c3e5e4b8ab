"""The texts of messages: shown as they would arrive, and kept from giving anything away."""

from copy import deepcopy

import pytest
from django.urls import reverse

from journeys.authoring.domain.completeness import GapKind
from journeys.authoring.labels.problems import gap_text
from journeys.authoring.workspace import is_neutral
from notifications.channels import texts
from tests.authoring.test_checking import PROTOCOLS, problems
from tests.factories import published

PAGE = "authoring:texts"


@pytest.fixture
def leaky(settings, tmp_path):
    """Let one e-mail name a stage of the treatment."""
    text = tmp_path / "notifications" / "visit_soon" / "email.sv.txt"
    text.parent.mkdir(parents=True)
    text.write_text("Hej\n\nDin infusion är snart: {{ url }}\n", encoding="utf-8")
    templates = deepcopy(settings.TEMPLATES)
    templates[0]["DIRS"] = [tmp_path, *templates[0]["DIRS"]]
    settings.TEMPLATES = templates
    forget()
    yield
    forget()


def forget() -> None:
    """Read the files again: what they say is kept for as long as a process lives."""
    is_neutral.cache_clear()
    texts._open_text.cache_clear()


@pytest.mark.feature(84)
def test_every_open_text_is_shown_as_neutral(office):
    page = office.get(reverse(PAGE))

    assert page.context["astray"] == []
    assert "Neutral: it names no illness" in page.content.decode()


@pytest.mark.feature(84)
def test_a_text_that_names_a_stage_is_pointed_out_and_keeps_a_protocol_from_being_published(
    office, leaky
):
    asked = {"kind": "visit_soon", "channel": "email", "language": "sv"}
    page = office.get(reverse(PAGE), asked)

    assert "Not neutral: others may read along, and it says infusion." in page.content.decode()
    assert [(one.kind, one.language) for one in page.context["astray"]] == [("visit_soon", "sv")]
    found = problems(PROTOCOLS["car-t-standard"][1])
    assert {gap.kind for gap in found} == {GapKind.TEXT_NOT_NEUTRAL}
    assert gap_text(found[0], {}) == ("The text of “Visit soon” by e-mail has clinical words.")


def test_a_text_is_chosen_by_kind_channel_and_language(office):
    page = office.get(reverse(PAGE), {"kind": "book_soon", "channel": "in_app", "language": "sv"})

    text = page.content.decode()
    assert "Att boka: Return visit" in text
    assert "it may name the activity" in text
    current = [
        tab["label"]
        for name in ("kinds", "channels", "languages")
        for tab in page.context[name]
        if tab["current"]
    ]
    assert current == ["To be booked", "Message in this system", "Svenska"]


def test_a_text_message_says_how_long_it_is(office):
    page = office.get(reverse(PAGE), {"channel": "sms"})

    assert "of 160 characters" in page.content.decode()


def test_what_nobody_offers_is_the_first_there_is(office):
    page = office.get(reverse(PAGE), {"kind": "../x", "channel": "pigeon", "language": "tlh"})

    sample = page.context["sample"]
    assert (sample.kind, sample.channel, sample.language) == ("appointment_booked", "email", "en")


def test_the_rules_of_a_protocol_lead_to_their_words(office):
    version = published()
    page = office.get(reverse("authoring:version", args=["car-t-standard", version.number]))

    assert f"{reverse(PAGE)}?kind=waiting_news&amp;channel=email" in page.content.decode()
