"""A small centre lives for some years, in a database of its own, and its books close."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from carttrack.accounts.models import Centre
from carttrack.simulation.accounting import Reminders, close_the_books
from carttrack.simulation.management.commands.simulate import Command
from carttrack.simulation.odds import ODDS
from carttrack.simulation.report import report, spread
from carttrack.simulation.run import live
from carttrack.simulation.scratch import scratch_database
from tests.factories import CentreFactory

pytestmark = pytest.mark.timeout(300)

PARTS = ("delivered", "suppressed", "failed", "expired", "unknown", "pending")
WRONGS = ("duplicates", "to_deceased", "to_withdrawn", "to_opted_out", "unaccounted")
# More goes wrong with a few patients than would with many, so that everything is met.
ROUGH = replace(
    ODDS,
    busy=0.05,
    try_later=0.05,
    reply_lost=0.05,
    worker_dies_before_the_wire=0.02,
    worker_dies_after_the_wire=0.02,
    worker_dies_holding=0.1,
    lost_after_all=0.05,
    not_eligible=0.0,
    deaths_a_year=0.4,
    withdrawals_a_year=0.2,
    turns_comfort_off=0.4,
)


def lived(*, patients, years, seed, odds=ODDS):
    """Run in a copy of the tests' empty database and return the figures."""
    with scratch_database(template=connection.settings_dict["NAME"]):
        whole = live(patients=patients, years=years, seed=seed, odds=odds)
        return report(whole, close_the_books(whole))


@pytest.fixture(scope="module")
def database(django_db_setup, django_db_blocker):
    """Let a module work with the database server without a transaction around it."""
    with django_db_blocker.unblock():
        yield
        connection.close()


@pytest.fixture(scope="module")
def figures(database):
    """Live through three rough years once."""
    return lived(patients=8, years=3, seed=5, odds=ROUGH)


def test_every_message_is_accounted_for(figures):
    reminders = figures["reminders"]

    assert reminders["expected"] == sum(reminders[part] for part in PARTS)
    assert {wrong: reminders[wrong] for wrong in WRONGS} == dict.fromkeys(WRONGS, 0)
    assert reminders["closes"]


def test_much_went_wrong_on_the_way(figures):
    world, reminders = figures["outside_world"], figures["reminders"]

    assert world["beat"]["workers_died"]
    assert world["beat"]["reaped"]
    assert {"sent", "try_later", "reply_lost"} <= set(world["tries"])
    assert reminders["delivered"] > 100
    assert reminders["suppressed"] > 100
    assert reminders["rules_looked_for"] > 20


def test_the_centre_is_reported_whole(figures):
    assert figures["patients"] == figures["attrition"]["referred"] == 8
    assert figures["attrition"]["infused"] >= figures["attrition"]["discharged"] > 0
    assert figures["intervals"]["referral_to_infusion"]["count"] > 0
    assert figures["appointments"]["booked"] > 20
    assert figures["changes"]["revisions"]["recorded"] > 50


@pytest.mark.django_db(transaction=True)
def test_the_sites_own_database_is_not_touched(figures):
    assert not Centre.objects.filter(code="simulated").exists()


@pytest.mark.django_db(transaction=True)
def test_no_scratch_database_is_left_behind():
    with scratch_database(template=connection.settings_dict["NAME"]) as name:
        assert databases_named(name) == 1
    assert databases_named(name) == 0


def databases_named(name):
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_database WHERE datname = %s", [name])
        return cursor.fetchone()[0]


@pytest.mark.django_db(transaction=True)
def test_a_seed_gives_the_same_run_in_another_process_and_another_seed_another(database, project):
    values = connection.settings_dict
    command = ["manage.py", "simulate", "--patients", "2", "--years", "1", "--seed", "3", "--json"]
    command += ["--template", values["NAME"]]
    connection.close()
    done = subprocess.run(
        [sys.executable, *command],
        cwd=project,
        env={
            **os.environ,
            "CARTTRACK_MODE": "test",
            "PYTHONHASHSEED": "7",
            "DATABASE_URL": "postgresql://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**values),
        },
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    here = lived(patients=2, years=1, seed=3)
    assert json.loads(done.stdout) == {"seed": 3, "years": 1, **json.loads(json.dumps(here))}
    assert lived(patients=2, years=1, seed=4) != here


@pytest.mark.django_db(transaction=True)
def test_a_database_with_a_centre_is_never_copied():
    CentreFactory.create()

    with pytest.raises(CommandError, match="has a centre"):
        call_command("simulate", patients=1, years=1, template=connection.settings_dict["NAME"])


@pytest.mark.django_db(transaction=True)
def test_a_database_that_cannot_be_made_is_said_so():
    with pytest.raises(CommandError, match="does not exist"):
        call_command("simulate", patients=1, years=1, template="nowhere_to_be_found")


def books(**differing):
    """Return books that close, or differ in what is given."""
    counts = dict.fromkeys(Reminders.__dataclass_fields__, 0)
    words = {"suppressed_by_reason": {"died": 1}, "failed_by_reason": {"bounced": 1}}
    counted = {"by_channel": {"email": 3}, "expected": 3, "delivered": 3}
    return Reminders(**{**counts, **words, **counted, **differing})


def test_books_that_add_up_close():
    assert books().closes


@pytest.mark.parametrize("wrong", WRONGS)
def test_a_single_wrong_keeps_the_books_open(wrong):
    assert not books(**{wrong: 1}).closes


def test_a_sum_that_does_not_add_up_keeps_the_books_open():
    assert not books(expected=4).closes


class OpenBooks(Command):
    """A run whose books do not close."""

    def _figures(self, *, patients, years, seed, template):
        return {"seed": seed, "reminders": {"closes": False}}


def test_the_command_fails_when_the_books_do_not_close():
    out, err = StringIO(), StringIO()

    with pytest.raises(SystemExit) as stop:
        call_command(OpenBooks(stdout=out, stderr=err))

    assert stop.value.code == 1
    assert "do not close" in err.getvalue()
    assert "closes" in out.getvalue()


def test_production_is_refused(settings):
    settings.PRODUCTION = True

    with pytest.raises(CommandError, match="CARTTRACK_MODE=test"):
        call_command("simulate")


def test_nobody_and_no_time_are_refused():
    with pytest.raises(CommandError, match="at least one"):
        call_command("simulate", patients=0)


def test_a_spread_is_the_middle_and_what_nine_of_ten_stay_within():
    assert spread([]) == {"count": 0, "median_days": None, "p90_days": None}
    assert spread(range(1, 11)) == {"count": 10, "median_days": 5.5, "p90_days": 9}
