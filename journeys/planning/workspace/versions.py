"""Protocol versions as the planner reads them, and what each activity is by them."""

from django.db.models import Q

from journeys.planning.documents import protocol_from_document
from journeys.planning.domain.protocol import ActivityDefinition, LabelRule, LabelRules, Protocol
from journeys.planning.domain.unscheduled import UNSCHEDULED
from journeys.planning.models import Activity, ProtocolVersion
from journeys.planning.models import LabelRule as LabelRuleRow

_PARSED: dict[str, Protocol] = {}


def protocol_of(version: ProtocolVersion) -> Protocol:
    """Return a version as the planner reads it; parsed once, since its content never changes."""
    found = _PARSED.get(version.checksum)
    if found is None:
        found = _PARSED[version.checksum] = protocol_from_document(version.document)
    return found


def definition_of(activity: Activity) -> ActivityDefinition:
    """Return what the protocol says of an activity, with the journey's version fetched along.

    Where its cycle is fetched along too, an earlier cycle of another protocol keeps its own words.
    An activity that the journey's version no longer knows is defined by an earlier version of it,
    or by the version of its own cycle; one that no protocol names is an unscheduled visit.
    """
    if activity.code == UNSCHEDULED.code:
        return UNSCHEDULED
    version = activity.journey.protocol_version
    if Activity.cycle.is_cached(activity) and activity.cycle.protocol_version_id != version.pk:
        version = activity.cycle.protocol_version
    try:
        return protocol_of(version).activity(activity.code)
    except KeyError:
        return _former_definition(activity)


_FORMER: dict[tuple[int, str], ActivityDefinition] = {}


def _former_definition(activity: Activity) -> ActivityDefinition:
    """Return the latest definition of a code that is gone; versions are frozen, so asked once."""
    key = (activity.cycle_id, activity.code)
    if key not in _FORMER:
        followed = (activity.journey.protocol_version, activity.cycle.protocol_version)
        products = {version.protocol.product_id for version in followed}
        of_product = Q(protocol__product__in=products - {None})
        if None in products:
            of_product |= Q(protocol__product=None)
        versions = ProtocolVersion.objects.filter(of_product).order_by("-published_at")
        _FORMER[key] = next(
            definition
            for version in versions
            for definition in protocol_of(version).activities
            if definition.code == activity.code
        )
    return _FORMER[key]


def known_track(protocol: Protocol, track: str) -> str:
    """Return a journey's follow-up where the protocol offers it, otherwise that of its first."""
    return track if track in {known.code for known in protocol.tracks} else ""


def label_rules(version: ProtocolVersion, region: str) -> LabelRules:
    """Return every dated label rule for the version's product in a region."""
    rows = LabelRuleRow.objects.filter(product=version.protocol.product_id, region=region)
    found: dict[str, list[LabelRule]] = {}
    for row in rows.order_by("key", "valid_from"):
        found.setdefault(row.key, []).append(
            LabelRule(
                key=row.key,
                days=row.days,
                valid_from=row.valid_from,
                valid_to=row.valid_to,
                source=row.source,
            )
        )
    return {key: tuple(values) for key, values in found.items()}
