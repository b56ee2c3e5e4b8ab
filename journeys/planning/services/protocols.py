"""Publishing protocols and label rules: once, and never changed afterwards."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from carttrack.accounts.models import Centre
from journeys.planning.documents import checksum
from journeys.planning.domain.protocol import LabelRule as DomainLabelRule
from journeys.planning.domain.protocol import Protocol as DomainProtocol
from journeys.planning.models import LabelRule, Product, Protocol, ProtocolVersion


class ProtocolChanged(Exception):
    """A published version says something else; a change needs a new version number."""


class RuleChanged(Exception):
    """A published label rule says something else; a change needs a new validity date."""


@transaction.atomic
def publish_protocol(
    *,
    protocol: DomainProtocol,
    document: dict[str, Any],
    now: datetime,
    centre: Centre | None = None,
) -> tuple[ProtocolVersion, bool]:
    """Publish a version and tell whether it is new; publishing it again changes nothing.

    With `centre` the protocol is that centre's own, otherwise every centre shares it.

    Raises:
        ProtocolChanged: this version was published with other content, or its code is another
            centre's.
    """
    product = Product.objects.get(code=protocol.product) if protocol.product else None
    owner, _ = Protocol.objects.get_or_create(
        code=protocol.code, defaults={"product": product, "centre": centre}
    )
    digest = checksum(document)
    version, created = ProtocolVersion.objects.get_or_create(
        protocol=owner,
        number=protocol.version,
        defaults={
            "title": protocol.title["en"],
            "regions": list(protocol.regions),
            "document": document,
            "checksum": digest,
            "published_at": now,
        },
    )
    if version.checksum != digest or owner.product != product or owner.centre != centre:
        raise ProtocolChanged(
            f"{protocol.code} version {protocol.version} was published with other content; "
            "give the change a new version number"
        )
    return version, created


@transaction.atomic
def publish_product(*, code: str, name: str, target: str) -> tuple[Product, bool]:
    """Make a product known; its code stays, its name and target may be corrected."""
    return Product.objects.update_or_create(code=code, defaults={"name": name, "target": target})


@transaction.atomic
def publish_label_rules(
    *, product_code: str | None, region: str, rules: Iterable[DomainLabelRule]
) -> int:
    """Publish dated label rules and return how many are new; again changes nothing.

    Raises:
        Product.DoesNotExist: no such product.
        RuleChanged: a rule that starts on the same day was published with another value.
    """
    product = Product.objects.get(code=product_code) if product_code else None
    new = 0
    for rule in rules:
        row, created = LabelRule.objects.get_or_create(
            product=product,
            region=region,
            key=rule.key,
            valid_from=rule.valid_from,
            defaults={"days": rule.days, "valid_to": rule.valid_to, "source": rule.source},
        )
        new += created
        if row.days != rule.days:
            raise RuleChanged(
                f"{rule.key} from {rule.valid_from} ({region}) was published as {row.days} days; "
                f"{rule.days} days need a validity date of their own"
            )
        if row.valid_to is None and rule.valid_to is not None:
            row.valid_to = rule.valid_to  # a newer rule has taken over from that day
            row.save(update_fields=["valid_to"])
    return new
