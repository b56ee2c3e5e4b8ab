"""Staff sign in with a password, patients with a one-time code, and nobody learns who exists."""

import re

import pytest
from django.core import mail

from tests.accounts.factories import PASSWORD, MembershipFactory
from tests.patients.factories import PatientFactory

pytestmark = pytest.mark.django_db

LOGIN, CODE, CONFIRM = "/accounts/login/", "/accounts/login/code/", "/accounts/login/code/confirm/"
RESET = "/accounts/password/reset/"


@pytest.fixture
def coordinator():
    return MembershipFactory().user


@pytest.fixture
def patient():
    return PatientFactory(with_sign_in=True)


def is_signed_in(client):
    return "_auth_user_id" in client.session


def sent_code():
    return re.search(r"^\d{6}$", str(mail.outbox[-1].body), re.MULTILINE).group()


def test_staff_sign_in_with_their_password(client, coordinator):
    response = client.post(LOGIN, {"login": coordinator.email.upper(), "password": PASSWORD})

    assert response["Location"] == "/"
    assert is_signed_in(client)


def test_a_wrong_password_signs_nobody_in(client, coordinator):
    response = client.post(LOGIN, {"login": coordinator.email, "password": "wrong"})

    assert response.status_code == 200
    assert not is_signed_in(client)


def test_after_five_wrong_passwords_even_the_right_one_waits(client, coordinator):
    for _try in range(5):
        client.post(LOGIN, {"login": coordinator.email, "password": "wrong"})

    client.post(LOGIN, {"login": coordinator.email, "password": PASSWORD})

    assert not is_signed_in(client)


def test_a_fourth_code_within_a_minute_is_not_sent(client, patient):
    for _try in range(4):
        client.cookies.clear()
        client.post(CODE, {"email": patient.email})

    assert len(mail.outbox) == 3


def test_a_disabled_person_does_not_get_in(client):
    user = MembershipFactory(user__is_active=False).user

    client.post(LOGIN, {"login": user.email, "password": PASSWORD})

    assert not is_signed_in(client)


def test_a_patient_signs_in_with_the_code_from_the_mail(client, patient):
    client.post(CODE, {"email": patient.email})
    response = client.post(CONFIRM, {"code": sent_code(), "action": "verify"})

    assert response["Location"] == "/"
    assert is_signed_in(client)


def test_the_mail_with_the_code_says_nothing_about_treatment_or_person(client, patient):
    client.post(CODE, {"email": patient.email})

    (message,) = mail.outbox
    text = f"{message.subject} {message.body}".lower()
    assert not re.search(r"car.?t\b|cell|treatment|patient|hospital|journey|cancer", text)
    assert patient.given_name.lower() not in text
    assert message.to == [patient.email]


def test_a_wrong_code_signs_nobody_in_and_the_third_ends_the_try(client, patient):
    client.post(CODE, {"email": patient.email})
    right = sent_code()
    wrong = f"{(int(right) + 1) % 1_000_000:06}"
    for _try in range(3):
        client.post(CONFIRM, {"code": wrong, "action": "verify"})

    client.post(CONFIRM, {"code": right, "action": "verify"})

    assert not is_signed_in(client)


def test_staff_and_strangers_get_the_same_answer_and_no_code(client, patient, coordinator):
    answers = {}
    for email in (patient.email, coordinator.email, "stranger@example.org"):
        client.cookies.clear()
        response = client.post(CODE, {"email": email}, follow=True)
        page = re.sub(r"[\w.]+@example\.org", "ADDRESS", response.content.decode())
        page = re.sub(r'(csrfmiddlewaretoken" value=|x-csrftoken": )"\w+"', "TOKEN", page)
        answers[email] = (response.redirect_chain, page)

    assert len(set(map(str, answers.values()))) == 1
    assert [message.to for message in mail.outbox] == [[patient.email]]


def test_a_patient_cannot_come_to_have_a_password(client, patient):
    client.post(RESET, {"email": patient.email})
    client.force_login(patient.user)

    assert not mail.outbox
    assert client.get("/accounts/password/set/").status_code == 404
    assert client.get("/accounts/password/change/").status_code in {302, 404}


def test_staff_get_a_link_to_a_new_password_and_strangers_the_same_answer(client, coordinator):
    known = client.post(RESET, {"email": coordinator.email})
    unknown = client.post(RESET, {"email": "stranger@example.org"})

    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    (message,) = mail.outbox
    address = re.search(r"http://testserver(/\S+)", str(message.body)).group(1)
    page = client.get(address, follow=True)
    assert page.status_code == 200
    assert "password1" in page.content.decode()


def test_who_chose_a_password_by_the_link_may_add_the_second_step(client, coordinator):
    client.post(RESET, {"email": coordinator.email})
    client.post(LOGIN, {"login": coordinator.email, "password": PASSWORD})
    assert is_signed_in(client)

    response = client.get("/accounts/2fa/totp/activate/", follow=True)

    addresses = [address for address, _status in response.redirect_chain]
    assert all("reauthenticate" in address for address in addresses)
    assert "second step" not in response.content.decode()


def test_who_asks_for_a_link_too_often_is_told_to_wait(client, coordinator):
    for _try in range(3):
        client.post(RESET, {"email": coordinator.email})

    response = client.post(RESET, {"email": coordinator.email})

    assert response.status_code == 429
    assert "Wait five minutes" in response.content.decode()
    assert len(mail.outbox) == 3


def test_a_wrong_password_is_answered_with_what_to_do(client, coordinator):
    page = client.post(LOGIN, {"login": coordinator.email, "password": "wrong"}).content.decode()

    assert "Check both and try again" in page
    assert "E-mail address" in page
    assert "placeholder" not in page


def test_the_mail_with_the_link_says_nothing_about_the_system(client, coordinator):
    client.post(RESET, {"email": coordinator.email})

    (message,) = mail.outbox
    text = f"{message.subject} {message.body}".lower()
    assert not re.search(r"car.?t\b|cell|treatment|patient|hospital|journey|cancer", text)


@pytest.mark.parametrize(
    "address",
    ["/accounts/signup/", "/accounts/email/", "/accounts/confirm-email/", "/accounts/3rdparty/"],
)
def test_what_we_do_not_offer_is_not_there(client, coordinator, address):
    client.force_login(coordinator)

    assert client.get(address).status_code == 404


@pytest.mark.parametrize(
    "address",
    [
        "/accounts/password/change/",
        "/accounts/reauthenticate/",
        "/accounts/2fa/",
        "/accounts/logout/",
    ],
)
def test_the_pages_of_the_account_open(client, coordinator, address):
    client.force_login(coordinator)

    assert client.get(address, follow=True).status_code == 200


def test_signing_out_ends_the_session(client, coordinator):
    client.force_login(coordinator)

    client.post("/accounts/logout/")

    assert not is_signed_in(client)
