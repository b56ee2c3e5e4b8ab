"""Address of the style page; the site leaves it out in production."""

from django.urls import path

from carttrack.ui import views

app_name = "ui"
urlpatterns = [path("", views.gallery, name="gallery")]
