"""Furnishing the demo: two workspaces, people of every role, sources, and what customers said, through real channels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any

from django.db import transaction
from django.urls import reverse

from answerable.cases import allowing
from answerable.channels import connecting
from answerable.channels.contract import Raw
from answerable.channels.models import Source
from answerable.clocks import calendaring, starting, targeting
from answerable.clocks.calendars import plain_week
from answerable.core import viewers
from answerable.core.access import RIGHTS, House, Viewer
from answerable.core.models import Membership, Role, Team, Token, User, Workspace
from answerable.core.moments import now
from answerable.house import scenes
from answerable.house.stories import approved, listening, playing, working
from answerable.house.stories.cracks import BARBARA
from answerable.house.stories.stage import PASSWORD, Stage, doors
from answerable.house.stories.story import Story
from answerable.house.stories.tellers import STORIES
from answerable.intake.receiving import receive
from answerable.safety import arranging, regulating
from answerable.safety.models import Report, SafetySystem

ADDRESS = "care@example.org"
UNSET = 25
TOLD_AGO = timedelta(hours=3)
TOKEN = "demo"  # noqa: S105 - the label of the printed token

PEOPLE: tuple[tuple[str, tuple[Role, ...], tuple[str, ...], bool], ...] = (
    ("Ada", (Role.AGENT,), ("Front line",), False),
    ("Ben", (Role.AGENT, Role.LEAD), ("Front line", "Device support", "Billing"), True),
    ("Mira", (Role.REVIEWER,), ("Medical",), True),
    ("Sol", (Role.SAFETY_OFFICER,), ("Medical", "Device support"), True),
    ("Tess", (Role.SPECIALIST,), ("Billing",), False),
    ("Kim", (Role.COACH,), ("Front line",), False),
    ("Rui", (Role.REPRESENTATIVE,), ("Device support",), False),
    ("Nina", (Role.PRIVACY_OFFICER,), (), True),
    ("Iris", (Role.ADMIN,), (), True),
)
TEAMS = ("Front line", "Device support", "Billing", "Medical")


def seed(stories: Sequence[Story] = STORIES) -> dict[str, Any]:
    """Furnish what is not there yet, tell the stories, and return what the demo prints. A second time only makes a new token."""
    with transaction.atomic():
        workspace = Workspace.objects.filter(slug="demo").first() or _peopled(stories)
        _next_door()
        iris = Membership.objects.get(workspace=workspace, user__email=_email("Iris"))
        token = _token(iris)
    return {
        "logins": [[_email(name), PASSWORD] for name in [*(name for name, *_ in PEOPLE), "Otto"]],
        "mail": ADDRESS,
        "token": token,
        "mailroom": reverse("portal:mailroom", args=[_slug(workspace, "email")]),
        "square": reverse("portal:of-sandbox", args=[_slug(workspace, "sandbox")]),
        "form": reverse("portal:of-form", args=[_slug(workspace, "form")]),
        "stories": reverse("stories", args=[_slug(workspace, "email")]),
    }


def _slug(workspace: Workspace, kind: str) -> str:
    first = Source.objects.filter(workspace=workspace, kind=kind).order_by("pk")[0]
    return first.slug


def _peopled(stories: Sequence[Story]) -> Workspace:
    workspace = furnish()
    sources = doors(workspace)
    approved.approve_all(Stage(workspace, sources))
    # The stories open what has arrived, at moments of the past: what is said now comes after them.
    for story in stories:
        playing.tell(story, Stage(workspace, sources, opens=True), since=now() - story.lasts - TOLD_AGO)
    listening.listen(Stage(workspace, sources, opens=True))
    _report(workspace)
    _say(sources, at=now())
    return workspace


def furnish() -> Workspace:
    """The demo's workspace with its people, teams and sources; nobody has said anything yet."""
    workspace = Workspace.objects.create(
        name="Pulsa, Glimo & Falo", slug="demo", time_zone="Europe/Warsaw", created_at=now()
    )
    ben = _user("Ben")
    teams = {name: Team.objects.create(workspace=workspace, name=name, lead=ben) for name in TEAMS}
    for name, roles, names, sees_all in PEOPLE:
        _join(workspace, _user(name), roles, [teams[each] for each in names], sees_all=sees_all)
    _connect(workspace, teams)
    iris = viewers.of_membership(Membership.objects.get(workspace=workspace, user__email=_email("Iris")))
    _allow(iris)
    _promise(iris)
    _regulate(workspace)
    _pass_on(workspace, iris)
    return workspace


def _pass_on(workspace: Workspace, iris: Viewer) -> None:
    """A pretend safety system, to which each valid report goes by itself: Iris connects it, Sol says so."""
    sol = viewers.of_membership(Membership.objects.get(workspace=workspace, user__email=_email("Sol")))
    system = arranging.arrange("sandbox", label="Pretend safety database", values={}, by=iris)
    arranging.instruct(system, rule=SafetySystem.Rule.VALID, hours=24, by=sol)


def _regulate(workspace: Workspace) -> None:
    """What the law says of the products: by that the limits of a report are chosen."""
    by = House(workspace.pk, "seeding")
    regulating.receive_in("PL", by=by)
    for name, kind in (("Glimo", "device"), ("Pulsa", "device"), ("Velorin", "medicine"), ("Falo", "other")):
        regulating.regulate(name, kind=kind, countries=["BR", "PL", "PT", "US"], by=by)


