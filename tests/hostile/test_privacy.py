"""Canaries: what may never leave the pages is in no log, mail, task, redirect or sign-in page."""

import logging
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from carttrack.accounts.domain import Role
from journeys.patients.models import Patient
from journeys.planning.models import Activity, Journey
from notifications.models import DeliveryAttempt, Reminder
from notifications.services import sweep
from notifications.tasks import sweep_reminders
from tests.factories import CentreFactory, activity_of, centre_day, centre_now, published, staff

ADDRESS = "kanarie-epost@example.org"
SECRETS = {
    "given_name": "Kanarievornamn",
    "family_name": "Kanarieefternamn",
    "identifier": "KANARIE-19121212",
    "contact_name": "Kanarieanhorig",
    "place": "Kanarierum",
    "note": "Kanarieanteckning",
    "reason": "Kanarieorsak",
}
CLINICAL = ("leukapheresis", "CAR T", "car-t", "lymphodepletion", "infusion", "oncolog", "cancer")

pytestmark = pytest.mark.django_db(transaction=True)


class Listener(logging.Handler):
    """Keeps every log record as it would be written, whatever its level."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"{record.name} {record.getMessage()} {self.format(record)}")


@pytest.fixture
def log():
    """Hear everything that the project and its libraries say; the database's own trace apart."""
    listener, root = Listener(), logging.getLogger()
    level = root.level
    root.addHandler(listener)
    root.setLevel(logging.DEBUG)
    yield listener
    root.removeHandler(listener)
    root.setLevel(level)


@pytest.fixture
def woken(monkeypatch) -> list[Any]:
    """What is handed to the message broker."""
    calls: list[Any] = []
    monkeypatch.setattr(
        sweep_reminders, "apply_async", lambda *args, **kw: calls.append((args, kw))
    )
    return calls


def live_a_little(client: Client) -> tuple[list[str], Journey]:
    """Register, start, book, record, move, close and end in a browser; return the redirects."""
    centre = CentreFactory()
    coordinator, clinician = staff(centre), staff(centre, Role.CLINICIAN)
    today = centre_day(centre)
    client.force_login(coordinator)
    went: list[str] = []

    def send(route: str, uid: Any, **data: Any) -> None:
        path = reverse(route, args=[uid] if uid else [])
        answer = client.post(path, data)
        if answer.status_code == 200:  # a preview, committed as it stands
            token = answer.context["preview"].token
            answer = client.post(path, data | {"token": token})
        assert answer.status_code == 302, answer.context["form"].errors
        went.append(answer["Location"])

    person = {key: SECRETS[key] for key in ("given_name", "family_name", "identifier")}
    send(
        "worklist:patient-new",
        None,
        **person,
        birth_on="1960-05-17",
        identifier_system="other",
        language="en",
        email=ADDRESS,
        contact_name=SECRETS["contact_name"],
        centre=centre.pk,
    )
    patient = Patient.objects.get(email=ADDRESS)
    send(
        "worklist:journey-start",
        patient.uid,
        version=published().pk,
        referred_on=today.isoformat(),
        coordinator=coordinator.pk,
        clinician=clinician.pk,
    )
    journey = patient.journeys.get()
    for path in (reverse("worklist:patients") + f"?q={SECRETS['family_name']}",):
        client.get(path)
    collected = activity_of(journey, "leukapheresis")
    on = (today + timedelta(days=1)).isoformat()
    send("worklist:book", collected.uid, on=on, at="10:00", minutes=60, place=SECRETS["place"])
    send("worklist:cancel-booking", collected.uid, reason=SECRETS["reason"])
    send("worklist:book", collected.uid, on=on, at="11:00", minutes=60, place=SECRETS["place"])
    first = activity_of(journey, "eligibility")
    send("worklist:record", first.uid, on=today.isoformat(), at="", note=SECRETS["note"])
    client.post(reverse("worklist:record", args=[first.uid]), {"on": today.isoformat()})
    sweep(now=centre_now(centre) + timedelta(hours=20), worker="test")
    send(
        "worklist:journey-end",
        journey.uid,
        reason="other",
        on=today.isoformat(),
        note=SECRETS["note"],
    )
    return went, journey


def sign_in_pages() -> list[str]:
    """Try the patient's address at every door, as a stranger would."""
    stranger = Client()
    pages = []
    for route, data in (
        ("account_login", {"login": ADDRESS, "password": "wrong"}),
        ("account_request_login_code", {"email": ADDRESS}),
        ("account_reset_password", {"email": ADDRESS}),
    ):
        pages.append(stranger.get(reverse(route)).content.decode())
        answer = stranger.post(reverse(route), data, follow=True)
        pages.append(answer.content.decode().replace(ADDRESS, "typed by the stranger"))
    return pages


def hits(texts: list[str], words: Any) -> list[str]:
    return [
        f"{word} in {text[max(at - 200, 0) : at + 60]}"
        for text in texts
        for word in words
        for at in [text.lower().find(word.lower())]
        if at >= 0
    ]


def test_no_canary_sings_outside_the_pages(client, log, woken, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    logging.getLogger("django.db.backends").setLevel(logging.INFO)

    went, journey = live_a_little(client)
    pages = sign_in_pages()

    private = [*SECRETS.values(), ADDRESS]
    letters = [f"{letter.subject} {letter.body} {letter.extra_headers}" for letter in mail.outbox]
    assert letters, "nothing was sent, so nothing was tested"
    assert {to for letter in mail.outbox for to in letter.to} >= {ADDRESS}
    attempts = [str(row) for row in DeliveryAttempt.objects.values_list("text", "code")]
    contexts = [str(row.context) for row in Reminder.objects.all()]
    assert not hits(letters, [*private, *CLINICAL])
    assert not hits(log.lines, private)
    assert not hits([str(call) for call in woken], [*private, str(journey.patient.uid)])
    assert not hits(went, private)
    assert not hits(pages, SECRETS.values())
    assert not hits([*contexts, *attempts], private)
    assert Activity.objects.filter(journey=journey).exists()
