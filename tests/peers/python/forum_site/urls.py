"""The forum's pages, and where its people sign in."""

from django.contrib.auth.views import LoginView
from django.urls import include, path

urlpatterns = [
    path("sign-in", LoginView.as_view(template_name="sign_in.html"), name="login"),
    path("", include("machina.urls")),
]
