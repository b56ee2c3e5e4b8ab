"""What a sweep costs does not depend on how much the ledger holds."""

import re
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from carttrack.prepared import Statement
from notifications.services import SweepResult, sweep
from notifications.services.claim import HEALTHY, LEASE_SECONDS, SUSPECT
from notifications.services.look import HEARTBEAT, LOOK
from notifications.services.upkeep import AT_ONCE, EXPIRE, REAP_LEASED, REAP_SENDING
from tests.notifications.factories import NOON, ReminderFactory

NAME = re.compile(r"%\((\w+)\)s")
ROWS = 1_000_000
INDEXED = {"Index Scan", "Index Only Scan", "Bitmap Heap Scan"}
MOST_PAGES = 200
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
    "paused": [],
    "limit": AT_ONCE,
    "token": uuid4(),
    "worker": "test",
    "seconds": LEASE_SECONDS,
    "most": 3,
}
STATEMENTS = {
    "look": LOOK,
    "claim": HEALTHY,
    "claim a suspect": SUSPECT,
    "expire": EXPIRE,
    "reap leased": REAP_LEASED,
    "reap sending": REAP_SENDING,
}


FOREIGN_KEYS = """
SELECT conname FROM pg_constraint
WHERE conrelid = 'notifications_reminder'::regclass AND contype = 'f'
"""


@pytest.fixture
def full_ledger(transactional_db):
    """Fill the ledger in a transaction of which Django does not know, and take it back."""
    ReminderFactory.create(state="sent", sent_at=NOON, rule="rule-0")
    connection.set_autocommit(False)
    with connection.cursor() as cursor:
        cursor.execute(FOREIGN_KEYS)  # five million checks would take longer than all the rest
        for [name] in cursor.fetchall():
            cursor.execute(f'ALTER TABLE notifications_reminder DROP CONSTRAINT "{name}"')
        cursor.execute(FILL, {"now": NOON, "rows": ROWS})
        cursor.execute("ANALYZE notifications_reminder")
    yield
    connection.rollback()
    connection.set_autocommit(True)


def nodes(plan):
    """Yield every node of a plan."""
    yield plan
    for part in plan.get("Plans", ()):
        yield from nodes(part)


def scans_of_ledger(statement):
    """Return how a statement reads the ledger, and how many pages it looks at."""
    with transaction.atomic(), connection.cursor() as cursor:
        if isinstance(statement, Statement):  # planned once, whatever its values
            names = list(dict.fromkeys(NAME.findall(statement.sql)))
            numbered = NAME.sub(lambda found: f"${names.index(found[1]) + 1}", statement.sql)
            cursor.execute(f"PREPARE measured AS {numbered}")
            statement = f"EXECUTE measured({', '.join(f'%({name})s' for name in names)})"
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {statement}", VALUES)
        [[found]] = cursor.fetchall()
        cursor.execute("DEALLOCATE ALL")
        transaction.set_rollback(True)
    plan = found[0]["Plan"]
    of_ledger = [
        node for node in nodes(plan) if node.get("Relation Name") == "notifications_reminder"
    ]
    pages = plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]
    return [node for node in of_ledger if "Scan" in node["Node Type"]], pages


@pytest.mark.timeout(240)
@pytest.mark.usefixtures("full_ledger")
def test_a_sweep_costs_the_same_when_the_ledger_holds_a_million_rows():
    for name, statement in STATEMENTS.items():
        scans, pages = scans_of_ledger(statement)
        assert scans, name
        assert {scan["Node Type"] for scan in scans} <= INDEXED, name
        assert pages < MOST_PAGES, name
    sweep(now=NOON, worker="test")
    with CaptureQueriesContext(connection) as statements:
        assert sweep(now=NOON, worker="test") == SweepResult()
    assert len(statements) == 1
