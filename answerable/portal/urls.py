"""The addresses of the customers' pages. The page of a source is named by its channel: "of-form", "of-sandbox"."""

from django.urls import path

from answerable.portal.views import chat, form, invitation, mailroom, my_case, solved, square

app_name = "portal"
urlpatterns = [
    path("i/<str:code>", invitation.page, name="invitation"),
    path("my/<str:token>", my_case.page, name="my-case"),
    path("solved/<str:token>", solved.page, name="solved"),
    path("form/<slug:slug>", form.page, name="of-form"),
    path("form/<slug:slug>/thanks", form.thanks, name="thanks"),
    path("chat/<slug:slug>", chat.page, name="of-webchat"),
    path("chat/<slug:slug>/about", chat.about, name="chat-about"),
    path("chat/<slug:slug>/chats", chat.begin, name="chat-begin"),
    path("chat/<slug:slug>/lines", chat.say, name="chat-lines"),
    path("chat/<slug:slug>/live", chat.stream, name="chat-live"),
    path("chat/<slug:slug>/seen", chat.see, name="chat-seen"),
    path("chat/<slug:slug>/address", chat.leave, name="chat-address"),
    path("chat/<slug:slug>/end", chat.end, name="chat-end"),
    path("mailroom/<slug:slug>", mailroom.page, name="mailroom"),
    path("square/<slug:slug>", square.page, name="of-sandbox"),
    path("square/<slug:slug>/pictures/<int:pk>", square.picture, name="picture"),
    path("square/<slug:slug>/posts", square.post, name="posts"),
    path("square/<slug:slug>/posts/<int:pk>/end", square.take_back, name="take-back"),
]
