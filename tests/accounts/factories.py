"""People and centres for tests; every name is invented."""

from datetime import date

import factory
from factory.django import DjangoModelFactory, Password

from carttrack.accounts.domain import Role
from carttrack.accounts.models import Centre, Membership, User

PASSWORD = "correct horse battery staple"


class UserFactory(DjangoModelFactory[User]):
    class Meta:
        model = User

    email = factory.Sequence("person{}@example.org".format)
    name = factory.Sequence("Person {}".format)
    password = Password(PASSWORD)

    class Params:
        without_password = factory.Trait(password=Password(None))


class CentreFactory(DjangoModelFactory[Centre]):
    class Meta:
        model = Centre

    code = factory.Sequence("centre-{}".format)
    name = factory.Sequence("Hospital {}".format)
    short_name = factory.Sequence("H{}".format)
    phone = "+46812345678"
    time_zone = "Europe/Stockholm"
    country = "SE"
    region = "eu"


class MembershipFactory(DjangoModelFactory[Membership]):
    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory)
    centre = factory.SubFactory(CentreFactory)
    role = Role.COORDINATOR
    from_on = date(2020, 1, 1)
