"""People, the centres they work at, and from when to when in which role."""

import uuid
from collections.abc import Iterable
from typing import Any, ClassVar, Self, TypeAlias

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import AnonymousUser, PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from carttrack.accounts.domain import Role
from carttrack.accounts.labels import region_choices, role_choices
from carttrack.accounts.periods import KnownZone, LocalDay, is_current, never_overlapping
from carttrack.accounts.validators import validate_time_zone
from carttrack.audit.tracking import protected, tracked
from carttrack.prepared import Param

# Whose rights are asked for; a prepared query leaves a place for what `reader_key` returns.
Reader: TypeAlias = "User | AnonymousUser | Param"


def weekend() -> list[int]:
    """Return Saturday and Sunday in the numbering of `date.weekday()` (Monday is 0)."""
    return [5, 6]


class UserManager(BaseUserManager["User"]):
    """Makes people; an address is kept in lower case, so that it names one person only."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create a person; without a password they can only sign in with a one-time code."""
        if not email:
            raise ValueError("A person needs an e-mail address to sign in with.")
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create a person with every technical right (and no clinical one)."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        """Find a person by address, however it was typed."""
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in: staff or patient. The e-mail address is the login."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    email = models.EmailField(_("e-mail"))
    name = models.CharField(_("name"), max_length=150)
    language = models.CharField(_("language"), max_length=10, default="en")
    is_active = models.BooleanField(_("active"), default=True)
    is_staff = models.BooleanField(_("may use the technical admin"), default=False)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.UniqueConstraint(fields=["email"], name="user_email_once"),
            models.CheckConstraint(
                name="user_email_is_lower_case", condition=Q(email=Lower("email"))
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        """Return the name as it is printed beside what the person did."""
        return str(self)

    def get_short_name(self) -> str:
        """Return the first word of the name."""
        return str(self).split(maxsplit=1)[0]


def reader_key(user: User | AnonymousUser) -> int | None:
    """Return the key that rights are looked up by; whoever may read nothing today has none."""
    return user.pk if user.is_authenticated and user.is_active else None


class CentreQuerySet(models.QuerySet["Centre"]):
    """Centres that are ..."""

    def of(self, user: "Reader", roles: Iterable[Role] = tuple(Role)) -> Self:
        """Keep the centres where the person has one of the roles today."""
        return self.filter(pk__in=Membership.objects.of(user, roles).values("centre"))


CentreManager = models.Manager.from_queryset(CentreQuerySet)


class Centre(models.Model):
    """A hospital unit: its own clock, closed days, number to call and reach."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=150)
    short_name = models.CharField(_("short name"), max_length=40)
    unit = models.CharField(_("unit"), max_length=150, blank=True)
    phone = PhoneNumberField(_("phone, day and night"))
    time_zone = models.CharField(
        _("time zone"), max_length=64, default="UTC", validators=[validate_time_zone]
    )
    country = models.CharField(_("country"), max_length=2, help_text=_("ISO 3166, like SE."))
    region = models.CharField(_("region"), max_length=10, choices=region_choices)
    closed_weekdays = ArrayField(
        models.PositiveSmallIntegerField(),
        verbose_name=_("closed weekdays"),
        default=weekend,
        blank=True,
        help_text=_("0 is Monday, 6 is Sunday."),
    )
    travel_radius_minutes = models.PositiveSmallIntegerField(_("travel radius"), default=60)

    objects = CentreManager()

    class Meta:
        verbose_name = _("centre")
        verbose_name_plural = _("centres")
        constraints = [
            models.CheckConstraint(
                name="centre_time_zone_is_known", condition=KnownZone("time_zone")
            ),
            models.CheckConstraint(
                name="centre_country_is_two_capitals", condition=Q(country__regex="^[A-Z]{2}$")
            ),
            models.CheckConstraint(
                name="centre_closed_weekdays_are_weekdays",
                condition=Q(closed_weekdays__contained_by=[0, 1, 2, 3, 4, 5, 6]),
            ),
        ]

    def __str__(self) -> str:
        return self.short_name


class ClosedDay(models.Model):
    """A day on which a centre is closed, stored so that a plan never changes by a library."""

    centre = models.ForeignKey(Centre, on_delete=models.CASCADE, related_name="closed_days")
    on = models.DateField(_("day"))
    name = models.CharField(_("name"), max_length=200)

    class Meta:
        verbose_name = _("closed day")
        verbose_name_plural = _("closed days")
        constraints = [
            models.UniqueConstraint(fields=["centre", "on"], name="closed_day_once_per_centre"),
        ]

    def __str__(self) -> str:
        return f"{self.centre}: {self.on} {self.name}"


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Memberships that are ..."""

    def current(self) -> Self:
        """Keep those that hold today at their centre, by the database's clock."""
        return self.filter(is_current(zone="centre__time_zone"))

    def coming(self) -> Self:
        """Keep those that begin after today."""
        return self.filter(from_on__gt=LocalDay(F("centre__time_zone")))

    def past(self) -> Self:
        """Keep those that ended before today."""
        return self.filter(until_on__lt=LocalDay(F("centre__time_zone")))

    def administered_by(self, user: User | AnonymousUser) -> Self:
        """Keep those at the centres where the person is an administrator today."""
        return self.filter(centre__in=Centre.objects.of(user, [Role.ADMINISTRATOR]))

    def of(self, user: "Reader", roles: Iterable[Role] = tuple(Role)) -> Self:
        """Keep the person's current ones in any of the roles."""
        if not isinstance(user, Param) and reader_key(user) is None:
            return self.none()
        return self.current().filter(user=user, role__in=sorted(roles))


MembershipManager = models.Manager.from_queryset(MembershipQuerySet)


@tracked()
class Membership(models.Model):
    """What a person is at a centre, from one day to another, both inclusive.

    Who could see what on a past day must stay known: rows are tracked and never deleted.
    """

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(_("role"), max_length=20, choices=role_choices)
    from_on = models.DateField(_("from"))
    until_on = models.DateField(_("until"), null=True, blank=True)

    objects = MembershipManager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.CheckConstraint(
                name="membership_role_is_known",
                condition=Q(role__in=[role.value for role in Role]),
            ),
            models.CheckConstraint(
                name="membership_ends_after_it_begins",
                condition=Q(until_on__isnull=True) | Q(until_on__gte=F("from_on")),
            ),
            *(
                never_overlapping(
                    f"membership_{role}_does_not_overlap",
                    of=("user", "centre"),
                    condition=Q(role=role.value),
                )
                for role in Role
            ),
        ]
        triggers = [protected()]

    def __str__(self) -> str:
        return f"{self.user}: {self.role} at {self.centre} from {self.from_on}"
