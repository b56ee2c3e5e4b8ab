"""Products, dated label rules, and protocols in frozen versions."""

from django.db import models
from django.db.models import F, Q

from carttrack.accounts.labels import region_choices
from carttrack.audit.tracking import protected


class Product(models.Model):
    """An engineered cell product, as data."""

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    target = models.CharField(max_length=40, blank=True)

    def __str__(self) -> str:
        return self.name


class LabelRule(models.Model):
    """A number of days that a label asks for, for one product, region and time.

    `product` is empty for the general rules of protocols without one. `valid_to` is exclusive.
    """

    product = models.ForeignKey(
        Product, on_delete=models.PROTECT, related_name="label_rules", null=True, blank=True
    )
    region = models.CharField(max_length=2, choices=region_choices)
    key = models.SlugField(max_length=40)
    days = models.PositiveSmallIntegerField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    source = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["product", "region", "key", "valid_from"],
                name="label_rule_starts_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="label_rule_ends_after_it_starts",
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product or '-'} {self.region} {self.key}: {self.days} d"


class Protocol(models.Model):
    """The journey of a product; what it says is in its versions.

    `centre` is empty for the protocols that every centre shares, otherwise it is the centre's own.
    """

    code = models.SlugField(max_length=60, unique=True)
    centre = models.ForeignKey(
        "accounts.Centre",
        on_delete=models.PROTECT,
        related_name="protocols",
        null=True,
        blank=True,
    )
    product = models.ForeignKey(
        Product, on_delete=models.PROTECT, related_name="protocols", null=True, blank=True
    )

    def __str__(self) -> str:
        return self.code


class ProtocolVersion(models.Model):
    """One published version: a document that never changes, and the checksum that proves it."""

    protocol = models.ForeignKey(Protocol, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    regions = models.JSONField(help_text="Codes of the regions that the version covers.")
    document = models.JSONField()
    checksum = models.CharField(max_length=64)
    published_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["protocol", "number"], name="protocol_version_number_once"
            ),
        ]
        triggers = [protected(update=True)]

    def __str__(self) -> str:
        return f"{self.protocol.code} v{self.number}"
