"""The news after which nothing more may be sent to a patient, and what their page says instead."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class BadNewsKind(StrEnum):
    """What has happened."""

    DEATH = "death"
    PROGRESSION = "progression"
    WITHDRAWAL = "withdrawal"


class QuietPage(StrEnum):
    """A text that stands in place of the patient's pages; people choose it."""

    CONDOLENCE = "condolence"
    CLOSED = "closed"
    TEAM_CALLS = "team_calls"
    PLAN_RESTS = "plan_rests"
    THANKS = "thanks"
    ENDED = "ended"


# What may stand there after which news; the first is the usual one.
PAGES: Mapping[BadNewsKind, tuple[QuietPage, ...]] = {
    BadNewsKind.DEATH: (QuietPage.CONDOLENCE, QuietPage.CLOSED),
    BadNewsKind.PROGRESSION: (QuietPage.TEAM_CALLS, QuietPage.PLAN_RESTS),
    BadNewsKind.WITHDRAWAL: (QuietPage.THANKS, QuietPage.ENDED),
}
# What the ledger gives as the reason why a message was not sent.
HUSH_REASONS: Mapping[BadNewsKind, str] = {
    BadNewsKind.DEATH: "died",
    BadNewsKind.PROGRESSION: "relapsed",
    BadNewsKind.WITHDRAWAL: "withdrew",
}
USUAL_LANGUAGE = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietText:
    """A heading and a few sentences in one language."""

    language: str
    title: str
    text: str


# In each language of the messages; whoever reads them may be in grief, so nothing is explained.
WORDS: Mapping[QuietPage, Mapping[str, tuple[str, str]]] = {
    QuietPage.CONDOLENCE: {
        "en": (
            "We are sorry for your loss",
            "We are thinking of you. Nothing more will come from us here. If you would like to "
            "talk with somebody who was there, call us. We will make time.",
        ),
        "sv": (
            "Vi beklagar sorgen",
            "Våra tankar går till er. Härifrån kommer inget mer från oss. Vill ni prata med någon "
            "som var med, ring oss. Vi tar oss tid.",
        ),
        "es": (
            "Lamentamos su pérdida",
            "Pensamos en ustedes. Aquí no recibirán nada más de nosotros. Si desean hablar con "
            "alguien que estuvo allí, llámennos. Les dedicaremos tiempo.",
        ),
    },
    QuietPage.CLOSED: {
        "en": ("This page is closed", "There is no plan here any more."),
        "sv": ("Den här sidan är stängd", "Här finns inte längre någon plan."),
        "es": ("Esta página está cerrada", "Aquí ya no hay ningún plan."),
    },
    QuietPage.TEAM_CALLS: {
        "en": (
            "Your team will talk with you",
            "We are looking at what comes next, together with you. Until then no reminders come "
            "from here. Call us whenever you want to.",
        ),
        "sv": (
            "Ditt team kommer att prata med dig",
            "Vi ser över vad som kommer härnäst, tillsammans med dig. Till dess kommer inga "
            "påminnelser härifrån. Ring oss när du vill.",
        ),
        "es": (
            "Su equipo hablará con usted",
            "Estamos viendo, junto con usted, cuáles son los próximos pasos. Hasta entonces no "
            "recibirá avisos desde aquí. Llámenos cuando lo desee.",
        ),
    },
    QuietPage.PLAN_RESTS: {
        "en": (
            "Your plan is resting",
            "No dates are shown here for now, and no reminders come. Your team knows, and tells "
            "you in person what comes next.",
        ),
        "sv": (
            "Din plan vilar",
            "Just nu visas inga datum här och inga påminnelser kommer. Ditt team vet om det och "
            "berättar personligen för dig vad som kommer härnäst.",
        ),
        "es": (
            "Su plan está en pausa",
            "Por ahora aquí no se muestran fechas ni llegan avisos. Su equipo lo sabe y le dirá "
            "en persona cuáles son los próximos pasos.",
        ),
    },
    QuietPage.THANKS: {
        "en": (
            "Thank you, and take care",
            "You have decided to go no further, and that is respected. No reminders come from "
            "here any more. If something worries you, call us. We are here for you all the same.",
        ),
        "sv": (
            "Tack, och ta hand om dig",
            "Du har bestämt dig för att inte gå vidare, och det respekterar vi. Härifrån kommer "
            "inga fler påminnelser. Om något oroar dig, ring oss. Vi finns här för dig ändå.",
        ),
        "es": (
            "Gracias, y cuídese",
            "Usted ha decidido no continuar, y lo respetamos. Ya no recibirá avisos desde aquí. "
            "Si algo le preocupa, llámenos. Seguimos aquí para usted.",
        ),
    },
    QuietPage.ENDED: {
        "en": ("Your plan has ended", "No dates are shown here and no reminders come."),
        "sv": ("Din plan är avslutad", "Här visas inga datum och inga påminnelser kommer."),
        "es": ("Su plan ha terminado", "Aquí no se muestran fechas ni llegan avisos."),
    },
}


def quiet_text(page: QuietPage, *, language: str) -> QuietText:
    """Return what a page says in a language, or in English where nobody has put it into that."""
    known = language if language in WORDS[page] else USUAL_LANGUAGE
    title, text = WORDS[page][known]
    return QuietText(language=known, title=title, text=text)
