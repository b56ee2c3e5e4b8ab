"""Patients, and the centres that care for them from one day to another."""

import re
import uuid
from datetime import date
from typing import Self

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchQuery, SearchVector, SearchVectorField
from django.db import models
from django.db.models import Exists, F, Func, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce, Replace, Upper
from django.db.models.lookups import IsNull
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from carttrack.accounts.domain import CLINICAL_ROLES
from carttrack.accounts.models import Centre, Membership, Reader, reader_key
from carttrack.accounts.periods import KnownZone, is_current, never_overlapping
from carttrack.accounts.validators import validate_time_zone
from carttrack.audit.tracking import protected, tracked
from carttrack.prepared import Param
from journeys.patients.domain import CareRole
from journeys.patients.labels import care_role_choices, identifier_system_choices


class AnyOf(Func):
    """True where a column is among the values of an array, which is made once for all rows."""

    template = "%(expressions)s)"
    arg_joiner = " = ANY("
    output_field = models.BooleanField()


def may_see(user: Reader, *, patient: str = "pk", in_order: bool = False) -> Q:
    """Return the one rule of who may see whom, for rows on whose path the `patient` stands.

    Staff see a patient while they work in a clinical role at a centre that cares for the
    patient; patients see themselves. It is asked row by row, so that a list that is read in its
    order stops where its page ends; `in_order` leaves PostgreSQL no other way, where it would
    rather read everybody whom the reader's centres care for, and finds these centres once.
    """
    if not isinstance(user, Param) and reader_key(user) is None:
        return Q(pk__in=[])
    centres = Membership.objects.of(user, CLINICAL_ROLES).values("centre")
    own = Q(**{"user" if patient == "pk" else f"{patient}__user": user})
    current = CareRelation.objects.current().filter(patient=OuterRef(patient))
    if in_order:
        one = Subquery(current.filter(AnyOf("centre_id", ArraySubquery(centres))).values("pk")[:1])
        return ~Q(IsNull(one, True)) | own  # noqa: FBT003 - Django's own lookup
    return Q(Exists(current.filter(centre__in=centres))) | own


def words_sought(text: str) -> str:
    """Return the query for names that begin with every word of a text; empty without a word."""
    return " & ".join(f"'{word}':*" for word in re.findall(r"\w+", text))


def has_digits(text: str) -> bool:
    """Tell whether a text may be an identifier, as well as names."""
    return re.search(r"\d", text) is not None


class PatientQuerySet(models.QuerySet["Patient"]):
    """Patients that are ..."""

    def visible_to(self, user: Reader, *, in_order: bool = False) -> Self:
        """Keep those the person may see; the one rule behind every list, page, job and export."""
        return self.filter(may_see(user, in_order=in_order))

    def search(self, text: str) -> Self:
        """Keep those whose names begin with every word, in any order, or whose identifier does."""
        words = words_sought(text)
        if not words:
            return self.none()
        if not has_digits(text):
            return self.named(words)
        names = SearchQuery(words, search_type="raw", config="simple")
        typed = re.sub(r"[\s\x00-]", "", text).upper()
        return self.filter(Q(search_names=names) | Q(identifier_key__startswith=typed))

    def named(self, words: str | Param) -> Self:
        """Keep those whose names hold what `words_sought` asks for; one index serves it."""
        names = SearchQuery(words, search_type="raw", config="simple")
        return self.filter(search_names=names)


PatientManager = models.Manager.from_queryset(PatientQuerySet)


# Where in a list whoever has no such day stands: past the last day, or before the first.
LAST_DAY, FIRST_DAY = date(9999, 12, 31), date(1, 1, 1)


def day_in_order(name: str, *, is_turned: bool = False) -> Coalesce:
    """Return what a list reads for a patient's day; who has none stands last, turned or not."""
    no_day = FIRST_DAY if is_turned else LAST_DAY
    return Coalesce(name, Value(no_day, output_field=models.DateField()))