def _allow(iris: Viewer) -> None:
    """What may be given to make good."""
    allowing.allow("discount", product="Falo", currency="PLN", free_to=Decimal(50), most=Decimal(200), by=iris)
    allowing.allow("refund", product="Falo", currency="PLN", most=Decimal(500), by=iris)
    for kind in ("replacement", "correction", "apology"):
        allowing.allow(kind, by=iris)


def _promise(iris: Viewer) -> None:
    """What is promised: a solution in working time, and a first and a next answer by day and night.

    The first mails are older than their answer may take, so that a newcomer sees a clock that ran out, and who was told.
    """
    waits = ["customer", "third_party"]
    office = calendaring.keep_calendar(
        None,
        name="Office hours",
        time_zone="Europe/Warsaw",
        holidays="PL",
        week=plain_week([(8 * 60, 18 * 60)]),
        by=iris,
    )
    targeting.set_target(
        service="resolution", minutes=20 * 60, calendar=office, pauses=waits, warnings=[240, 60], by=iris
    )
    for service, hours in (("first_answer", 8), ("next_answer", 8), ("raised", 4)):
        targeting.set_target(service=service, minutes=hours * 60, warnings=[120], by=iris)


def _report(workspace: Workspace) -> None:
    """Barbara's call opened a report by itself. Sol finds that it may be an incident: a clock that only a person starts."""
    stage = Stage(workspace, doors(workspace), opens=True)
    case, sol = working.living(stage.first_case(BARBARA)), stage.viewer("Sol")
    report = Report.objects.filter(message__filing__case=case).earliest("pk")
    why = "A child may have gone without his meter: to be looked at as an incident."
    starting.start(
        case,
        rule="eu.mdr.87.3",
        awareness="captured_at",
        at=report.received_at,
        why=why,
        message=report.message,
        by=sol,
    )


def _next_door() -> None:
    """Otto's workspace: he must see nothing of the other, and a newcomer can see that he does not."""
    if Workspace.objects.filter(slug="next-door").exists():
        return
    workspace = Workspace.objects.create(name="Next door", slug="next-door", created_at=now())
    otto = _user("Otto")
    team = Team.objects.create(workspace=workspace, name="Front line", lead=otto)
    _join(workspace, otto, (Role.AGENT, Role.LEAD, Role.ADMIN), [team], sees_all=True)


def _user(name: str) -> User:
    known = User.objects.filter(email=_email(name)).first()
    if known is not None:
        return known
    user = User(email=_email(name), name=name)
    user.set_password(PASSWORD)
    user.save()
    return user


def _join(workspace: Workspace, user: User, roles: tuple[Role, ...], teams: list[Team], *, sees_all: bool) -> None:
    member = Membership.objects.create(workspace=workspace, user=user, roles=list(roles), sees_all=sees_all)
    member.teams.set(teams)


def _connect(workspace: Workspace, teams: dict[str, Team]) -> None:
    """The mailbox speaks to the demo's mailroom; its port is filled in when that opens (see `mailroom`)."""
    by = House(workspace.pk, "seeding")
    mail = {
        "address": ADDRESS,
        "display_name": "Care",
        "smtp_host": "127.0.0.1",
        "smtp_port": UNSET,
        "smtp_security": "none",
    }
    front = teams["Front line"]
    form = {"title": "Tell us what happened", "products": "Pulsa, Glimo, Velorin, Falo"}
    phone = {"country": "PL", "language": "en", "time_zone": workspace.time_zone}
    connecting.connect("email", label="Care mailbox", team=front, values=mail, by=by, silence_hours=72)
    connecting.connect("form", label="Contact form", team=front, values=form, by=by)
    connecting.connect("sandbox", label="Town square", team=front, values={}, by=by)
    connecting.connect(
        "sandbox", label="Talk of the town", team=front, values={"words": "Velorin, Glimo, Pulsa"}, by=by
    )
    connecting.connect("call", label="Telephone", team=front, values=phone, by=by)


def _say(sources: Mapping[str, Source], *, at: datetime) -> None:
    """Everything enters as it would from outside: as bytes, stored, and opened by the worker."""
    for scene in scenes.MAILS:
        said = at - timedelta(hours=scene.hours_ago)
        receive(sources["mail"], [Raw(body=_mail(scene, said))], at=said)


def _mail(scene: scenes.Mail, at: datetime) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = f"{scene.name} <{scene.address}>", ADDRESS, scene.subject
    mail["Date"], mail["Message-ID"] = format_datetime(at), scene.message_id
    mail["Content-Language"] = scene.language
    if scene.answers:
        mail["In-Reply-To"] = mail["References"] = scene.answers
    mail.set_content(scene.text)
    return mail.as_bytes()


def _token(member: Membership) -> str:
    by = House(member.workspace_id, "seeding")
    for old in Token.objects.filter(membership=member, label=TOKEN, revoked_at=None):
        viewers.revoke(old, by=by)
    scopes = sorted(RIGHTS["admin"])
    return viewers.issue(member, label=TOKEN, scopes=scopes, by=by)


def _email(name: str) -> str:
    return f"{name.lower()}@example.org"
