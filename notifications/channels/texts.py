"""The words of a message: one template for each kind, channel and language."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, lru_cache
from pathlib import Path

from django.conf import settings
from django.template import TemplateDoesNotExist, TemplateSyntaxError, VariableDoesNotExist
from django.template.loader import select_template
from django.utils.translation import override

from notifications.channels.base import Channel

FALLBACK = "en"
# The languages that messages are written in; a test finds the text that one of them lacks.
LANGUAGES = {"en": "English", "sv": "svenska", "es": "español"}
LONGEST_SUBJECT = 200
LONGEST_LINK = 200
TEXTS = 512  # that are remembered
# What a template raises when it is missing, wrong, or given what it cannot show.
UNUSABLE = (
    TemplateDoesNotExist,
    TemplateSyntaxError,
    VariableDoesNotExist,
    TypeError,
    ValueError,
)
WORDS_FOLDER = Path(__file__).with_name("clinical_words")
# Keys of a context: what an activity is called, among staff and to the patient. A key with a
# language behind it, such as "title_sv", is the same in that language.
TITLES = ("title", "patient_title")
# Keys whose value is an ISO date; a template then shows it as its language does.
DATES = ("day", "was_day")


class TextNotMade(Exception):
    """The message has no usable text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """What a person reads; a text message has no subject."""

    subject: str
    body: str
    link: str = ""


def text_for(*, kind: str, channel: Channel, language: str, context: Mapping[str, str]) -> Text:
    """Return the words of a message; the first line of more than one is the subject.

    On a channel where others may read along, the template is given the address of the sign-in page
    and nothing else, so that nothing about a person can slip in.

    Raises:
        TextNotMade: there is no template, or it fails on this context.
    """
    url = f"{settings.SITE_URL.rstrip('/')}/"
    if channel.is_open:
        return _open_text(kind, channel.name, language, url)
    try:
        values = {"url": url, **_own_values(context, language)}
    except UNUSABLE as error:
        raise TextNotMade(f"{kind} by {channel.name}: {error}") from error
    return replace(_written(kind, channel.name, language, values), link=_link(context))


@lru_cache(maxsize=TEXTS)
def _open_text(kind: str, channel: str, language: str, url: str) -> Text:
    """Return the words of everybody's open messages of a kind, written once."""
    return _written(kind, channel, language, {"url": url})


def _written(kind: str, channel: str, language: str, values: Mapping[str, object]) -> Text:
    """Return what the template says with these values."""
    names = [f"notifications/{kind}/{channel}.{code}.txt" for code in (language, FALLBACK)]
    try:
        with override(language):
            lines = select_template(names).render({**values}).strip().splitlines()
    except UNUSABLE as error:
        raise TextNotMade(f"{kind} by {channel}: {error}") from error
    if not lines or len(lines[0]) > LONGEST_SUBJECT:
        raise TextNotMade(f"{kind} by {channel}: the first line is no subject")
    subject = lines.pop(0).strip() if len(lines) > 1 else ""
    return Text(subject=subject, body="\n".join(lines).strip() + "\n")


def _link(context: Mapping[str, str]) -> str:
    """Return the page that a message behind the sign-in opens.

    Raises:
        TextNotMade: the page is not one of this site.
    """
    link = context.get("link", "")
    if link and (not link.startswith("/") or link.startswith("//") or len(link) > LONGEST_LINK):
        raise TextNotMade("the link leaves this site")
    return link


def _own_values(context: Mapping[str, str], language: str) -> dict[str, object]:
    """Return what a text behind the sign-in may say: dates as dates, titles in its language."""
    dates = {key: date.fromisoformat(context[key]) for key in DATES if context.get(key)}
    titles = {key: context.get(f"{key}_{language}") or context.get(key, "") for key in TITLES}
    return {**context, **titles, **dates}


@cache
def clinical_words() -> tuple[str, ...]:
    """Return the beginnings of words that an open text must not contain, of every language."""
    lines = [
        line
        for path in sorted(WORDS_FOLDER.glob("*.txt"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    return tuple(dict.fromkeys(line for line in lines if line and not line.startswith("#")))
