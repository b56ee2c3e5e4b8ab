"""Statements that travel together: what each is told, and what is left when one of them fails."""

import select
import socket
from datetime import UTC, date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.db import (
    DataError,
    IntegrityError,
    InternalError,
    OperationalError,
    ProgrammingError,
    close_old_connections,
    connection,
    transaction,
)
from psycopg.pq import PipelineStatus, TransactionStatus

from carttrack import roundtrip
from carttrack.accounts.models import Centre
from carttrack.prepared import Statement, answers, answers_and_later, answers_in_turn
from tests.accounts.factories import CentreFactory, MembershipFactory

pytestmark = pytest.mark.django_db(transaction=True)

CODES = Statement("SELECT code FROM accounts_centre ORDER BY code")
RECODE = Statement("UPDATE accounts_centre SET code = %(to)s::text WHERE code = %(was)s::text")
DIVIDE = Statement("SELECT 1 / %(by)s::int")
FILL = Statement("SELECT length(%(text)s::text), repeat('y', %(size)s::int)")
# A foreign key that PostgreSQL looks at when the transaction ends.
ORPHAN = Statement("UPDATE accounts_membership SET centre_id = -1")
MEGABYTE = 1_000_000


def is_ready():
    wire = connection.connection.pgconn
    return (wire.transaction_status, wire.pipeline_status) == (
        TransactionStatus.IDLE,
        PipelineStatus.OFF,
    )


def test_values_arrive_as_they_were_and_come_back_so():
    told = Statement(
        "SELECT %(text)s::text, %(none)s::text, %(day)s::date, %(at)s::timestamptz, %(uid)s::uuid,"
        " %(yes)s::boolean, %(many)s::bigint[], %(empty)s::text[], %(large)s::bigint"
    )
    values = {
        "text": 'Åsa\'s \\ "quoted"\n100%',
        "none": None,
        "day": date(2028, 2, 29),
        "at": datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
        "uid": UUID(int=7),
        "yes": True,
        "many": [1, 2**40],
        "empty": [],
        "large": 2**62,
    }

    assert told.rows(**values) == [tuple(values.values())]


def test_one_statement_may_travel_twice_and_one_that_returns_nothing_has_no_rows():
    CentreFactory.create(code="a")

    found = answers(CODES.asked(), RECODE.asked(was="a", to="b"), CODES.asked(), DIVIDE.asked(by=1))

    assert found == [[("a",)], [], [("b",)], [(1,)]]
    assert is_ready()


def test_when_one_fails_none_has_done_anything():
    CentreFactory.create(code="a")

    with pytest.raises(DataError, match="division by zero"):
        answers(RECODE.asked(was="a", to="b"), DIVIDE.asked(by=0), CODES.asked())

    assert is_ready()
    assert CODES.rows() == [("a",)]


def test_what_is_refused_at_the_end_is_heard_of():
    membership = MembershipFactory.create()

    with pytest.raises(IntegrityError, match="foreign key"):
        ORPHAN.run()

    assert is_ready()
    membership.refresh_from_db()
    assert membership.centre_id != -1


def test_the_first_statement_of_a_transaction_begins_it():
    CentreFactory.create(code="a")

    with transaction.atomic():
        RECODE.run(was="a", to="b")
        assert CODES.rows() == [("b",)]
        transaction.set_rollback(True)

    assert is_ready()
    assert CODES.rows() == [("a",)]


def test_a_failure_ends_the_transaction_it_happened_in():
    CentreFactory.create(code="a")

    @transaction.atomic
    def recode_and_divide():
        RECODE.run(was="a", to="b")
        DIVIDE.run(by=0)

    with pytest.raises(DataError):
        recode_and_divide()

    assert CODES.rows() == [("a",)]


def test_within_a_savepoint_only_that_is_undone():
    CentreFactory.create(code="a")

    with transaction.atomic():
        RECODE.run(was="a", to="b")
        with pytest.raises(DataError), transaction.atomic():
            answers(RECODE.asked(was="b", to="c"), DIVIDE.asked(by=0))
        assert CODES.rows() == [("b",)]

    assert CODES.rows() == [("b",)]


