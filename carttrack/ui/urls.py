"""Address of the style page; the site leaves it out in production."""

from django.contrib.auth.decorators import login_not_required
from django.urls import path

from carttrack.ui import views

app_name = "ui"
urlpatterns = [path("", login_not_required(views.gallery), name="gallery")]
