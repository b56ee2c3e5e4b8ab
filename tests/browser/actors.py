"""What the three roles do in a browser: one function for each thing a person would say they did."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from playwright.sync_api import Page, expect

from carttrack.accounts.models import User
from journeys.planning.models import Activity, Journey
from journeys.planning.services import open_gate_items
from journeys.planning.workspace import load
from tests.conftest import SmtpSink

PASSWORD = "correct horse battery staple"
ZONE = ZoneInfo("Europe/Stockholm")


def at(day: date, hour: int) -> datetime:
    """Return an instant by the clock of the centre."""
    return datetime.combine(day, time(hour), tzinfo=ZONE).astimezone(UTC)


def sign_in_by_password(page: Page, user: User) -> None:
    """Sign a member of staff in on the form."""
    page.context.clear_cookies()
    page.goto("/accounts/login/")
    page.get_by_label("E-mail address", exact=True).fill(user.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(re.compile("/(today|visits)/"))


def sign_in_by_code(page: Page, email: str, sink: SmtpSink) -> None:
    """Ask for a code, read it from the mailbox, and sign a patient in with it."""
    page.context.clear_cookies()
    page.goto("/accounts/login/")
    page.get_by_label("Your e-mail address").fill(email)
    page.get_by_role("button", name="send me a code").click()
    page.wait_for_url(re.compile("/code/confirm/"))
    code = re.search(r"^\s*(\d{6})\s*$", str(sink.messages[-1].get_content()), re.MULTILINE)
    assert code, sink.messages[-1]
    page.get_by_label("Code").fill(code[1])
    page.get_by_role("button", name=re.compile("Sign in|Confirm")).click()
    page.wait_for_url(re.compile("/my/"))


def refer(page: Page, *, email: str, protocol: str, coordinator: str, clinician: str) -> Journey:
    """Register a patient and start the journey."""
    page.goto("/today/")
    page.get_by_role("link", name="New patient").click()
    page.get_by_label("Given name").fill("Astrid")
    page.get_by_label("Family name").fill("Lindmark")
    page.get_by_label("Date of birth").fill("1958-03-14")
    page.get_by_label("Kind of identifier").select_option(index=1)
    page.get_by_label("Identifier", exact=True).fill("D580314-0001")
    page.get_by_label("E-mail").fill(email)
    page.locator("form.entry button[type=submit]").click()
    page.wait_for_url(re.compile("/patients/[0-9a-f-]{36}/"))
    if "/journeys/new/" not in page.url:
        page.get_by_role("link", name="Start a journey").first.click()
    page.get_by_label("Protocol").select_option(label=protocol)
    page.get_by_label("Coordinator").select_option(label=coordinator)
    page.get_by_label("Clinician").select_option(label=clinician)
    page.locator("form.entry button[type=submit]").click()
    page.wait_for_url(re.compile("/journeys/[0-9a-f-]{36}/$"))
    return Journey.objects.get()


def act(page: Page, activity: Activity, action: str, fill: Callable[[Page], None]) -> None:
    """Open an activity's action from the journey's page, fill its form in and send it."""
    page.goto(f"/journeys/{activity.journey.uid}/")
    address = f"/activities/{activity.uid}/{action}/"
    way = page.locator(f'#activity-{activity.uid} a[href="{address}"]')
    if not way.count():
        unfold_everything(page)
    expect(way.first).to_be_attached()
    page.goto(address)
    fill(page)
    page.locator("main form button[type=submit]").first.click()
    journey_or_preview = page.locator("#timeline-heading, .preview")
    expect(journey_or_preview.first).to_be_visible()
    if page.locator(".preview").count():
        page.locator("main form.sticky button[type=submit]").first.click()
    page.wait_for_url(re.compile(r"/journeys/[0-9a-f-]{36}/"))


def book(page: Page, activity: Activity, on: date, clock: str = "09:30") -> None:
    """Book an activity at a time of the centre."""

    def fill(form: Page) -> None:
        form.get_by_label("Day").fill(on.isoformat())
        form.get_by_label("Starts at").fill(clock)
        form.get_by_label("Place").fill("Room 4")

    act(page, activity, "book", fill)


def record(page: Page, activity: Activity, on: date) -> None:
    """Record that an activity took place."""
    day = "input[type=date]"
    act(page, activity, "record", lambda form: form.locator(day).fill(on.isoformat()))


def meet_gates(page: Page, activity: Activity) -> None:
    """Check everything that must be in place before an activity may be recorded."""
    space = load(activity.journey.uid, for_update=False)
    for item in open_gate_items(space, space.activities[activity.point]):
        page.goto(f"/journeys/{activity.journey.uid}/gates/{item.stage}/{item.code}/check/")
        page.locator("#id_evidence").fill("Signed form in the record")
        page.get_by_role("button", name="It is in place").click()
        page.wait_for_url(re.compile(f"/journeys/{activity.journey.uid}/(#.*)?$"))


def record_visit(page: Page, activity: Activity, on: date) -> None:
    """Record a visit with its response, counts, toxicity and notes."""
    page.goto("/visits/")
    expect(page.locator("main")).to_contain_text("Lindmark")
    page.goto(f"/visits/{activity.uid}/record/")
    page.locator("#id_response").select_option(index=3)
    page.locator("#id_tested_on").fill(on.isoformat())
    page.locator("#id_neutrophils").fill("2.1")
    page.locator("#id_platelets").fill("84")
    for field, answer in (
        ("max_crs_grade", "1"),
        ("max_icans_grade", "0"),
        ("intensive_care", "no"),
        ("infection", "no"),
        ("second_cancer", "no"),
    ):
        page.locator(f"#id_{field}").select_option(answer)
    page.locator("#id_notes").fill("Tired, otherwise well.")
    page.locator("main form button[type=submit]").last.click()
    page.wait_for_url(re.compile("/visits/records/"))
    expect(page.locator("main")).to_contain_text("84")


def move(page: Page, activity: Activity, to_on: date, *, reason: str) -> Iterator[None]:
    """Preview a move, stop there for a look, and commit it when asked to go on."""
    page.goto(f"/activities/{activity.uid}/move/")
    page.locator("input[type=date]").fill(to_on.isoformat())
    page.get_by_role("button", name="Preview").click()
    yield
    page.get_by_label("Reason").select_option(label=reason)
    page.get_by_role("button", name=re.compile("Commit|Move")).last.click()
    page.wait_for_url(re.compile("/journeys/"))
    yield


def unfold_everything(page: Page) -> None:
    """Open every folded part of the page."""
    folds = page.locator("main .timeline details, main details.stage")
    folds.evaluate_all("all => all.forEach(fold => { fold.open = true; })")
