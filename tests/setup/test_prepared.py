"""What a prepared query keeps of its queryset, and what each execution brings."""

import pytest
from django.db import ProgrammingError, connection, transaction
from django.db.models import CharField
from django.test.utils import CaptureQueriesContext

from carttrack.accounts.models import Centre
from carttrack.audit.trace import writing
from carttrack.prepared import CENTRES, Param, Prepared, Statement, answers, prepared
from tests.accounts.factories import CentreFactory

pytestmark = pytest.mark.django_db

CODE = Param("code", CharField())


def test_each_execution_brings_its_values_and_constants_stay():
    CentreFactory(code="a", name="100% Ward")
    CentreFactory(code="b", name="100% Ward")
    CentreFactory(code="c", name="Other")
    query = Prepared(Centre.objects.filter(code=CODE, name="100% Ward").values_list("code"))

    assert [query.rows(code=code) for code in ("a", "b", "c")] == [[("a",)], [("b",)], []]
    assert "100%% Ward" in query.sql


def test_a_name_may_stand_twice_and_a_percent_sign_alone():
    """What looks like a name behind an escaped percent sign is a text."""
    told = Statement("SELECT %(a)s::text, %(b)s::int, %(a)s::text, '%%(a)s 5%%', 7 %% %(b)s::int")

    assert told.rows(a="x", b=4, spare=1) == [("x", 4, "x", "%(a)s 5%", 3)]
    with pytest.raises(KeyError, match="b"):
        told.rows(a="x")


def test_a_value_is_never_read_as_sql():
    CentreFactory(code="a")
    query = Prepared(Centre.objects.filter(code=CODE).values_list("code"))

    assert query.rows(code="' OR '1'='1") == []


def test_many_values_stand_behind_in():
    some = CentreFactory.create_batch(2)
    CentreFactory()
    query = Prepared(Centre.objects.filter(pk__in=CENTRES).order_by("pk").values_list("pk"))

    assert query.rows(centres=[centre.pk for centre in some]) == [(centre.pk,) for centre in some]
    assert query.rows(centres=[]) == []


def test_fields_read_their_values_as_ever():
    centre = CentreFactory()
    query = Prepared(Centre.objects.values_list("phone", "closed_weekdays", "uid"))

    assert query.rows() == [(str(centre.phone), [5, 6], centre.uid)]


def test_it_is_counted_and_logged_like_any_other_statement():
    query = Prepared(Centre.objects.values_list("pk"))

    with CaptureQueriesContext(connection) as queries:
        query.rows()

    assert len(queries) == 1


def test_a_query_is_composed_once_for_each_shape():
    built = []

    @prepared
    def centres(*, newest_first):
        built.append(newest_first)
        return Centre.objects.order_by("-pk" if newest_first else "pk").values_list("pk")

    first, second = CentreFactory.create_batch(2)

    assert centres(newest_first=True).rows() == [(second.pk,), (first.pk,)]
    assert centres(newest_first=False).rows() == [(first.pk,), (second.pk,)]
    assert centres(newest_first=True) is centres(newest_first=True)
    assert built == [True, False]


def test_queries_asked_together_answer_as_each_alone():
    first, second = CentreFactory.create_batch(2)
    keys = Prepared(Centre.objects.filter(pk__in=CENTRES).order_by("pk").values_list("pk"))
    phones = Prepared(Centre.objects.order_by("pk").values_list("phone", "closed_weekdays"))

    with CaptureQueriesContext(connection) as queries:
        found = answers(keys.asked(centres=[second.pk]), phones.asked(), keys.asked(centres=[]))

    assert found == [[(second.pk,)], phones.rows(), []]
    assert phones.rows() == [(str(centre.phone), [5, 6]) for centre in (first, second)]
    assert len(queries) == 3


def test_a_question_that_fails_leaves_the_connection_usable():
    fails = Prepared(Centre.objects.values_list("pk"))
    fails.sql = "SELECT nothing FROM nowhere"

    with pytest.raises(ProgrammingError), transaction.atomic():
        answers(fails.asked(), Prepared(Centre.objects.values_list("pk")).asked())

    assert Prepared(Centre.objects.values_list("pk")).rows() == []


def test_a_statement_runs_where_others_are_stamped():
    CentreFactory(code="a")

    with writing(actor="system:test"):
        Statement("UPDATE accounts_centre SET unit = %(unit)s").run(unit="Ward 7")

    assert Centre.objects.get().unit == "Ward 7"
