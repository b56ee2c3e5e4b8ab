"""The addresses of signing in and of people; only what is used of allauth is here."""

from allauth.account import views as allauth_views
from django.urls import include, path, re_path

from carttrack.accounts import views

sign_in = [
    path("login/", allauth_views.login, name="account_login"),
    path("login/code/", allauth_views.request_login_code, name="account_request_login_code"),
    path(
        "login/code/confirm/", allauth_views.confirm_login_code, name="account_confirm_login_code"
    ),
    path("logout/", allauth_views.logout, name="account_logout"),
    path("inactive/", allauth_views.account_inactive, name="account_inactive"),
    path("reauthenticate/", allauth_views.reauthenticate, name="account_reauthenticate"),
    path("password/change/", allauth_views.password_change, name="account_change_password"),
    path("password/reset/", allauth_views.password_reset, name="account_reset_password"),
    path(
        "password/reset/done/",
        allauth_views.password_reset_done,
        name="account_reset_password_done",
    ),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        allauth_views.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        allauth_views.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("2fa/", include("allauth.mfa.urls")),
    # allauth looks these up by name. Nobody signs up, nobody changes the address they were
    # registered with, and no patient comes to have a password.
    path("signup/", views.closed, name="account_signup"),
    path("email/", views.closed, name="account_email"),
    path("password/set/", views.closed, name="account_set_password"),
]

people = [
    path("", views.memberships, name="memberships"),
    path("new/", views.appoint_person, name="appoint"),
    path("<int:membership_id>/end/", views.end, name="end"),
]

urlpatterns = [
    path("", views.home, name="home"),
    path("accounts/", include(sign_in)),
    path("people/", include((people, "accounts"))),
]
