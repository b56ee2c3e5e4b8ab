"""Every kind of message has words on every channel, and open ones give nothing away."""

from pathlib import Path

import pytest
from django.conf import settings as site

from notifications.channels import CHANNELS, UnknownChannel, channel_named
from notifications.channels.texts import LANGUAGES, TextNotMade, clinical_words, text_for
from notifications.domain.gsm import LONGEST, foreign_to_gsm, gsm_length
from notifications.domain.neutral import clinical_words_in
from notifications.domain.states import Purpose, State
from notifications.labels import CHANNELS as CHANNEL_WORDS
from notifications.labels import KINDS, PURPOSES, REASONS, STATES, reason_word

CONTEXT = {"title": "Leukapheresis", "day": "2026-03-20", "was_day": "2026-03-10"}
FOLDER = site.BASE_DIR / "templates" / "notifications"
FILES = sorted(FOLDER.glob("*/*.*.txt"))


def name_of(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"


@pytest.mark.parametrize("channel", CHANNELS.values(), ids=list(CHANNELS))
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("context", [CONTEXT, {}], ids=["full", "empty"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_has_a_text_on_every_channel_in_every_language(kind, channel, context, language):
    text = text_for(kind=kind, channel=channel, language=language, context=context)

    assert (FOLDER / kind / f"{channel.name}.{language}.txt").exists()
    assert bool(text.subject) == (channel.name != "sms")
    assert text.body.strip()
    assert "{" not in text.subject + text.body


@pytest.mark.feature(84)
@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_an_open_text_contains_no_clinical_word_and_leads_to_the_sign_in(path, settings):
    channel, language, _txt = path.name.split(".")
    if not channel_named(channel).is_open:
        return
    text = text_for(
        kind=path.parent.name, channel=channel_named(channel), language=language, context=CONTEXT
    )

    assert clinical_words_in(f"{text.subject}\n{text.body}", clinical_words()) == ()
    assert f"{settings.SITE_URL.rstrip('/')}/" in text.body
    assert text.link == ""
    assert "{% if" not in path.read_text("utf-8"), "an open text is the same for everybody"


@pytest.mark.feature(84)
@pytest.mark.parametrize("path", [path for path in FILES if "sms." in path.name], ids=name_of)
def test_a_text_message_is_one_message_on_every_telephone(path, settings):
    settings.SITE_URL = "https://my-page.region-example.test"
    language = path.name.split(".")[1]

    text = text_for(
        kind=path.parent.name, channel=channel_named("sms"), language=language, context={}
    )

    assert foreign_to_gsm(text.body) == ()
    assert gsm_length(text.body.strip()) <= LONGEST


def test_the_letters_of_a_telephone_are_counted():
    assert gsm_length("För 5 €") == 8
    assert foreign_to_gsm("Señor Núñez, às 9") == ("ú",)


@pytest.mark.feature(84)
@pytest.mark.parametrize(
    "text",
    [
        "Your leukapheresis is booked",
        "CAR-T clinic",
        "day 28 after the Infusion",
        "Yescarta",
        "Välkommen till mottagningen",
        "Din behandling är klar",
        "Tome su medicación",
        "Le esperamos en la planta 4",
        "su Aféresis",
        "su aferesis",
    ],
)
def test_the_lint_finds_clinical_words(text):
    assert clinical_words_in(text, clinical_words())


def test_the_lint_looks_at_beginnings_of_words_only():
    assert clinical_words_in("a reward for excellent plans", clinical_words()) == ()


def test_titles_are_said_in_the_language_of_the_recipient():
    context = CONTEXT | {"title_sv": "Cellinsamling", "patient_title_es": "Recogida de células"}

    def subject(kind, language):
        channel = channel_named("in_app")
        return text_for(kind=kind, channel=channel, language=language, context=context).subject

    assert subject("book_soon", "sv") == "Att boka: Cellinsamling fredag 20 mars 2026"
    assert subject("visit_soon", "es").startswith("Pronto: Recogida de células el viernes 20 de")
    assert subject("book_soon", "en") == "To be booked: Leukapheresis on Friday 20 March 2026"


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
    assert set(CHANNEL_WORDS) == set(CHANNELS)
    assert reason_word("died") == REASONS["died"]
    assert reason_word("something new") == "something new"
