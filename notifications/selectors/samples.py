"""The texts of messages as recipients would read them, and whether open ones give nothing away."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from notifications.channels import OPEN_CHANNELS, channel_named
from notifications.channels.texts import LANGUAGES, Text, TextNotMade, clinical_words, text_for
from notifications.domain.gsm import LONGEST, gsm_length
from notifications.domain.neutral import clinical_words_in
from notifications.labels import KINDS

__all__ = ["LANGUAGES", "LONGEST", "Sample", "open_samples", "sample_of"]

PHONE = "sms"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One text; `words` are the clinical ones in it that others could read along.

    Units:
        length: characters on a telephone; None where that does not matter.
    """

    kind: str
    channel: str
    language: str
    text: Text | None
    is_open: bool
    words: tuple[str, ...]
    length: int | None

    @property
    def is_good(self) -> bool:
        """Tell whether it may be sent as it is."""
        return bool(self.text) and not self.words and (self.length or 0) <= LONGEST


def sample_of(
    kind: str,
    channel: str,
    language: str,
    *,
    title: str = "",
    patient_title: str = "",
    day: date | None = None,
) -> Sample:
    """Return one text, about an activity where it may name one; without words if there is none.

    Raises:
        UnknownChannel: no such channel.
    """
    way = channel_named(channel)
    context = {"title": title, "patient_title": patient_title}
    if day:
        context["day"] = day.isoformat()
    try:
        text = text_for(kind=kind, channel=way, language=language, context=context)
    except TextNotMade:
        text = None
    said = f"{text.subject}\n{text.body}" if text else ""
    return Sample(
        kind=kind,
        channel=channel,
        language=language,
        text=text,
        is_open=way.is_open,
        words=clinical_words_in(said, clinical_words()) if way.is_open else (),
        length=gsm_length(text.body.strip()) if text and channel == PHONE else None,
    )


def open_samples() -> Iterator[Sample]:
    """Yield every text of every open channel."""
    for kind in KINDS:
        for channel in OPEN_CHANNELS:
            for language in LANGUAGES:
                yield sample_of(kind, channel, language)
