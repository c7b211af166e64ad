"""The addresses of the staff's pages. Each is a noun; what is done to it is a POST to a noun of its own."""

from django.urls import path

from answerable.inbox import api, live
from answerable.inbox.views import cases, channels, finding, inbox, journal, messages, preferences, replies
from answerable.inbox.views import people, settings, signing, sources

app_name = "inbox"
urlpatterns = [
    path("api/", api.urls),
    path("", inbox.page, name="inbox"),
    path("sign-in", signing.sign_in, name="sign-in"),
    path("sign-out", signing.sign_out, name="sign-out"),
    path("preferences", preferences.change, name="preferences"),
    path("live", live.stream, name="live"),
    path("search", finding.search, name="search"),
    path("palette", finding.palette, name="palette"),
    path("places", finding.places, name="places"),
    path("keys", finding.keys, name="keys"),
    path("cases/<int:pk>", cases.page, name="case"),
    path("cases/<int:pk>/custody", cases.take, name="take"),
    path("cases/<int:pk>/holder", cases.give, name="give"),
    path("cases/<int:pk>/closure", cases.close, name="close"),
    path("cases/<int:pk>/reopening", cases.reopen, name="reopen"),
    path("cases/<int:pk>/description", cases.describe, name="describe"),
    path("cases/<int:pk>/presence", cases.present, name="presence"),
    path("cases/<int:pk>/draft", replies.draft, name="draft"),
    path("cases/<int:pk>/replies", replies.send, name="replies"),
    path("replies/<int:pk>/outcome", replies.outcome, name="outcome"),
    path("messages/<int:pk>/html", messages.html, name="html"),
    path("files/<int:pk>", messages.file, name="file"),
    path("channels", channels.health_page, name="health"),
    path("ledger", channels.ledger, name="ledger"),
    path("quarantine", channels.quarantine, name="quarantine"),
    path("quarantine/<int:pk>/opening", channels.replay, name="replay"),
    path("quarantine/<int:pk>/case", channels.open_as_case, name="open-as-case"),
    path("quarantine/jobs/<int:pk>", channels.job, name="job"),
    path("journal", journal.page, name="journal"),
    path("settings", settings.profile, name="settings"),
    path("settings/tokens", settings.issue, name="tokens"),
    path("settings/tokens/<int:pk>/end", settings.revoke, name="revoke"),
    path("settings/sources", sources.index, name="sources"),
    path("settings/sources/new/<slug:kind>", sources.new, name="new-source"),
    path("settings/sources/<int:pk>", sources.one, name="source"),
    path("settings/sources/<int:pk>/state", sources.switch, name="switch"),
    path("settings/people", people.people, name="people"),
    path("settings/people/<int:pk>", people.person, name="person"),
    path("settings/people/<int:pk>/end", people.leave, name="leave"),
    path("settings/teams", people.teams, name="teams"),
    path("settings/password", settings.password, name="password"),
]
