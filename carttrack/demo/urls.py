"""The addresses that only a demonstration has; its sign-in page stands before the usual one."""

from django.urls import path

from carttrack.demo import views

urlpatterns = [
    path("accounts/login/", views.DemoSignInView.as_view(), name="account_login"),
    path("demo/sign-in/", views.sign_in, name="demo-sign-in"),
]
