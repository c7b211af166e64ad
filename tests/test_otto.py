"""What a viewer may not see is not there: on no page, in no list, count, live note, search or download.

Otto works for another company. One test walks every address of the house with him; an address that is new there fails
until somebody says whose row it names (`ROWS`), or why it is open to everybody (`OPEN`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.test import Client

from answerable.cases import (
    assigning,
    queries,
)
from answerable.cases.models import Case
from answerable.channels.models import Source
from answerable.core import access
from answerable.core.access import House, Viewer
from answerable.core.models import Event, Team, User
from answerable.inbox import live
from answerable.inbox.tests.asking import Program, told
from answerable.testing.arriving import arrive, letter
from answerable.testing.cast import Cast, make_mailbox
from tests.any_input import ANY_INPUT
from tests.our_world import World, make_world
from tests.routes import Route, routes

ROWS = (
    ("cases/", "case"),
    ("transfers/", "transfer"),
    ("pushes/", "push"),
    ("settings/teams/", "team"),
    ("teams/", "team"),
    ("members/", "member"),
    ("clocks/", "clock"),
    ("replies/", "reply"),
    ("invitations/", "invitation"),
    ("messages/", "message"),
    ("contacts/", "contact"),
    ("files/", "attachment"),
    ("attachments/", "attachment"),
    ("envelopes/", "envelope"),
    ("sources/", "source"),
    ("quarantine/jobs/", "job"),
    ("jobs/", "other_job"),
    ("draft-files/", "draft_file"),
    ("quarantine/", "envelope"),
    ("many/", "bulk"),
    ("views/", "saved_view"),
    ("saved-views/", "saved_view"),
    ("settings/rules/", "rule"),
    ("listening/queries/", "query"),
    ("queries/", "query"),
    ("settings/case-fields/", "field"),
    ("settings/saved-answers/", "answer"),
    ("saved-answers/", "answer"),
    ("settings/tokens/", "token"),
    ("settings/sources/", "source"),
    ("settings/imports/", "brought"),
    ("recordings/", "sound"),
    ("settings/webhooks/", "hook"),
    ("webhooks/", "hook"),
    ("settings/deliveries/", "delivery"),
    ("deliveries/", "delivery"),
    ("imports/", "brought"),
    ("settings/people/", "member"),
    ("settings/calendars/", "calendar"),
    ("settings/targets/", "target"),
    ("settings/remedies/", "remedy_rule"),
    ("settings/detectors/", "learned"),
    ("radar/series/", "series"),
    ("series/", "series"),
    ("incidents/", "incident"),
    ("promises/", "promise"),
    ("remedies/", "remedy"),
    ("approvals/", "approval"),
    ("settings/approval-rules/", "approval_rule"),
    ("approval-rules/", "approval_rule"),
    ("wordings/", "wording"),
    ("wording-versions/", "wording_version"),
    ("listening/aside/", "weighed"),
    ("weighed/", "weighed"),
    ("weighed-samples/", "sample"),
    ("listening/lessons/", "lesson"),
    ("lessons/", "lesson"),
    ("safety/batches/", "batch"),
    ("safety/answers/", "batch_answer"),
    ("settings/authorities/", "authority"),
    ("authorities/", "authority"),
    ("batches/", "batch"),
    ("settings/dictionaries/", "dictionary"),
    ("dictionaries/", "dictionary"),
    ("safety/systems/", "safety_system"),
    ("safety/discrepancies/", "discrepancy"),
    ("safety/", "report"),
    ("report-follow-ups/", "follow_up"),
    ("report-inquiries/", "inquiry"),
    ("report-links/", "report_link"),
    ("settings/regulated/products/", "regulated"),
    ("regulated-products/", "regulated"),
    ("referrals/", "referral"),
    ("settings/safety/", "safety_system"),
    ("safety-systems/", "safety_system"),
    ("discrepancies/", "discrepancy"),
    ("reports/", "report"),
    *((f"{begin}groups/", "group") for begin in ("", "review/")),
    *((f"{begin}group-lines/", "group_line") for begin in ("", "review/")),
    *((f"{begin}group-answers/", "group_answer") for begin in ("", "review/")),
    ("review/read/", "to_read"),
    ("to-read/", "to_read"),
    ("lots/", "lot"),
    ("aside-lots/", "aside_lot"),
    ("review/sample/", "lot"),
    ("review/aside-lots/", "aside_lot"),
)
"""Whose row stands in the address, by how it begins (after "api/")."""

OPEN = {
    "hooks/<slug:slug>": "networks prove themselves by a signature",
    "square/<slug:slug>/api/posts": "the square proves its company by a key",
    "square/<slug:slug>/api/posts/<int:pk>": "the square proves its company by a key",
    "square/<slug:slug>/api/pictures": "the square proves its company by a key",
    "square/<slug:slug>/pictures/<int:pk>": "a picture is open to whoever reads its post",
    "square/<slug:slug>/api/replies": "the square proves its company by a key",
    "square/<slug:slug>/api/replies/<path:key>": "the square proves its company by a key",
    "chat/<slug:slug>": "a chat is open to everybody",
    **dict.fromkeys(
        ("chat/<slug:slug>/about", "chat/<slug:slug>/chats"),
        "whoever agrees to its text begins a chat; it shows no row",
    ),
    **dict.fromkeys(
        [f"chat/<slug:slug>/{part}" for part in ("lines", "live", "seen", "address", "end")],
        "the secret of one chat opens that chat and nothing else",
    ),
    "chat/<slug:slug>/api/replies": "the chat's network proves its company by a key",
    "chat/<slug:slug>/api/replies/<path:key>": "the chat's network proves its company by a key",
    "mailroom/<slug:slug>": "the mailboxes of the demo's pretend customers; there is no such page outside the demo",
    **{f"stories/<slug:slug>{part}": "the demo's theatre" for part in ("", "/next", "/<slug:key>")},
    **{f"square/<slug:slug>{part}": "a town square is open to everybody" for part in ("", "/posts")},
    "square/<slug:slug>/posts/<int:pk>/end": "only the visitor who wrote a post takes it back",
    "form/<slug:slug>": "a form is open to everybody",
    "form/<slug:slug>/thanks": "a form is open to everybody",
    "i/<str:code>": "whoever was invited goes on here; the page shows nothing of the case, and unknown codes are counted",
    "my/<str:token>": "a signed link of whoever wrote through an invitation; there is no other way to find it",
    "solved/<str:token>": "whoever holds the customer's link answers; there is no other way to find it",
    "settings/sources/new/<slug:kind>": "names a sort of channel, not a row",
    "pretend-safety/<int:system>/reports": "the pretend safety system proves its company by a key",
    "pretend-safety/<int:system>/reports/<str:key>": "the pretend safety system proves its company by a key",
    "api/<path:rest>": "whatever is no address of the API",
}
"""Addresses with parameters that name no row of a workspace, and why."""

STREAMS = {"live": "a stream without an end; see test_live_notes_reach_only_those_who_see_the_case"}
METHODS = ("GET", "POST", "PUT", "DELETE")
ENDING_LAST = ("GET", "PUT", "POST", "DELETE")
"""Asked until one opens: a row that is ended would be missing for the addresses behind it."""
SECRETS = ("Barbara", "batteries", "zebra", "Care mailbox", "Device support", "ada@example.org", "barbara@example.net")
CHANGING = re.compile(r'csrfmiddlewaretoken" value="[^"]*"|"X-CSRFToken": "[^"]*"')


@pytest.fixture
def world(cast: Cast) -> World:
    return make_world(cast)


class Browser:
    """One viewer at the pages and, with a token, at the API."""

    def __init__(self, viewer: Viewer) -> None:
        self.pages, self.program = Client(), Program(viewer)
        self.pages.force_login(User.objects.get(pk=viewer.user_id))

    def ask(self, route: Route, method: str, address: str) -> tuple[int, str]:
        """The status and the words of the answer."""
        if route.is_of_api:
            answer = self.program.send(method, address.removeprefix("/api/"), ANY_INPUT, key="otto-1")
        elif method in ("GET", "POST"):
            answer = getattr(self.pages, method.lower())(address, ANY_INPUT if method == "POST" else {})
        else:
            return 405, ""
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        return answer.status_code, body.decode("utf-8", "replace")


def row_of(route: Route) -> str | None:
    """Which row of the world an address names."""
    bare = route.pattern.removeprefix("api/")
    return next((row for begin, row in ROWS if bare.startswith(begin)), None)


def with_rows() -> Iterator[Route]:
    return (route for route in routes() if route.parameters and route.pattern not in OPEN)


def without_rows() -> Iterator[Route]:
    return (route for route in routes() if not route.parameters and route.pattern not in STREAMS)


def leaks(words: str) -> list[str]:
    return [secret for secret in SECRETS if secret in words]


def test_every_address_says_whose_row_it_names() -> None:
    unknown = [route.pattern for route in with_rows() if row_of(route) is None or route.parameters != ["pk"]]
    assert not unknown, f"Say in ROWS whose row these name, or in OPEN why they are open to everybody: {unknown}"
    known = {route.pattern for route in routes()}
    assert not (OPEN.keys() | STREAMS.keys()) - known, "OPEN and STREAMS name only what is there"


def test_the_mailroom_of_the_demo_is_not_there_outside_of_it(cast: Cast) -> None:
    assert Client().get(f"/mailroom/{cast.mailbox.slug}").status_code == 404


def test_otto_gets_404_at_every_address_of_a_row_of_ours(cast: Cast, world: World) -> None:
    otto = Browser(cast.otto)
    wrong = []
    for route in with_rows():
        address = route.address(pk=getattr(world, str(row_of(route))))
        answers = {method: otto.ask(route, method, address) for method in METHODS}
        statuses = {status for status, _ in answers.values()}
        if not statuses <= {404, 405} or 404 not in statuses or any(leaks(words) for _, words in answers.values()):
            wrong.append((address, {method: status for method, (status, _) in answers.items()}))
    assert not wrong


def test_the_same_addresses_open_for_those_who_see_the_rows(cast: Cast, world: World) -> None:
    """The walk above proves nothing where an address answers 404 to everybody."""
    root = Browser(cast.root)
    shut = []
    for route in with_rows():
        if row_of(route) in {"token", "draft_file"}:
            continue  # one's own, and these are Ada's
        address = route.address(pk=getattr(world, str(row_of(route))))
        if all(root.ask(route, method, address)[0] in {404, 405} for method in ENDING_LAST):
            shut.append(address)
    assert shut == []


def test_otto_s_pages_and_lists_are_the_same_whether_our_workspace_is_full_or_empty(cast: Cast) -> None:
    """So nothing of ours is in them: no row, no name, no count."""
    arrive(letter("Otto's own.", sender="olga@example.net"), _mailbox_of_otto(cast))
    otto = Browser(cast.otto)
    before = {route: _shown(otto, route) for route in without_rows()}
    assert [route for route, (status, _) in before.items() if status == 200]
    make_world(cast)
    assert not [route.pattern for route, shown in before.items() if _shown(otto, route) != shown]


def test_otto_s_questions_about_our_rows_are_answered_as_if_they_were_not_there(cast: Cast, world: World) -> None:
    otto, queue = Browser(cast.otto), f"queue-{cast.front_line.pk}"
    assert otto.pages.get("/", {"view": queue}).status_code == 404
    assert otto.program.get("cases", view=queue).status_code == 404
    for path, question in (
        ("cases", {"contact": world.contact}),
        ("messages", {"words": "batteries"}),
        ("journal", {"case": world.case}),
    ):
        assert told(otto.program.get(path, **question))["items"] == []
    for page, words in (("/search", "batteries"), ("/palette", str(world.case)), ("/palette", "Barbara")):
        assert f"/cases/{world.case}" not in otto.pages.get(page, {"q": words}).content.decode()


def test_otto_cannot_pull_our_rows_into_his_workspace(cast: Cast, world: World) -> None:
    own = arrive(letter("Otto's own.", sender="olga@example.net"), _mailbox_of_otto(cast))
    assert own is not None
    otto, mark = Browser(cast.otto), assigning.holder_mark(own)
    assert (
        otto.program.put(f"cases/{own.pk}/holder", {"expected": mark, "to_user": cast.ada.user_id}).status_code == 404
    )
    for to in ({"to_user": cast.ada.user_id}, {"to_team": cast.front_line.pk}):
        given = {"expected": mark, "context": "x", **to}
        assert otto.program.post(f"cases/{own.pk}/transfers", given).status_code == 404
    taken = {"label": "x", "team": cast.front_line.pk, "kind": "form", "values": {}}
    assert otto.program.post("sources", taken).status_code == 404
    handed = {"author": {"namespace": "email", "value": "x@example.net"}, "text": "x"}
    assert otto.program.post(f"messages?source={world.source}", handed, key="k").status_code == 404


def test_live_notes_reach_only_those_who_see_the_case(cast: Cast, world: World) -> None:
    event = Event.objects.filter(case_id=world.case).latest("pk")
    note = {"event": event.pk, "workspace": event.workspace_id, "team": event.team_id, "case": event.case_id}
    assert access.may_hear(cast.ada, note)
    assert access.may_hear(cast.root, note)
    for stranger in (cast.otto, cast.mira):
        assert not access.may_hear(stranger, note)
        assert world.case not in [missed["case"] for missed in live._missed(stranger, 0)]
    assert access.may_hear(cast.mira, {**note, "holder": cast.mira.user_id})
    assert world.case in [missed["case"] for missed in live._missed(cast.ada, 0)]


OF_A_CASE = (
    "case",
    "transfer",
    "push",
    "clock",
    "reply",
    "message",
    "contact",
    "attachment",
    "promise",
    "remedy",
    "report",
)


def test_an_agent_without_the_team_gets_404_at_every_address_of_its_cases(cast: Cast, world: World) -> None:
    """Rights come before rows, so what Mira's role may do to nobody's case answers 403; either way she learns nothing."""
    mira, wrong = Browser(cast.mira), list[object]()
    for route in with_rows():
        if (row := row_of(route)) not in (*OF_A_CASE, "envelope", "source"):
            continue
        address = route.address(pk=getattr(world, str(row)))
        answers = {method: mira.ask(route, method, address) for method in METHODS}
        statuses = {status for status, _ in answers.values()}
        if not statuses <= {403, 404, 405} or (row in OF_A_CASE and 404 not in statuses):
            wrong.append((address, {method: status for method, (status, _) in answers.items()}))
        wrong += [(address, leaks(words)) for _, words in answers.values() if leaks(words)]
    assert not wrong


def test_an_agent_without_the_team_finds_and_counts_nothing_of_it(cast: Cast, world: World) -> None:
    assert queries.search(cast.ada, "batteries")
    assert not queries.search(cast.mira, "batteries")
    assert queries.page(cast.ada).cases
    assert not queries.page(cast.mira).cases
    assert {view.count for view in queries.views(cast.mira)} == {0}


def test_who_holds_a_case_sees_it_without_its_team(cast: Cast, world: World) -> None:
    mira, before = Browser(cast.mira), Case.objects.get(pk=world.case)
    assert mira.pages.get(f"/cases/{world.case}").status_code == 404
    Case.objects.filter(pk=before.pk).update(holder_user_id=cast.mira.user_id, holder_team=None)
    assert mira.pages.get(f"/cases/{world.case}").status_code == 200
    assert [case.pk for case in queries.page(cast.mira).cases] == [world.case]


def _shown(browser: Browser, route: Route) -> tuple[int, str]:
    status, words = browser.ask(route, "GET", route.address() + "?q=batteries&words=batteries")
    return status, CHANGING.sub("", words)


def _mailbox_of_otto(cast: Cast) -> Source:
    (team,) = Team.objects.filter(pk__in=cast.otto.team_ids)
    return make_mailbox(team, by=House(cast.otto.workspace_id, "tests"))
