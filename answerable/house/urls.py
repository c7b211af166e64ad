"""Which address belongs to which room."""

from django.urls import include, path

from answerable.channels.sandbox import square
from answerable.channels.webchat import network as chat_network
from answerable.house import health
from answerable.house.stories import pages as stories
from answerable.intake import webhook
from answerable.safety.systems import sandbox as safety_sandbox

urlpatterns = [
    path("health", health.show),
    path("hooks/<slug:slug>", webhook.hook, name="hook"),
    path("square/<slug:slug>/api/posts", square.posts),
    path("square/<slug:slug>/api/posts/<int:pk>", square.company_post),
    path("square/<slug:slug>/api/pictures", square.pictures),
    path("square/<slug:slug>/api/replies", square.replies),
    path("square/<slug:slug>/api/replies/<path:key>", square.reply),
    path("chat/<slug:slug>/api/replies", chat_network.replies),
    path("chat/<slug:slug>/api/replies/<path:key>", chat_network.reply),
    path("pretend-safety/<int:system>/reports", safety_sandbox.reports),
    path("pretend-safety/<int:system>/reports/<str:key>", safety_sandbox.report),
    path("stories/<slug:slug>", stories.page, name="stories"),
    path("stories/<slug:slug>/next", stories.go_on, name="story-step"),
    path("stories/<slug:slug>/<slug:key>", stories.begin, name="story"),
    path("", include("answerable.portal.urls")),
    path("", include("answerable.inbox.urls")),
]

handler400 = "answerable.inbox.views.errors.unreadable"
handler403 = "answerable.inbox.views.errors.forbidden"
handler404 = "answerable.inbox.views.errors.not_found"
handler500 = "answerable.inbox.views.errors.broken"
