"""The addresses of the customers' pages. The page of a source is named by its channel: "of-form", "of-sandbox"."""

from django.urls import path

from answerable.portal.views import form, mailroom, solved, square

app_name = "portal"
urlpatterns = [
    path("solved/<str:token>", solved.page, name="solved"),
    path("form/<slug:slug>", form.page, name="of-form"),
    path("form/<slug:slug>/thanks", form.thanks, name="thanks"),
    path("mailroom/<slug:slug>", mailroom.page, name="mailroom"),
    path("square/<slug:slug>", square.page, name="of-sandbox"),
    path("square/<slug:slug>/posts", square.post, name="posts"),
    path("square/<slug:slug>/posts/<int:pk>/end", square.take_back, name="take-back"),
]
