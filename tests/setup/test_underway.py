"""A statement is carried out while the caller goes on, and the caller hears when it is not."""

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from psycopg.pq import TransactionStatus

from carttrack.accounts.models import Centre
from carttrack.prepared import Statement, answers
from tests.accounts.factories import CentreFactory

pytestmark = pytest.mark.django_db(transaction=True)

# It takes long enough for a caller to be ahead of it.
RENAME = Statement(
    "UPDATE accounts_centre SET name = %(name)s"
    " WHERE code = %(code)s AND pg_sleep(0.1) IS NOT NULL RETURNING 1 / %(by)s::int"
)
NAMES = Statement("SELECT name FROM accounts_centre")


@pytest.fixture
def centre():
    return CentreFactory.create(code="a", name="old")


def underway(by=1):
    return RENAME.underway(name="new, 100%", code="a", by=by)


def is_underway():
    return connection.connection.info.transaction_status is TransactionStatus.ACTIVE


def test_the_caller_goes_on_and_at_the_end_it_is_done(centre):
    with underway():
        assert is_underway()

    assert not is_underway()
    centre.refresh_from_db()
    assert centre.name == "new, 100%"


def by_the_orm():
    return list(Centre.objects.values_list("name"))


def in_one_round_trip():
    return answers(NAMES.asked(), NAMES.asked())[0]


@pytest.mark.parametrize("ask", [by_the_orm, NAMES.rows, in_one_round_trip])
def test_what_is_asked_meanwhile_waits_for_it(centre, ask):
    with underway():
        assert ask() == [("new, 100%",)]
        assert ask() == [("new, 100%",)]


@pytest.mark.parametrize("ask", [lambda: None, by_the_orm, NAMES.rows, in_one_round_trip])
def test_a_failure_is_heard_of_and_changes_nothing(centre, ask):
    with pytest.raises(DatabaseError, match="division by zero"), underway(by=0):
        ask()

    assert NAMES.rows() == [("old",)]


def test_a_failure_has_the_type_that_any_statement_has(centre):
    double = Statement("UPDATE accounts_centre SET code = 'b'")
    CentreFactory.create(code="c")

    with pytest.raises(IntegrityError), double.underway():
        pass


def test_it_is_waited_for_when_the_caller_fails(centre):
    with pytest.raises(IndexError), underway():
        [].pop()

    assert NAMES.rows() == [("new, 100%",)]


def test_inside_a_transaction_it_is_done_at_once_and_with_it(centre):
    with transaction.atomic(), underway():
        assert not is_underway()
        assert NAMES.rows() == [("new, 100%",)]
        transaction.set_rollback(True)

    assert NAMES.rows() == [("old",)]


def test_it_is_counted_like_any_other_statement(centre):
    with CaptureQueriesContext(connection) as queries, underway():
        pass

    assert len(queries) == 1