@pytest.mark.parametrize("bad", [{"by": "x"}, {"by": "nul \0"}])
def test_a_value_that_cannot_be_one_changes_nothing(bad):
    with pytest.raises(DataError):
        DIVIDE.rows(**bad)

    assert is_ready()
    assert DIVIDE.rows(by=1) == [(1,)]


def test_a_statement_that_cannot_be_prepared_is_not_taken_for_prepared():
    wrong = Statement("SELECT gone FROM nowhere WHERE a = %(a)s::int")

    for _ in range(2):
        with pytest.raises(ProgrammingError, match="nowhere"):
            answers(CODES.asked(), wrong.asked(a=1))

    assert is_ready()


def test_both_sides_may_have_much_to_say():
    asked = [FILL.asked(text="x" * MEGABYTE, size=MEGABYTE) for _ in range(8)]

    found = answers(*asked)

    assert [(length, len(text)) for [(length, text)] in found] == [(MEGABYTE, MEGABYTE)] * 8


def test_what_was_prepared_first_makes_room(monkeypatch):
    monkeypatch.setattr(roundtrip, "PREPARED_AT_MOST", 3)
    connection.close()
    several = [Statement(f"SELECT {number} + %(a)s::int") for number in range(8)]

    for _ in range(2):
        assert answers(*(one.asked(a=1) for one in several)) == [[(n + 1,)] for n in range(8)]
        assert [one.rows(a=2) for one in several] == [[(n + 2,)] for n in range(8)]

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE name LIKE 'carttrack%'")
        assert cursor.fetchone() == (3,)


def test_a_failure_while_room_is_made_forgets_nothing_that_is_there(monkeypatch):
    monkeypatch.setattr(roundtrip, "PREPARED_AT_MOST", 2)
    connection.close()
    first, second, third = (Statement(f"SELECT {number} / %(a)s::int") for number in (6, 7, 8))

    for _ in range(3):
        with pytest.raises(DataError):
            answers(first.asked(a=0), second.asked(a=1), third.asked(a=1))
        assert [one.rows(a=1) for one in (first, second, third)] == [[(6,)], [(7,)], [(8,)]]


def test_a_lost_connection_is_said_and_the_next_request_has_another():
    CentreFactory.create(code="a")
    end = Statement("SELECT pg_terminate_backend(pg_backend_pid())")

    with pytest.raises(OperationalError):
        answers(CODES.asked(), end.asked(), CODES.asked())

    close_old_connections()
    assert CODES.rows() == [("a",)]


def test_answers_that_nobody_waited_for_reach_nobody_else(monkeypatch):
    """Whoever is interrupted while waiting leaves no answer for the next question."""

    def interrupted(_self):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(roundtrip.RoundTrip, "_next", interrupted)
        with pytest.raises(KeyboardInterrupt):
            DIVIDE.rows(by=1)

    close_old_connections()
    assert CODES.rows() == []


def test_in_a_broken_transaction_nothing_is_asked():
    with transaction.atomic():
        with pytest.raises(DataError):
            DIVIDE.rows(by=0)
        with pytest.raises(InternalError):
            CODES.rows()
        transaction.set_rollback(True)

    assert is_ready()


def test_a_socket_that_is_full_is_written_when_it_has_room(monkeypatch):
    """What does not fit at once is sent later, and the server is heard in between."""
    waited = []
    real = roundtrip.RoundTrip._wait

    def watched(self, events):
        waited.append(events)
        real(self, events)

    monkeypatch.setattr(roundtrip.RoundTrip, "_wait", watched)
    connection.ensure_connection()
    with socket.fromfd(connection.connection.pgconn.socket, socket.AF_INET, 0) as wire:
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)

    assert len(answers(FILL.asked(text="x" * 8 * MEGABYTE, size=1))) == 1
    assert select.POLLIN | select.POLLOUT in waited


SLOW = Statement("SELECT pg_sleep(0.2)::text, %(a)s::int")