@tracked(exclude=["search_names", "identifier_key", "next_on", "started_on"])
class Patient(models.Model):
    """A person in treatment: who they are, how to reach them, whom to call for them.

    `next_on` is the day of what comes next for them and `started_on` that on which their treatment
    was begun last; the room that plans has the database keep both, nobody writes them.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="patient",
    )
    given_name = models.CharField(_("given name"), max_length=100)
    family_name = models.CharField(_("family name"), max_length=100)
    birth_on = models.DateField(_("date of birth"))
    identifier_system = models.CharField(
        _("kind of identifier"), max_length=40, choices=identifier_system_choices
    )
    identifier = models.CharField(_("identifier"), max_length=40, help_text=_("Kept exactly."))
    language = models.CharField(_("language"), max_length=10, default="en")
    email = models.EmailField(_("e-mail"), blank=True)
    phone = PhoneNumberField(_("phone"), blank=True)
    time_zone = models.CharField(_("time zone"), max_length=64, validators=[validate_time_zone])
    travel_minutes = models.PositiveSmallIntegerField(_("travel time"), null=True, blank=True)
    contact_name = models.CharField(_("relative or friend"), max_length=150, blank=True)
    contact_phone = PhoneNumberField(_("their phone"), blank=True)
    died_on = models.DateField(_("died on"), null=True, blank=True)
    withdrew_on = models.DateField(_("withdrew on"), null=True, blank=True)
    created_at = models.DateTimeField(_("registered at"))

    # Kept by the database, so that no writer can forget them.
    search_names = models.GeneratedField(
        expression=SearchVector("family_name", "given_name", config="simple"),
        output_field=SearchVectorField(),
        db_persist=True,
    )
    identifier_key = models.GeneratedField(
        expression=Upper(Replace(Replace("identifier", Value(" ")), Value("-"))),
        output_field=models.CharField(max_length=40),
        db_persist=True,
    )
    next_on = models.DateField(null=True, editable=False)
    started_on = models.DateField(null=True, editable=False)

    objects = PatientManager()

    class Meta:
        verbose_name = _("patient")
        verbose_name_plural = _("patients")
        constraints = [
            models.UniqueConstraint(
                fields=["identifier_system", "identifier_key"],
                name="patient_identifier_once_per_system",
            ),
            models.CheckConstraint(
                name="patient_has_an_identifier",
                condition=~Q(identifier="") & ~Q(identifier_system=""),
            ),
            models.CheckConstraint(
                name="patient_died_after_birth",
                condition=Q(died_on__isnull=True) | Q(died_on__gte=F("birth_on")),
            ),
            models.CheckConstraint(
                name="patient_withdrew_after_birth",
                condition=Q(withdrew_on__isnull=True) | Q(withdrew_on__gte=F("birth_on")),
            ),
            models.CheckConstraint(
                name="patient_time_zone_is_known", condition=KnownZone("time_zone")
            ),
        ]
        indexes = [
            GinIndex(fields=["search_names"], name="patient_search_by_name"),
            models.Index(
                fields=["identifier_key"],
                name="patient_search_by_identifier",
                opclasses=["varchar_pattern_ops"],
            ),
            models.Index(fields=["family_name", "given_name", "id"], name="patient_list_by_name"),
            models.Index(day_in_order("next_on"), "id", name="patient_list_by_next"),
            models.Index(
                day_in_order("next_on", is_turned=True), "id", name="patient_list_by_next_turned"
            ),
            models.Index(day_in_order("started_on"), "id", name="patient_list_by_start"),
            models.Index(
                day_in_order("started_on", is_turned=True),
                "id",
                name="patient_list_by_start_turned",
            ),
        ]
        triggers = [protected()]

    def __str__(self) -> str:
        return self.full_name

    @property
    def full_name(self) -> str:
        """The name as it is spoken: given name first."""
        return f"{self.given_name} {self.family_name}"


class CareRelationQuerySet(models.QuerySet["CareRelation"]):
    """Care relations that are ..."""

    def current(self) -> Self:
        """Keep those that hold today at their centre, by the database's clock."""
        return self.filter(is_current(zone="centre__time_zone"))


CareRelationManager = models.Manager.from_queryset(CareRelationQuerySet)


@tracked()
class CareRelation(models.Model):
    """A centre's part in a patient's care, from one day to another, both inclusive."""

    Role = CareRole

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="care_relations")
    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, related_name="care_relations")
    role = models.CharField(_("role"), max_length=20, choices=care_role_choices)
    from_on = models.DateField(_("from"))
    until_on = models.DateField(_("until"), null=True, blank=True)

    objects = CareRelationManager()

    class Meta:
        verbose_name = _("care relation")
        verbose_name_plural = _("care relations")
        constraints = [
            models.CheckConstraint(
                name="care_role_is_known", condition=Q(role__in=[role.value for role in CareRole])
            ),
            models.CheckConstraint(
                name="care_ends_after_it_begins",
                condition=Q(until_on__isnull=True) | Q(until_on__gte=F("from_on")),
            ),
            *(
                never_overlapping(
                    f"care_{role}_does_not_overlap",
                    of=("patient", "centre"),
                    condition=Q(role=role.value),
                )
                for role in CareRole
            ),
        ]
        indexes = [
            # Answers "whom does this centre care for today" without a look at the table.
            models.Index(
                fields=["centre", "patient", "from_on", "until_on"], name="care_by_centre"
            ),
        ]
        triggers = [protected()]

    def __str__(self) -> str:
        return f"{self.patient}: {self.role} {self.centre} from {self.from_on}"
