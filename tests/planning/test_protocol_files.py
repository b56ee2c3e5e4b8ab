"""What every shipped protocol file says: its stages, its words, its sources."""

import pytest
from django.conf import settings

from tests.planning.shipped import FROM_TISSUE, PROTOCOLS

STAGES = [
    "referral",
    "leukapheresis",
    "manufacturing",
    "lymphodepletion",
    "infusion",
    "monitoring",
    "return_visit",
    "follow_up",
]
ACTIVITIES = {
    "referral",
    "eligibility",
    "leukapheresis",
    "product_received",
    "lymphodepletion",
    "infusion",
    "daily_check",
    "stay_near_ends",
    "driving_ends",
    "discharge",
    "return_visit",
    "day_100",
    "month_6",
    "year",
}


def test_the_protocols_are_shipped_for_both_regions():
    assert set(PROTOCOLS) == {
        "car-t-standard",
        "axi-cel-lbcl",
        "axi-cel-fl",
        "tisa-cel-all",
        "tisa-cel-lbcl",
        "tisa-cel-fl",
        "brexu-cel-mcl",
        "brexu-cel-all",
        "liso-cel-lbcl",
        "ide-cel-mm",
        "cilta-cel-mm",
        "obe-cel-all",
        "tcr-t-solid",
    }
    assert all(set(protocol.regions) == {"eu", "us"} for protocol in PROTOCOLS.values())


@pytest.mark.parametrize("code", PROTOCOLS)
@pytest.mark.feature(121)
def test_every_protocol_passes_the_stages_of_the_mission_in_order(code):
    first = "starting_material" if code in FROM_TISSUE else "leukapheresis"

    assert [stage.code for stage in PROTOCOLS[code].stages] == [
        first if stage == "leukapheresis" else stage for stage in STAGES
    ]


@pytest.mark.parametrize("code", PROTOCOLS)
def test_every_protocol_shares_the_activity_codes(code):
    own = {"obe-cel-all": {"second_infusion"}, "tcr-t-solid": {"tumour_tissue", "response_visit"}}
    shared = ACTIVITIES - {"leukapheresis"} if code in FROM_TISSUE else ACTIVITIES

    assert {each.code for each in PROTOCOLS[code].activities} == shared | own.get(code, set())


@pytest.mark.parametrize("code", PROTOCOLS)
def test_every_number_in_a_protocol_names_its_source(code):
    protocol = PROTOCOLS[code]

    assert protocol.source
    assert all(each.source for each in protocol.activities if each.anchor)
    assert all(limit.source and limit.why for limit in protocol.constraints)


@pytest.mark.parametrize("code", PROTOCOLS)
def test_every_reminder_has_a_text_for_its_channel(code):
    reminders = [rule for each in PROTOCOLS[code].activities for rule in each.reminders]

    assert reminders
    for rule in reminders:
        folder = settings.BASE_DIR / "templates" / "notifications" / rule.kind
        assert (folder / f"{rule.channel}.en.txt").exists()


@pytest.mark.parametrize("code", PROTOCOLS)
def test_what_a_patient_sees_has_words_for_patients(code):
    protocol = PROTOCOLS[code]

    assert all(stage.patient_title and stage.patient_text for stage in protocol.stages)
    assert all(each.patient_title for each in protocol.activities if each.visible_to_patient)


@pytest.mark.feature(9)
def test_the_collection_and_the_infusion_have_a_gate():
    gates = {stage.code: stage.gate for stage in PROTOCOLS["car-t-standard"].stages if stage.gate}

    assert {code: [item.code for item in gate] for code, gate in gates.items()} == {
        "leukapheresis": ["consent", "infection_markers"],
        "infusion": ["product_released", "identity", "fit_for_infusion"],
    }
    assert all(item.source for gate in gates.values() for item in gate)
