import json
from datetime import date

import pytest
from django.conf import settings

from journeys.planning.documents import (
    checksum,
    protocol_from_document,
    read_products_file,
    read_protocol_file,
    read_ruleset_file,
    read_rulesets,
    rules_from,
)
from journeys.planning.domain.duration import Duration
from journeys.planning.domain.protocol import (
    ActivityKind,
    Evidence,
    Roll,
    RuleValue,
)
from journeys.planning.domain.reminding import Audience, ReminderRepeat, ReminderWhen
from notifications.labels import CHANNELS, KINDS
from tests.planning.files import PROTOCOL, RULESET


@pytest.fixture
def write(tmp_path):
    def write_file(text, name="short-stay.yaml"):
        path = tmp_path / name
        path.write_text(text, "utf-8")
        return path

    return write_file


def test_a_protocol_file_becomes_the_planners_values(write):
    protocol, document = read_protocol_file(write(PROTOCOL))

    infusion, visit, driving = protocol.activities
    assert (protocol.code, protocol.version, protocol.product) == ("short-stay", 2, "some-cel")
    assert protocol.title == {"en": "Short stay", "sv": "Kort vård"}
    assert protocol.stage("infusion").ends_with == "visit#last"
    assert (infusion.kind, infusion.roll, infusion.anchor) == (
        ActivityKind.TREATMENT,
        Roll.EXACT,
        None,
    )
    assert visit.title == {"en": "Visit"}
    assert visit.window.opens == Duration(days=-3)
    assert visit.not_before[0].offset == Duration(days=27)
    assert visit.repeat.every == Duration(days=30)
    assert visit.prepare == ({"en": "Bring your card."},)
    assert driving.offset == RuleValue("driving_days")
    assert protocol.constraints[0].max == Duration(days=60)
    assert document["version"] == 2


def test_a_reminder_keeps_its_time_of_day_as_it_was_written(write):
    protocol, _ = read_protocol_file(write(PROTOCOL))

    (reminder,) = protocol.activity("visit").reminders
    assert (reminder.at, reminder.offset_days) == ("09:30", -3)
    assert (reminder.audience, reminder.when) == (Audience.PATIENT, ReminderWhen.BOOKED)


TRACKS = """\
tracks:
  - {code: long, title: Long}
  - {code: few, title: {en: Few, sv: Få}, source: A registry, confirm: true}
stages:
"""
GATE = """\
    ends_with: visit#last
    gate:
      - code: consent
        title: Consent is signed
        evidence: signature
        source: Common practice
        confirm: true
      - {code: cells, title: The cells are here, evidence: product_status, override: [clinician]}
"""


@pytest.mark.feature(6)
def test_a_protocol_may_have_follow_up_tracks(write):
    text = PROTOCOL.replace("stages:\n", TRACKS).replace(
        "count: 2", "count: {tracks: {long: 4, few: [4, 1]}}"
    )
    protocol, document = read_protocol_file(
        write(text.replace("code: driving_ends\n", "code: driving_ends\n    tracks: [long]\n"))
    )

    long, few = protocol.tracks
    assert (long.code, few.title["sv"]) == ("long", "Få")
    assert few.source == "A registry; to be confirmed by a clinician"
    assert protocol.activity("visit").repeat.count == {"long": (1, 2, 3, 4), "few": (1, 4)}
    assert protocol.activity("driving_ends").tracks == ("long",)
    assert protocol_from_document(json.loads(json.dumps(document))) == protocol


@pytest.mark.feature(9)
def test_a_stage_may_have_a_gate(write):
    protocol, document = read_protocol_file(
        write(PROTOCOL.replace("    ends_with: visit#last\n", GATE))
    )

    consent, cells = protocol.stage("infusion").gate
    assert (consent.code, consent.title["en"]) == ("consent", "Consent is signed")
    assert (consent.evidence, consent.override) == (Evidence.SIGNATURE, ())
    assert consent.source == "Common practice; to be confirmed by a clinician"
    assert (cells.evidence, cells.override) == (Evidence.PRODUCT_STATUS, ("clinician",))
    assert protocol_from_document(json.loads(json.dumps(document))) == protocol


def test_the_schema_knows_every_kind_of_evidence():
    folder = settings.BASE_DIR / "journeys" / "planning" / "documents"
    schema = json.loads((folder / "protocol.schema.json").read_text("utf-8"))

    assert schema["$defs"]["gate_item"]["properties"]["evidence"]["enum"] == [*Evidence]


