"""Of a herd that is due at once, each batch reads its own rows and no others."""

import re
from uuid import uuid4

import pytest
from django.db import connection

from notifications.models import Reminder
from notifications.services.claim import BATCH, BY_INDEX, HEALTHY, LEASE_SECONDS, claim
from notifications.services.wire import MARGIN_SECONDS, SETTLE_AND_FENCE, settle_and_fence
from tests.notifications.factories import NOON, ReminderFactory

pytestmark = pytest.mark.django_db(transaction=True)

NAME = re.compile(r"%\((\w+)\)s")
HERD = 500
BY_KEY = "notifications_reminder_pkey"
OF_A_TRY = "states reasons due_at sent_at began_at ended_at outcomes codes texts provider_ids"


@pytest.fixture(params=["all of it", "the first row", "what was deleted"])
def herd(request):
    """A herd of which the database has counted this."""
    if request.param == "what was deleted":
        fill(ReminderFactory.create())
        run("DELETE FROM notifications_reminder")
        run("ANALYZE notifications_reminder")
    first = ReminderFactory.create()
    if request.param == "the first row":
        run("ANALYZE notifications_reminder")
    fill(first)
    if request.param == "all of it":
        run("ANALYZE notifications_reminder")


def run(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)


def fill(first):
    kept = {field.attname: getattr(first, field.attname) for field in Reminder._meta.fields}
    others = [
        Reminder(**(kept | {"id": None, "uid": uuid4(), "rule": f"herd:{number}"}))
        for number in range(HERD - 1)
    ]
    Reminder.objects.bulk_create(others)


def nodes(plan):
    """Yield every node of a plan."""
    yield plan
    for part in plan.get("Plans", ()):
        yield from nodes(part)


def plan_of(statement, **values):
    """Return the plan by which a statement is carried out, whatever its values."""
    names = list(dict.fromkeys(NAME.findall(statement.sql)))
    numbered = NAME.sub(lambda found: f"${names.index(found[1]) + 1}", statement.sql)
    connection.set_autocommit(False)
    try:
        with connection.cursor() as cursor:
            cursor.execute(BY_INDEX.sql)
            cursor.execute(f"PREPARE herd AS {numbered}")
            execute = f"EXECUTE herd({', '.join(f'%({name})s' for name in names)})"
            cursor.execute(f"EXPLAIN (FORMAT JSON) {execute}", values)
            [[found]] = cursor.fetchall()
            cursor.execute("DEALLOCATE herd")
    finally:
        connection.rollback()
        connection.set_autocommit(True)
    return found[0]["Plan"]


def scans(plan):
    """Return how a plan reads the ledger: by which index, and how."""
    return {
        (node.get("Index Name"), node["Node Type"])
        for node in nodes(plan)
        if node.get("Relation Name") == "notifications_reminder" and "Scan" in node["Node Type"]
    }


@pytest.mark.usefixtures("herd")
def test_a_batch_is_claimed_in_the_order_of_an_index():
    plan = plan_of(
        HEALTHY, now=NOON, paused=[], token=uuid4(), worker="test", seconds=LEASE_SECONDS
    )

    [due] = [node for node in nodes(plan) if node.get("Subplan Name") == "CTE due"]
    assert scans(due) == {("reminder_due", "Index Scan")}
    assert "Sort" not in {node["Node Type"] for node in nodes(due)}
    assert scans(plan) - scans(due) == {(BY_KEY, "Index Scan")}


@pytest.mark.parametrize("herd", ["all of it", "the first row"], indirect=True)
@pytest.mark.usefixtures("herd")
def test_the_last_check_looks_up_the_rows_of_its_batch_and_no_others():
    plan = plan_of(
        SETTLE_AND_FENCE,
        next=[1, 2],
        token=uuid4(),
        margin=MARGIN_SECONDS,
        now=NOON,
        done=[],
        **{column: [] for column in OF_A_TRY.split()},
    )

    assert scans(plan) == {(BY_KEY, "Index Scan")}


@pytest.mark.usefixtures("herd")
def test_a_batch_leaves_no_setting_behind():
    token = uuid4()
    rows = claim(now=NOON, worker="test", token=token, paused=())
    assert len(settle_and_fence(ids=[row.id for row in rows], token=token, now=NOON)) == BATCH

    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM pg_settings WHERE source = 'session'")
        assert not [name for (name,) in cursor.fetchall() if name.startswith(("plan", "enable"))]