def test_work_goes_on_while_the_rest_is_on_its_way():
    seen = []

    def work(codes, one):
        seen.append(connection.connection.pgconn.is_busy())
        return codes, one

    CentreFactory.create(code="a")
    made, rest = answers_in_turn(
        [CODES.asked(), DIVIDE.asked(by=1)], work, [SLOW.asked(a=7), CODES.asked()]
    )

    assert made == ([("a",)], [(1,)])
    assert rest == [[("", 7)], [("a",)]]
    assert seen == [True]
    assert is_ready()


def test_work_that_asks_more_waits_for_the_rest_first():
    CentreFactory.create(code="a")

    made, rest = answers_in_turn(
        [CODES.asked()],
        lambda _codes: (CODES.rows(), Centre.objects.count()),
        [SLOW.asked(a=1), RECODE.asked(was="a", to="b")],
    )

    assert made == ([("b",)], 1)
    assert rest == [[("", 1)], []]


@pytest.mark.parametrize("fails", ["first", "then"])
def test_a_failure_on_either_side_leaves_nothing_behind(fails):
    CentreFactory.create(code="a")
    first, then = [RECODE.asked(was="a", to="b")], [CODES.asked()]
    (first if fails == "first" else then).append(DIVIDE.asked(by=0))

    with pytest.raises(DataError):
        answers_in_turn(first, lambda *_rows: None, then)

    assert is_ready()
    assert CODES.rows() == [("a",)]


def test_work_that_fails_leaves_no_answer_behind():
    with pytest.raises(ZeroDivisionError):
        answers_in_turn([CODES.asked()], lambda _codes: 1 / 0, [SLOW.asked(a=1)])

    assert is_ready()
    assert DIVIDE.rows(by=1) == [(1,)]


def test_nothing_need_follow_and_nothing_go_before():
    assert answers_in_turn([DIVIDE.asked(by=1)], lambda one: one, []) == ([(1,)], [])
    assert answers_in_turn([], lambda: "done", [DIVIDE.asked(by=1)]) == ("done", [[(1,)]])
    assert is_ready()


def test_rounds_come_one_after_the_other_whatever_is_asked_meanwhile():
    CentreFactory.create(code="a")
    first, later = answers_and_later(
        [CODES.asked()],
        [DIVIDE.asked(by=1), DIVIDE.asked(by=1)],
        [SLOW.asked(a=2)],
        [CODES.asked()],
    )
    with later:
        assert (first, later.round()) == ([[("a",)]], [[(1,)], [(1,)]])
        assert connection.connection.pgconn.is_busy()
        assert Centre.objects.count() == 1
        assert later.round() == [[("", 2)]]
        assert later.round() == [[("a",)]]
        assert later.round() == []

    assert is_ready()


@pytest.mark.parametrize("failing", [0, 1])
def test_a_round_that_fails_is_heard_of_and_leaves_nothing_behind(failing):
    rounds = [[CODES.asked()], [CODES.asked()]]
    rounds[failing] = [DIVIDE.asked(by=0)]

    _first, later = answers_and_later([], *rounds)
    with pytest.raises(DataError), later:
        assert not [later.round() for _round in rounds]

    assert is_ready()
    assert CODES.rows() == []


def test_rounds_that_nobody_waits_for_are_left_in_order():
    _first, later = answers_and_later([CODES.asked()], [SLOW.asked(a=1)], [CODES.asked()])
    later.close()
    later.close()

    assert is_ready()
    assert CODES.rows() == []


NOW = datetime(2026, 10, 24, 22, 30, 0, 123456, tzinfo=UTC)
INSTANT = Statement("SELECT %(at)s::timestamptz, NULL::timestamptz")


def test_an_instant_comes_back_as_django_reads_it():
    [(at, none)] = INSTANT.rows(at=NOW)
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::timestamptz", [NOW])
        [(as_django,)] = cursor.fetchall()

    assert (at, at.tzinfo, none) == (NOW, as_django.tzinfo, None)


def test_an_instant_of_another_zone_comes_back_as_django_reads_it(monkeypatch):
    zone = ZoneInfo("Europe/Stockholm")
    connection.close()
    monkeypatch.setattr(connection, "timezone", zone)
    monkeypatch.setattr(connection, "timezone_name", zone.key)
    try:
        [(at, _none)] = INSTANT.rows(at=NOW)
    finally:
        connection.close()

    assert (at, at.tzinfo) == (NOW, zone)
