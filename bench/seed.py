"""Fill a database for the benchmarks: lived demonstration journeys, copied to any number.

`python -m bench.seed base` lives through the demonstration; `python -m bench.seed fill 100000`
copies its journeys over ten centres and prints, as JSON, whom the benchmark signs in as.
"""

import json
import os
import sys
from copy import copy
from datetime import timedelta
from io import StringIO
from typing import Any
from uuid import uuid4

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "carttrack.settings")
django.setup()

from django.conf import settings  # noqa: E402 - needs Django set up, like all that follow
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.contrib.sessions.backends.cached_db import SessionStore  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from bench.seed_clones import clone_patients  # noqa: E402
from carttrack.accounts.domain import Role  # noqa: E402
from carttrack.accounts.models import Centre, ClosedDay, Membership, User  # noqa: E402
from journeys.patients.models import Patient  # noqa: E402
from journeys.planning.domain.states import ActivityState, JourneyStatus  # noqa: E402
from journeys.planning.models import Activity, Journey  # noqa: E402

CENTRES = 10
FIVE = 5
SPREAD_DAYS = 5
MANY = 5000
FIRST_EXTRA = 100
READS_PER_PATIENT = 10


def base() -> None:
    """Migrate, publish the protocols and live through the demonstration."""
    call_command("migrate", verbosity=0)
    call_command("publish_protocols", stdout=StringIO())
    call_command("load_demo", stdout=StringIO())


def fill(number: int) -> dict[str, Any]:
    """Copy the demonstration's journeys until there are `number` more; return the subjects."""
    with transaction.atomic():
        people = _centres()
        clone_patients(number, centres=people["centres"], days=SPREAD_DAYS)
        _read_log()
        subjects = _subjects(people)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return subjects


def _centres() -> dict[str, Any]:
    """Make the centres, a coordinator for each, and one who works at five of them."""
    model = Centre.objects.order_by("pk")[0]
    closed = list(ClosedDay.objects.filter(centre=model).values("on", "name"))
    since = timezone.now().date() - timedelta(days=900)
    roaming = User.objects.create_user("five@bench.invalid", name="Five Centres")
    centres: dict[int, int] = {}
    for number in range(1, CENTRES + 1):
        centre = Centre.objects.get(pk=model.pk)
        centre.pk, centre.uid, centre.code = None, Centre().uid, f"bench-{number:02}"
        centre.name = centre.short_name = f"Bench {number:02}"
        centre.save(force_insert=True)
        ClosedDay.objects.bulk_create(ClosedDay(centre=centre, **day) for day in closed)
        user = User.objects.create_user(f"c{number:02}@bench.invalid", name=f"Coordinator {number}")
        centres[centre.pk] = user.pk
        for person in [user, roaming] if number <= FIVE else [user]:
            Membership.objects.create(
                user=person, centre=centre, role=Role.COORDINATOR, from_on=since
            )
    return {"centres": centres, "roaming": roaming}


def _read_log() -> None:
    """Give every patient a past of having been read."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO audit_readentry (at, reader_id, patient_uid, page, how) "
            "SELECT now() - turn * interval '7 days', (SELECT min(id) FROM accounts_user), uid, "
            "'worklist:journey', 'view' FROM patients_patient, generate_series(1, %s) AS turn",
            [READS_PER_PATIENT],
        )


def _subjects(people: dict[str, Any]) -> dict[str, Any]:
    """Choose the same patients at every size, one of them with thousands of activities."""
    centre, coordinator = next(iter(people["centres"].items()))
    usual, crowded = Journey.objects.filter(
        centre=centre,
        status=JourneyStatus.ACTIVE,
        protocol_version__protocol__code="car-t-standard",
        activities__code="infusion",
        activities__happened_on__isnull=False,
    ).order_by("pk")[:2]
    _crowd(crowded)
    return {
        "coordinator": _session(User.objects.get(pk=coordinator)),
        "five": _session(people["roaming"]),
        "patient": _session(_account(usual, "patient@bench.invalid")),
        "crowded_patient": _session(_account(crowded, "crowded@bench.invalid")),
        "journey": str(usual.uid),
        "crowded_journey": str(crowded.uid),
        "activities": usual.activities.count(),
        "family_name": usual.patient.family_name,
    }


def _account(journey: Journey, email: str) -> User:
    """Give the patient of a journey an account to sign in with."""
    user = User.objects.create_user(email, name=journey.patient.full_name)
    Patient.objects.filter(pk=journey.patient_id).update(user=user)
    return user


def _session(user: User) -> str:
    """Sign a person in and return the cookie."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return str(session.session_key)


def _crowd(journey: Journey) -> None:
    """Give a journey thousands of daily checks, most of them done, the rest ahead."""
    model = journey.activities.filter(code="daily_check").order_by("pk")[:1].get()
    today = timezone.now().date()
    rows = []
    for turn in range(MANY):
        day = today + timedelta(days=turn - MANY * 4 // 5)
        is_past = day < today
        row = copy(model)
        row.pk, row.uid, row.occurrence = None, uuid4(), FIRST_EXTRA + turn
        row.target_on = row.opens_on = row.closes_on = row.chosen_on = day
        row.happened_on, row.happened_at = day if is_past else None, None
        row.state = ActivityState.DONE if is_past else ActivityState.PLANNED
        rows.append(row)
    Activity.objects.bulk_create(rows, batch_size=1000)


def main(arguments: list[str]) -> None:
    """Run one of the commands."""
    match arguments:
        case ["base"]:
            base()
        case ["fill", number]:
            sys.stdout.write(json.dumps(fill(int(number))))
        case _:
            sys.exit("usage: python -m bench.seed base | fill NUMBER")


if __name__ == "__main__":
    main(sys.argv[1:])
