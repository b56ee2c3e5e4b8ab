"""Who may open what: a row for every route that the resolver knows. New routes add a row here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from tests.access.world import World
from tests.authoring.factories import draft_of
from tests.capacity.factories import closure_of, slot_of, unit_of

CARE = "coordinator, clinician, data manager"
STAFF_ANYWHERE = f"{CARE}, coordinator elsewhere, clinician elsewhere"
COORDINATORS = "coordinator, coordinator elsewhere"
SCHEDULED_OR_SEEN = f"{COORDINATORS}, clinician, clinician elsewhere"
AT_WORK = f"{STAFF_ANYWHERE}, administrator"
KEEPERS = f"{COORDINATORS}, administrator"
KEEPERS_HERE = "coordinator, administrator"
AUTHORS = f"{COORDINATORS}, administrator"
DRAFTERS = "coordinator, administrator"
PATIENTS = "patient, other patient"
WITH_PASSWORD = f"{STAFF_ANYWHERE}, administrator, former coordinator"
SIGNED_IN = f"{WITH_PASSWORD}, {PATIENTS}, superuser"
EVERYBODY = "everybody"


@dataclass(frozen=True)
class Route:
    """`reads` may GET; `writes` may POST. Everybody else finds nothing, or the sign-in page.

    None means that the method does not exist for anybody. `refusal` is what somebody who is signed
    in meets instead.
    """

    reads: str | None = None
    writes: str | None = None
    kwargs: Callable[[World], Mapping[str, Any]] = lambda _: {}
    refusal: int = 404


def _patient(world: World) -> dict[str, Any]:
    return {"patient_uid": world.patient.uid}


def _journey(world: World) -> dict[str, Any]:
    return {"journey_uid": world.journey.uid}


def _revision(world: World) -> dict[str, Any]:
    return {"journey_uid": world.journey.uid, "number": world.revision_number}


def _gate_item(world: World) -> dict[str, Any]:
    return _journey(world) | {"stage": "infusion", "item": "identity"}


def _gate_check(world: World) -> dict[str, Any]:
    return _journey(world) | {"check_uid": world.gate_check.uid}


def _journey_stage(world: World) -> dict[str, Any]:
    return {"journey_uid": world.journey.uid, "code": "referral"}


def _open_visit(world: World) -> dict[str, Any]:
    return {"activity_uid": world.open_visit.uid}


def _booked_visit(world: World) -> dict[str, Any]:
    return {"activity_uid": world.booked_visit.uid}


def _appointment(world: World) -> dict[str, Any]:
    return {"appointment_uid": world.booked_visit.appointments.get().uid}


def _letter_key(world: World) -> dict[str, Any]:
    return {"key": world.undelivered.recipient.letter_key}


def _recorded(world: World) -> dict[str, Any]:
    return {"visit_uid": world.recorded.uid}


def _dead_address(world: World) -> dict[str, Any]:
    return {"recipient_uid": world.dead_address.recipient.uid, "channel": "email"}


def _news(world: World) -> dict[str, Any]:
    return _journey(world) | {"kind": "progression"}


def _alert(world: World) -> dict[str, Any]:
    return {"message_uid": world.alert.uid}


def _proof(world: World) -> dict[str, Any]:
    return {"code": world.centre.code, "day": world.proof.day.isoformat()}


def _undelivered(world: World) -> dict[str, Any]:
    return {"reminder_uid": world.undelivered.uid}


def _unit(world: World) -> dict[str, Any]:
    return {"resource_uid": unit_of(world.centre).uid}


def _closure(world: World) -> dict[str, Any]:
    unit = unit_of(world.centre)
    closure = closure_of(unit, by=world.journey.coordinator)
    return {"resource_uid": unit.uid, "closure_uid": closure.uid}


def _slot(world: World) -> dict[str, Any]:
    return {"slot_uid": slot_of(world.journey).uid}


def _saved_filter(world: World) -> dict[str, Any]:
    return {"filter_uid": world.saved_filter.uid}


def _membership(world: World) -> dict[str, Any]:
    return {"membership_id": world.membership.pk}


def _shared(world: World) -> dict[str, Any]:
    version = world.journey.protocol_version
    return {"code": version.protocol.code, "number": version.number}


def _draft(world: World) -> dict[str, Any]:
    return {"draft_uid": draft_of(world.centre).uid}


def _draft_stage(world: World) -> dict[str, Any]:
    return {"draft_uid": draft_of(world.centre).uid, "code": "monitoring"}


def _draft_activity(world: World) -> dict[str, Any]:
    return {"draft_uid": draft_of(world.centre).uid, "code": "month_6"}


def _draft_limit(world: World) -> dict[str, Any]:
    return {"draft_uid": draft_of(world.centre).uid, "place": 0}


ROUTES: dict[str, Route] = {
    # coordinator's pages
    "worklist:today": Route(reads=STAFF_ANYWHERE),
    "worklist:board": Route(reads=STAFF_ANYWHERE),
    "worklist:keys": Route(reads=STAFF_ANYWHERE),
    "worklist:filters": Route(reads=STAFF_ANYWHERE),
    "worklist:filter-new": Route(STAFF_ANYWHERE, STAFF_ANYWHERE, lambda _: {"page": "board"}),
    "worklist:filter-edit": Route("coordinator", "coordinator", _saved_filter),
    "worklist:filter-delete": Route("coordinator", "coordinator", _saved_filter),
    "worklist:patients": Route(reads=STAFF_ANYWHERE),
    "worklist:patient-new": Route(reads=COORDINATORS, writes=COORDINATORS),
    "worklist:patient": Route(reads=CARE, kwargs=_patient),
    "worklist:patient-contacts": Route("coordinator", "coordinator", _patient),
    "worklist:patient-preferences": Route(
        "coordinator, clinician", "coordinator, clinician", _patient
    ),
    "worklist:journey-start": Route("coordinator", "coordinator", _patient),
    "worklist:journey": Route(reads=CARE, kwargs=_journey),
    "worklist:stage": Route(reads=CARE, kwargs=_journey_stage),
    "worklist:windows": Route(reads=CARE, kwargs=_journey),
    "worklist:journey-end": Route("coordinator", "coordinator", _journey),
    "worklist:journey-complete": Route("coordinator", "coordinator", _journey),
    "worklist:journey-hold": Route("coordinator", "coordinator", _journey),
    "worklist:journey-resume": Route("coordinator", "coordinator", _journey),
    "worklist:journey-cycle": Route("coordinator", "coordinator", _journey),
    "worklist:plan-b": Route(kwargs=_journey),  # this world's patient has been infused
    "worklist:out-of-specification": Route(
        "coordinator, clinician", "coordinator, clinician", _journey
    ),
    "worklist:gate-check": Route("coordinator, clinician", "coordinator, clinician", _gate_item),
    "worklist:gate-override": Route("coordinator, clinician", "coordinator, clinician", _gate_item),
    "worklist:gate-take-back": Route(
        "coordinator, clinician", "coordinator, clinician", _gate_check
    ),
    "worklist:gate-overrides": Route(reads=STAFF_ANYWHERE),
    "worklist:rules": Route(reads=COORDINATORS, writes=COORDINATORS),
    "worklist:journey-undo": Route("coordinator, clinician", "coordinator, clinician", _journey),
    "worklist:journey-visit": Route("coordinator", "coordinator", _journey),
    "worklist:journey-track": Route("coordinator", "coordinator", _journey),
    "worklist:revisions": Route(reads=CARE, kwargs=_journey),
    "worklist:revision": Route(reads=CARE, kwargs=_revision),
    "worklist:why": Route(reads=CARE, kwargs=_open_visit),
    "worklist:actions": Route(reads="coordinator, clinician", kwargs=_open_visit),
    "worklist:book": Route("coordinator", "coordinator", _open_visit),
    "worklist:cancel-booking": Route("coordinator", "coordinator", _booked_visit),
    "worklist:record": Route("coordinator, clinician", "coordinator, clinician", _open_visit),
    "worklist:close": Route("coordinator, clinician", "coordinator, clinician", _open_visit),
    "worklist:move": Route("coordinator", "coordinator", _open_visit),
    "worklist:unlock": Route("coordinator", "coordinator", _open_visit),
    "worklist:confirmed": Route(writes="coordinator, clinician", kwargs=_appointment),
    "worklist:addresses": Route(reads=STAFF_ANYWHERE),
    "worklist:address-again": Route(writes="coordinator", kwargs=_dead_address),
    "worklist:bad-news": Route(reads="coordinator, clinician", kwargs=_journey),
    "worklist:bad-news-confirm": Route("coordinator, clinician", "coordinator, clinician", _news),
    "worklist:bad-news-take-back": Route(
        "coordinator, clinician", "coordinator, clinician", _journey
    ),
    "worklist:undelivered": Route(reads=STAFF_ANYWHERE),
    "worklist:proofs": Route(reads=KEEPERS),
    "worklist:proof": Route(reads=KEEPERS_HERE, kwargs=_proof),
    "worklist:release": Route(writes="administrator"),
    "worklist:decide": Route(writes="coordinator", kwargs=_undelivered),
    # clinician's pages
    "followup:due": Route(reads=STAFF_ANYWHERE),
    "followup:record": Route("clinician", "clinician", _open_visit),
    "followup:visit": Route(reads=CARE, kwargs=_recorded),
    "followup:correct": Route("clinician", "clinician", _recorded),
    # capacity
    "capacity:calendar": Route(reads=AT_WORK),
    "capacity:units": Route(reads=KEEPERS),
    "capacity:unit-new": Route(KEEPERS, KEEPERS),
    "capacity:stay": Route(writes=KEEPERS),
    "capacity:unit": Route(KEEPERS_HERE, KEEPERS_HERE, _unit),
    "capacity:hours": Route(writes=KEEPERS_HERE, kwargs=_unit),
    "capacity:close": Route(writes=KEEPERS_HERE, kwargs=_unit),
    "capacity:closure-lift": Route(writes=KEEPERS_HERE, kwargs=_closure),
    "capacity:reserve": Route("coordinator", "coordinator", _open_visit),
    "capacity:chains": Route("coordinator", "coordinator", _journey),
    "capacity:slots": Route(reads=STAFF_ANYWHERE),
    "capacity:slot-new": Route(COORDINATORS, COORDINATORS),
    "capacity:slot": Route("coordinator", "coordinator", _slot),
    "capacity:overbookings": Route(reads=AT_WORK),
    "capacity:overbooking-right": Route(writes="administrator"),
    # authors' pages
    "authoring:protocols": Route(reads=AUTHORS),
    "authoring:texts": Route(reads=AUTHORS),
    "authoring:version": Route(reads=AUTHORS, kwargs=_shared),
    "authoring:copy": Route(AUTHORS, AUTHORS, _shared),
    "authoring:migrate": Route(COORDINATORS, COORDINATORS, _shared),
    "authoring:compare": Route(reads=AUTHORS, kwargs=lambda _: {"code": "car-t-standard"}),
    "authoring:draft": Route(reads=DRAFTERS, kwargs=_draft),
    "authoring:changes": Route(reads=DRAFTERS, kwargs=_draft),
    "authoring:trial": Route(reads=DRAFTERS, kwargs=_draft),
    "authoring:undo": Route(writes=DRAFTERS, kwargs=_draft),
    "authoring:publish": Route(DRAFTERS, DRAFTERS, _draft),
    "authoring:discard": Route(DRAFTERS, DRAFTERS, _draft),
    "authoring:whole": Route(DRAFTERS, DRAFTERS, _draft),
    "authoring:stage": Route(DRAFTERS, DRAFTERS, _draft_stage),
    "authoring:constraint-new": Route(DRAFTERS, DRAFTERS, _draft),
    "authoring:constraint": Route(DRAFTERS, DRAFTERS, _draft_limit),
    "authoring:constraint-remove": Route(DRAFTERS, DRAFTERS, _draft_limit),
    "authoring:activity-new": Route(DRAFTERS, DRAFTERS, _draft),
    "authoring:activity": Route(DRAFTERS, DRAFTERS, _draft_activity),
    "authoring:activity-remove": Route(DRAFTERS, DRAFTERS, _draft_activity),
    # patient's pages
    "portal:home": Route(reads=PATIENTS),
    "portal:help": Route(reads=PATIENTS),
    "portal:step": Route(reads=PATIENTS, kwargs=lambda _: {"code": "leukapheresis"}),
    "portal:access": Route(reads=PATIENTS),
    "portal:preferences": Route(PATIENTS, PATIENTS),
    "portal:ask-code": Route(writes=PATIENTS, kwargs=lambda _: {"channel": "email"}),
    "portal:code": Route(PATIENTS, PATIENTS, lambda _: {"channel": "email"}),
    "portal:appointments": Route(reads=PATIENTS),
    "portal:appointment": Route(reads="patient", kwargs=_appointment),
    "portal:appointment-confirm": Route(writes="patient", kwargs=_appointment),
    "portal:appointment-other-time": Route("patient", "patient", _appointment),
    # messages
    "notifications:inbox": Route(reads=SIGNED_IN),
    "notifications:read": Route(writes=SIGNED_IN),
    "notifications:digest": Route(SCHEDULED_OR_SEEN, SCHEDULED_OR_SEEN),
    "notifications:acknowledge": Route(writes="coordinator", kwargs=_alert),
    "notifications:letters": Route(EVERYBODY, EVERYBODY, _letter_key),
    "notifications:outbox": Route(),  # demonstration only
    "notifications:email-receipts": Route(),  # for a provider that is set up
    "notifications:sms-receipt": Route(
        kwargs=lambda _: {"gateway": "46elks", "message": uuid4(), "token": "none"}
    ),
    # people and signing in
    "home": Route(reads=SIGNED_IN),
    "accounts:memberships": Route(reads="administrator"),
    "accounts:appoint": Route("administrator", "administrator"),
    "accounts:end": Route("administrator", "administrator", _membership),
    "account_login": Route(reads=EVERYBODY, writes=EVERYBODY),
    "account_request_login_code": Route(reads=EVERYBODY, writes=EVERYBODY),
    "account_confirm_login_code": Route(reads=EVERYBODY, writes=EVERYBODY),
    "account_logout": Route(reads=EVERYBODY, writes=EVERYBODY),
    "account_inactive": Route(reads=EVERYBODY),
    "account_reauthenticate": Route(WITH_PASSWORD, WITH_PASSWORD, refusal=403),
    "account_change_password": Route(reads=SIGNED_IN, writes=SIGNED_IN),
    "account_reset_password": Route(reads=EVERYBODY, writes=EVERYBODY),
    "account_reset_password_done": Route(reads=EVERYBODY),
    "account_reset_password_from_key": Route(
        EVERYBODY, EVERYBODY, lambda _: {"uidb36": "1", "key": "none"}
    ),
    "account_reset_password_from_key_done": Route(reads=EVERYBODY),
    "mfa_index": Route(reads=SIGNED_IN),
    "mfa_activate_totp": Route(reads=SIGNED_IN, writes=SIGNED_IN),
    "mfa_deactivate_totp": Route(),  # nobody in this world has a second factor yet
    "mfa_generate_recovery_codes": Route(reads=SIGNED_IN, writes=SIGNED_IN),
    "mfa_view_recovery_codes": Route(),
    "mfa_download_recovery_codes": Route(),
    "mfa_reauthenticate": Route(WITH_PASSWORD, WITH_PASSWORD, refusal=403),
    "mfa_authenticate": Route(reads=EVERYBODY, writes=EVERYBODY),
    "ui:gallery": Route(reads=EVERYBODY),
    "account_signup": Route(),
    "account_email": Route(),
    "account_set_password": Route(),
}
