"""Every kind of message has words on every channel, and open ones give nothing away."""

import pytest

from notifications.channels import CHANNELS, UnknownChannel, channel_named
from notifications.channels.texts import TextNotMade, clinical_words, text_for
from notifications.domain.neutral import clinical_words_in
from notifications.domain.states import Purpose, State
from notifications.labels import CHANNELS as CHANNEL_WORDS
from notifications.labels import KINDS, PURPOSES, REASONS, STATES, reason_word

CONTEXT = {"title": "Leukapheresis", "day": "2026-03-20", "was_day": "2026-03-10"}


@pytest.mark.parametrize("channel", CHANNELS.values(), ids=list(CHANNELS))
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("context", [CONTEXT, {}], ids=["full", "empty"])
def test_every_kind_has_a_text_on_every_channel(kind, channel, context):
    text = text_for(kind=kind, channel=channel, language="en", context=context)

    assert text.subject
    assert text.body.strip()
    assert "{" not in text.subject + text.body


@pytest.mark.feature(84)
@pytest.mark.parametrize("kind", KINDS)
def test_an_open_text_contains_no_clinical_word(kind, settings):
    for channel in CHANNELS.values():
        if channel.is_open:
            text = text_for(kind=kind, channel=channel, language="en", context=CONTEXT)
            words = clinical_words_in(f"{text.subject}\n{text.body}", clinical_words())
            assert words == ()
            assert f"{settings.SITE_URL}/" in text.body


@pytest.mark.parametrize(
    "text",
    ["Your leukapheresis is booked", "CAR-T clinic", "day 28 after the Infusion", "Yescarta"],
)
def test_the_lint_finds_clinical_words(text):
    assert clinical_words_in(text, clinical_words())


def test_the_lint_looks_at_beginnings_of_words_only():
    assert clinical_words_in("a reward for excellent plans", clinical_words()) == ()


def test_a_language_without_a_text_falls_back_to_english():
    channel = channel_named("email")

    assert text_for(kind="visit_soon", channel=channel, language="tlh", context={}) == text_for(
        kind="visit_soon", channel=channel, language="en", context={}
    )


@pytest.mark.parametrize(
    ("kind", "context"),
    [
        ("no_such_kind", {}),
        ("visit_soon", {"day": "tomorrow"}),
        ("visit_soon", {"title": "very " * 50 + "long"}),
        ("visit_soon", {"link": "https://elsewhere.test/"}),
        ("visit_soon", {"link": "//elsewhere.test/"}),
    ],
)
def test_a_text_that_cannot_be_made_is_said_so(kind, context):
    with pytest.raises(TextNotMade):
        text_for(kind=kind, channel=channel_named("in_app"), language="en", context=context)


def test_a_channel_that_does_not_exist_is_refused():
    with pytest.raises(UnknownChannel):
        channel_named("pigeon")


def test_everything_has_its_word():
    assert set(STATES) == set(State)
    assert set(PURPOSES) == set(Purpose)
    assert set(CHANNEL_WORDS) == set(CHANNELS) | {"sms"}
    assert reason_word("died") == REASONS["died"]
    assert reason_word("something new") == "something new"
