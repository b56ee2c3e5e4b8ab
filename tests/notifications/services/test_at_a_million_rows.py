"""What a sweep costs does not depend on how much the ledger holds."""

import time
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from notifications.services import sweep
from notifications.services.claim import BATCH, CLAIM, LEASE_SECONDS
from notifications.services.look import HEARTBEAT, LOOK
from notifications.services.upkeep import EXPIRE, REAP_LEASED, REAP_SENDING
from tests.notifications.factories import NOON, ReminderFactory

ROWS = 1_000_000
# Nine tenths are long over, one tenth is to come; nothing is due.
FILL = """
INSERT INTO notifications_reminder (
    uid, thread_id, topic_id, centre_id, recipient_id, channel, kind, rule, is_planned, purpose,
    context, occurs_on, topic_version, asks, ignores_quiet, is_at_once, local_on, local_at, zone,
    due_at, expires_at, state, reason, attempts, times_unknown, lost_leases, worker, sent_at,
    provider_id, last_code
)
SELECT gen_random_uuid(), thread_id, topic_id, centre_id, recipient_id, channel, kind,
       'rule-' || number, is_planned, purpose, context, occurs_on, topic_version, asks,
       ignores_quiet, is_at_once, local_on, local_at, zone, %(now)s::timestamptz + way,
       %(now)s::timestamptz + way + interval '1 day',
       CASE WHEN number %% 10 = 0 THEN 'pending' ELSE 'sent' END, '', 1, 0, 0, '',
       CASE WHEN number %% 10 = 0 THEN NULL ELSE %(now)s::timestamptz + way END, '', ''
FROM notifications_reminder,
     generate_series(1, %(rows)s) AS number,
     LATERAL (
         SELECT make_interval(
             mins => CASE WHEN number %% 10 = 0 THEN number ELSE -number END
         ) AS way
     ) AS shift
"""
VALUES = {
    "now": NOON,
    "heartbeat": HEARTBEAT,
    "installation": "",
    "suspects": False,
    "paused": [],
    "limit": BATCH,
    "token": uuid4(),
    "worker": "test",
    "seconds": LEASE_SECONDS,
    "most": 3,
}
STATEMENTS = {
    "look": LOOK,
    "claim": CLAIM,
    "expire": EXPIRE,
    "reap leased": REAP_LEASED,
    "reap sending": REAP_SENDING,
}


@pytest.fixture(scope="module")
def full_ledger(django_db_setup, django_db_blocker):
    """Fill the ledger once, in one transaction that is rolled back."""
    with django_db_blocker.unblock():
        connection.set_autocommit(False)
        with connection.cursor() as cursor:
            pattern = ReminderFactory.create(state="sent", sent_at=NOON, rule="rule-0")
            cursor.execute("SET LOCAL session_replication_role = replica")  # no check of keys
            cursor.execute(FILL, {"now": NOON, "rows": ROWS})
            cursor.execute("SET LOCAL session_replication_role = origin")
            cursor.execute("ANALYZE notifications_reminder")
        yield pattern
        connection.rollback()
        connection.set_autocommit(True)


def nodes(plan):
    """Yield every node of a plan."""
    yield plan
    for part in plan.get("Plans", ()):
        yield from nodes(part)


@pytest.mark.timeout(120)
@pytest.mark.usefixtures("full_ledger")
@pytest.mark.parametrize("name", STATEMENTS)
def test_each_statement_of_a_sweep_reads_an_index(name, django_db_blocker):
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {STATEMENTS[name]}", VALUES)
        [plan] = cursor.fetchone()[0]

    scans = [node for node in nodes(plan["Plan"]) if "Scan" in node["Node Type"]]
    of_ledger = [node for node in scans if node.get("Relation Name") == "notifications_reminder"]
    assert of_ledger, name
    for node in of_ledger:
        assert node["Node Type"] in {"Index Scan", "Index Only Scan", "Bitmap Heap Scan"}, node
        assert node.get("Rows Removed by Filter", 0) == 0
    assert plan["Plan"]["Shared Hit Blocks"] + plan["Plan"]["Shared Read Blocks"] < 200


@pytest.mark.timeout(120)
@pytest.mark.usefixtures("full_ledger")
def test_a_sweep_that_finds_nothing_is_one_statement_and_short(django_db_blocker):
    with django_db_blocker.unblock():
        sweep_in_passing()
        with CaptureQueriesContext(connection) as statements:
            began = time.perf_counter()
            sweep_in_passing()
            seconds = time.perf_counter() - began

    assert len(statements) == 1
    assert seconds < 0.25  # a whole read of the table takes several times as long


def sweep_in_passing():
    """Sweep on a connection whose transaction is the test's own, of which Django does not know."""
    assert not connection.in_atomic_block
    sweep(now=NOON, worker="test")