def test_an_unconfirmed_number_says_so_in_its_source(write):
    protocol, _ = read_protocol_file(write(PROTOCOL))

    assert protocol.activity("visit").source == "Common practice; to be confirmed by a clinician"
    assert protocol.activity("infusion").source == ""


def test_the_stored_document_gives_the_same_protocol_after_a_trip_through_json(write):
    protocol, document = read_protocol_file(write(PROTOCOL))

    stored = json.loads(json.dumps(document))

    assert protocol_from_document(stored) == protocol
    assert checksum(stored) == checksum(document)


def test_the_checksum_ignores_layout_and_sees_every_change_of_content(write):
    _, document = read_protocol_file(write(PROTOCOL))
    _, commented = read_protocol_file(write(f"# a comment\n{PROTOCOL}"))
    _, changed = read_protocol_file(write(PROTOCOL.replace("P28D", "P29D")))

    assert checksum(document) == checksum(dict(reversed(document.items()))) == checksum(commented)
    assert checksum(changed) != checksum(document)


def test_dates_and_yes_or_no_words_stay_text(write):
    _, document = read_protocol_file(
        write(PROTOCOL.replace("Clinic", "2026-01-01").replace("en: Short stay", "en: no"))
    )

    assert document["activities"][1]["place"] == "2026-01-01"
    assert document["title"]["en"] == "no"


@pytest.mark.feature(11)
def test_a_ruleset_file_gives_dated_values_with_their_sources(write):
    ruleset = read_ruleset_file(write(RULESET))

    old, new = ruleset.rules["driving_days"]
    assert (ruleset.product, ruleset.region) == ("some-cel", "eu")
    assert (old.days, old.valid_to, old.source) == (56, date(2025, 6, 26), "Old label")
    assert (new.days, new.valid_from, new.valid_to) == (14, date(2025, 6, 26), None)
    assert new.source == "New label; to be confirmed by a clinician"


def test_rules_are_found_by_product_and_region(write, tmp_path):
    write(RULESET, "some-cel-eu.yaml")
    write(RULESET.replace("region: eu", "region: us").replace("56", "28"), "some-cel-us.yaml")

    rulesets = read_rulesets(tmp_path)

    assert rules_from(rulesets, product="some-cel", region="us")["driving_days"][0].days == 28
    assert rules_from(rulesets, product=None, region="us") == {}


def test_the_products_file_knows_every_product_that_the_other_files_name():
    products = read_products_file(settings.BASE_DIR / "fixtures" / "products.yaml")
    rulesets = read_rulesets(settings.RULESETS_DIR)

    assert {product.code for product in products} == {
        ruleset.product for ruleset in rulesets if ruleset.product
    }
    assert all(product.name and product.target for product in products)


@pytest.mark.feature(76)
def test_a_reminder_may_repeat_ask_climb_and_go_out_at_night(write):
    more = "repeat: {every_days: 7, times: 3}, quiet: ignore, asks: true, first_only: true"
    text = PROTOCOL.replace("when: booked}", f"when: done, escalate_hours: 24, {more}}}")

    protocol, _document = read_protocol_file(write(text))

    (reminder,) = protocol.activity("visit").reminders
    assert reminder.repeat == ReminderRepeat(every_days=7, times=3)
    assert (reminder.quiet, reminder.asks, reminder.first_only) == ("ignore", True, True)
    assert (reminder.when, reminder.escalate_hours) == (ReminderWhen.DONE, 24)
    assert [(each.code, each.offset_days, each.repeat) for each in reminder.each()] == [
        ("soon", -3, None),
        ("soon#2", 4, None),
        ("soon#3", 11, None),
    ]


def test_the_schema_of_a_reminder_knows_channels_audiences_and_kinds_of_message():
    folder = settings.BASE_DIR / "journeys" / "planning" / "documents"
    schema = json.loads((folder / "protocol.schema.json").read_text("utf-8"))

    reminder = schema["$defs"]["reminder"]["properties"]
    assert set(reminder["kind"]["enum"]) <= set(KINDS)
    assert set(reminder["channel"]["enum"]) == set(CHANNELS)
    assert set(reminder["audience"]["enum"]) == set(Audience)
    assert set(reminder["when"]["enum"]) == set(ReminderWhen)
