"""How often something goes differently from the plan in a simulated centre."""

from dataclasses import dataclass

DAYS_OF_A_YEAR = 365.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Odds:
    """Probabilities and spans, invented so that everything that can go wrong does go wrong.

    They are rough on purpose and no statement about any product or hospital: what a run proves is
    that the ledger closes whatever happens.

    Units:
        probabilities per patient, per visit or per try to send, as grouped; spans in days.
    """

    # One patient, on the way to the infusion.
    not_eligible: float = 0.15
    ends_on_the_way: float = 0.12
    collection_fails: float = 0.06
    manufacturing_fails: float = 0.05
    out_of_specification: float = 0.06
    accepted_all_the_same: float = 0.7
    gives_up_after_failure: float = 0.35
    product_slips: float = 0.3
    held: float = 0.2
    no_bed: float = 0.12
    hold_of_slot_lapses: float = 0.2
    # One patient, from the infusion on.
    intensive_care: float = 0.2
    short_track: float = 0.15
    treated_again: float = 0.05
    visit_in_between: float = 0.15
    dies_soon: float = 0.05
    deaths_a_year: float = 0.07
    withdrawals_a_year: float = 0.015
    # One patient, how they are reached.
    no_email: float = 0.08
    email_is_wrong: float = 0.06
    email_dies: float = 0.15
    no_phone: float = 0.25
    phone_is_wrong: float = 0.05
    no_relative: float = 0.4
    turns_comfort_off: float = 0.1
    # One visit.
    not_booked: float = 0.06
    moved_by_the_patient: float = 0.15
    no_show: float = 0.07
    comes_after_all: float = 0.5
    recorded_late: float = 0.12
    never_recorded: float = 0.02
    # One try to send.
    busy: float = 0.006
    try_later: float = 0.02
    cut_before_the_dot: float = 0.004
    reply_lost: float = 0.004
    refused_for_its_content: float = 0.002
    lost_after_all: float = 0.01
    arrival_is_reported: float = 0.9
    worker_dies_before_the_wire: float = 0.001
    worker_dies_after_the_wire: float = 0.001
    # One sweep, one year.
    worker_dies_holding: float = 0.01
    outages_a_year: float = 3.0


ODDS = Odds()
