"""`manage.py publish_protocols`: products, label rules and protocols from their files."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from journeys.planning.documents import (
    DocumentProblem,
    protocol_paths,
    read_products_file,
    read_protocol_file,
    read_rulesets,
)
from journeys.planning.models import Product
from journeys.planning.services import (
    ProtocolChanged,
    RuleChanged,
    publish_label_rules,
    publish_product,
    publish_protocol,
)


class Command(BaseCommand):
    """Publish every file; running it again changes nothing."""

    help = "Publish the products, label rules and protocol versions found in fixtures/."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Let an operator point at another folder."""
        parser.add_argument("--folder", type=Path, default=settings.FIXTURES_DIR)

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        """Publish in name order and in one transaction; the first bad file stops and is named."""
        try:
            with transaction.atomic():
                self._publish(folder)
        except (DocumentProblem, ProtocolChanged, RuleChanged) as error:
            raise CommandError(str(error)) from error
        except Product.DoesNotExist as error:
            raise CommandError("a file names a product that products.yaml does not have") from error

    def _publish(self, folder: Path) -> None:
        for product in read_products_file(folder / "products.yaml"):
            publish_product(code=product.code, name=product.name, target=product.target)
        rulesets = read_rulesets(folder / "rulesets")
        for ruleset in rulesets:
            new = publish_label_rules(
                product_code=ruleset.product,
                region=ruleset.region,
                rules=[rule for values in ruleset.rules.values() for rule in values],
            )
            name = f"{ruleset.product or 'standard'} ({ruleset.region})"
            self.stdout.write(f"{new} new label rules for {name}")
        for path in protocol_paths(folder / "protocols"):
            protocol, document = read_protocol_file(path, rulesets=rulesets)
            version, created = publish_protocol(
                protocol=protocol, document=document, now=timezone.now()
            )
            self.stdout.write(f"{'published' if created else 'unchanged'} {version}")
