"""Publishing is idempotent, and what is published never changes."""

from dataclasses import replace
from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.utils import DatabaseError

from journeys.planning.models import LabelRule, ProtocolVersion
from journeys.planning.services import (
    ProtocolChanged,
    RuleChanged,
    publish_label_rules,
    publish_protocol,
)
from tests.planning.conftest import REFERRED_ON, at


@pytest.mark.feature(7)
def test_publishing_again_changes_nothing(versions, protocol_files):
    _, _, protocols = protocol_files
    before = list(ProtocolVersion.objects.values_list("pk", "checksum").order_by("pk"))

    again = [
        publish_protocol(protocol=protocol, document=document, now=at(date(2026, 2, 1)))
        for protocol, document in protocols
    ]

    assert not any(created for _, created in again)
    assert list(ProtocolVersion.objects.values_list("pk", "checksum").order_by("pk")) == before


def test_other_content_under_a_published_number_is_refused(versions, protocol_files):
    _, _, protocols = protocol_files
    protocol, document = protocols[0]

    with pytest.raises(ProtocolChanged, match="new version number"):
        publish_protocol(
            protocol=protocol, document=document | {"title": "Other"}, now=at(REFERRED_ON)
        )


def test_a_new_number_stands_beside_the_old_one(versions, protocol_files):
    _, _, protocols = protocol_files
    protocol, document = protocols[0]

    newer, created = publish_protocol(
        protocol=replace(protocol, version=protocol.version + 1),
        document=document | {"version": protocol.version + 1},
        now=at(REFERRED_ON),
    )

    assert created
    numbers = set(newer.protocol.versions.values_list("number", flat=True))
    assert numbers == {protocol.version, protocol.version + 1}


@pytest.mark.feature(7)
@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE planning_protocolversion SET document = '{}'",
        "DELETE FROM planning_protocolversion",
        "TRUNCATE planning_protocolversion CASCADE",
    ],
)
def test_the_database_refuses_to_change_a_published_version(versions, sql):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # or TRUNCATE complains of them first
        with pytest.raises(DatabaseError, match="kept"), transaction.atomic():
            cursor.execute(sql)

    assert ProtocolVersion.objects.count() == len(versions)


@pytest.mark.feature(11)
def test_a_label_rule_keeps_its_days_from_its_day_on(versions, protocol_files):
    _, rulesets, _ = protocol_files
    ruleset = next(each for each in rulesets if (each.product, each.region) == ("axi-cel", "us"))
    rule = ruleset.rules["driving_days"][0]

    with pytest.raises(RuleChanged, match="validity date"):
        publish_label_rules(
            product_code="axi-cel", region="us", rules=[replace(rule, days=rule.days + 1)]
        )

    stored = LabelRule.objects.get(
        product__code="axi-cel", region="us", key=rule.key, valid_from=rule.valid_from
    )
    assert stored.days == rule.days


def test_a_newer_rule_may_end_an_open_one(versions, protocol_files):
    _, rulesets, _ = protocol_files
    ruleset = next(each for each in rulesets if (each.product, each.region) == ("axi-cel", "eu"))
    rule = ruleset.rules["driving_days"][-1]
    assert rule.valid_to is None

    publish_label_rules(
        product_code="axi-cel", region="eu", rules=[replace(rule, valid_to=date(2027, 1, 1))]
    )

    stored = LabelRule.objects.get(
        product__code="axi-cel", region="eu", key=rule.key, valid_from=rule.valid_from
    )
    assert stored.valid_to == date(2027, 1, 1)


def test_the_command_publishes_all_or_nothing(db, tmp_path, settings):
    for name in ("protocols", "rulesets"):
        (tmp_path / name).mkdir()
        for path in (settings.FIXTURES_DIR / name).glob("*.yaml"):
            (tmp_path / name / path.name).write_bytes(path.read_bytes())
    (tmp_path / "products.yaml").write_bytes((settings.FIXTURES_DIR / "products.yaml").read_bytes())
    bad = tmp_path / "protocols" / "tisa-cel-all.yaml"
    bad.write_text(bad.read_text("utf-8").replace("offset: P28D", "offset: 28D", 1), "utf-8")

    with pytest.raises(CommandError, match=r"tisa-cel-all.yaml line \d+, activities\[\d+\].offset"):
        call_command("publish_protocols", folder=tmp_path, stdout=StringIO())

    assert not ProtocolVersion.objects.exists()
    assert not LabelRule.objects.exists()
