"""What the browser finds: a few cases in every state."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from answerable.cases import (
    absenting,
    accompanying,
    allowing,
    assigning,
    closing,
    describing,
    handling_many,
    inviting,
    noting,
    promising,
    remedying,
    shaping,
    snoozing,
    transferring,
    viewing,
)
from answerable.cases.conditions import Condition
from answerable.cases.facts import Op
from answerable.cases.models import Case
from answerable.channels import connecting
from answerable.channels.sandbox.server import canonical
from answerable.clocks import calendaring, starting, targeting
from answerable.clocks.calendars import plain_week
from answerable.conversations import linking
from answerable.conversations.models import Conversation, Identity, Message
from answerable.core.access import House
from answerable.core.models import Membership, User
from answerable.core.moments import now
from answerable.intake import importing
from answerable.intake.noting_calls import Noted, note_call
from answerable.listening import saving
from answerable.metrics import counting
from answerable.metrics.models import Incident, Series
from answerable.replies import answering, asking, drafting, links, saving_answers
from answerable.replies.models import Attempt, Reply
from answerable.safety import arranging, reconciling, referring, reporting
from answerable.safety.models import Discrepancy, Report
from answerable.safety.reconciliation import Received
from answerable.safety.reports import Product, Reaction, Sort
from answerable.safety.reports import Report as Values
from answerable.testing.arriving import arrive, letter
from answerable.testing.cast import Cast, join, make_user
from answerable.triage import applying, ruling

PEOPLE = ("Kamil", "Joana", "Barbara", "Tomas", "Halina")


@transaction.atomic
def furnish(cast: Cast) -> None:
    """Five cases: one with an answer whose outcome is unknown, one closed; and bytes that nobody can read."""
    for place, name in enumerate(PEOPLE):
        write(cast, name, hours=-50 + 10 * place)
    taken, _joana, closed = (named(name) for name in ("Kamil", "Joana", "Halina"))
    assigning.take(taken, expected=assigning.holder_mark(taken), by=cast.ada)
    noting.note(taken, text="It is our mistake.", key="note-1", by=cast.ben)
    reply = answering.answer(taken, text="We are looking into it.", audience="private", key="reply-1", by=cast.ada)
    Attempt.objects.create(reply=reply, number=1, state=Attempt.State.UNKNOWN, started_at=now(), handed_over_at=now())
    Reply.objects.filter(pk=reply.pk).update(state=Reply.State.UNKNOWN, trouble="The server did not answer.")
    closing.close(closed, disposition="solved", what_solved_it="New papers were sent.", by=cast.ada)
    arrive(b"\xff\xfe nothing that is a mail", cast.mailbox)


@transaction.atomic
def telephone(cast: Cast) -> None:
    """A call that was given up, then an answer that sends the caller elsewhere; and a file that somebody looks at."""
    by = House(cast.workspace.pk, "tests")
    line = connecting.connect("call", label="Hotline", team=cast.front_line, values={"country": "PL"}, by=by)
    kamil = named("Kamil")
    noted = Noted(at=now() - timedelta(hours=2), number="600 100 214", abandoned=True, waited=1860)
    note_call(noted, key="call-1", by=cast.ada, case=kamil, theirs=True)
    answering.answer(kamil, text="Please contact our office.", audience="private", key="reply-2", by=cast.ada)
    drafting.save(kamil, text="Please call our hotline.", audience="private", by=cast.root)
    importing.look_at(
        line, name="calls.csv", body=b"call,from,started\n1,600100200,2026-07-02 10:00\n2,,x\n", by=cast.root
    )


@transaction.atomic
def rules(cast: Cast) -> None:
    """A rule that acted, tags and fields on a case, a saved answer, a shared view, and an action on several cases."""
    asked = [{"fact": "words", "op": "have", "values": ["charge"]}]
    rule = ruling.make(name="Charging", trigger="described", asked=asked, done=[{"do": "raise"}], by=cast.root)
    ruling.switch(rule, on=True, by=cast.root)
    kamil = named("Kamil")
    shaping.add_field(label="Serial number", sort="text", by=cast.root)
    shaping.add_field(label="Size", sort="choice", choices=["S", "L"], by=cast.root)
    describing.tag(kamil, ["recall"], by=cast.ada)
    describing.set_fields(kamil, {"size": "L"}, by=cast.ada)
    applying.apply(kamil.pk)
    saving_answers.save(title="Hello", text="Dear {name},", language="en", team=cast.front_line, by=cast.ada)
    saving.save(
        name="Charging",
        text="charge NEAR/5 twice",
        team=cast.front_line,
        holder=User.objects.get(pk=cast.root.user_id),
        by=cast.root,
    )
    view = viewing.save(name="Recalls", asked=(Condition("tag", Op.IS, ("recall",)),), by=cast.root)
    viewing.share(view, among="everybody", by=cast.root)
    plan = handling_many.read("tag", "recall", by=cast.root)
    seen = {case.pk: assigning.holder_mark(case) for case in (kamil, named("Tomas"))}
    handling_many.begin(seen, plan, key="many-1", by=cast.root)


@transaction.atomic
def custody(cast: Cast) -> None:
    """A case on offer, followed and pushed, with a promise and a remedy; one asleep; somebody away."""
    kamil, tomas = named("Kamil"), named("Tomas")
    allowing.allow("apology", words="In writing.", by=cast.root)
    remedying.propose(kamil, kind="apology", text="A letter.", due_at=now() + timedelta(days=2), by=cast.ada)
    promising.promise(kamil, text="A new bill.", due_at=now() + timedelta(days=5), by=cast.ada)
    accompanying.follow(kamil, user=User.objects.get(pk=cast.mira.user_id), by=cast.ada)
    accompanying.push(kamil, text="When does it move?", by=cast.mira)
    mark, root = assigning.holder_mark(kamil), User.objects.get(pk=cast.root.user_id)
    transferring.offer(kamil, context="He was charged twice.", expected=mark, to_user=root, by=cast.ada)
    snoozing.snooze(tomas, until=now() + timedelta(days=1), reason="He is on holiday.", by=cast.ada)
    away = Membership.objects.get(user_id=cast.mira.user_id)
    absenting.away(away, until=now() + timedelta(days=3), reason="Holiday", by=cast.root)


@transaction.atomic
def clocks(cast: Cast) -> None:
    """A clock of the law, working hours, a target, and two people who may be one."""
    kamil, said = named("Kamil"), Identity.Evidence.SAID_SO
    starting.start(kamil, rule="us.803.50", awareness="captured_at", at=now(), why="It burned.", by=cast.ada)
    week, zone = plain_week([(540, 1020)]), "Europe/Warsaw"
    calendar = calendaring.keep_calendar(None, name="Office", time_zone=zone, holidays="PL", week=week, by=cast.root)
    targeting.set_target(service="first_answer", minutes=480, calendar=calendar, by=cast.root)
    linking.suggest(kamil.contact, named("Joana").contact, evidence=said, words="She says so.", by=cast.ada)


@transaction.atomic
def reports(cast: Cast) -> int:
    """A report of what Barbara told, with one of the four criteria missing; by its id."""
    message = named("Barbara").filings.get().message
    at, felt, used = message.received_at, (Reaction(message.text[:20]),), (Product("Glimo"),)
    values = Values("", Sort.ADVERSE_EVENT, at, at, "PL", told=message.text, reactions=felt, products=used)
    return reporting.open_report(message, values=values, reason="She suspects it.", by=cast.ada).pk


@transaction.atomic
def passed_on(report_id: int, cast: Cast) -> int:
    """A safety system with a report on its way and two differences, one of them explained; by its id."""
    by, officer = House(cast.workspace.pk, "tests"), make_user("Sol")
    system = arranging.arrange("sandbox", label="Safety database", values={}, by=by)
    referring.refer(Report.objects.get(pk=report_id), system=system, by=by)
    strange = [Received(f"PT-ELSE-{each}", "", now()) for each in (1, 2)]
    reconciling.reconcile(system, strange, listed_by="file", by=by)
    found = Discrepancy.objects.filter(number="PT-ELSE-1").get()
    sol = join(cast.workspace, officer, ["safety_officer"], [cast.front_line])
    reconciling.settle(found, because="A test of theirs.", by=sol)
    return system.pk


@transaction.atomic
def wave(cast: Cast) -> Incident:
    """An incident of all that was said, over a series that is known."""
    at = now()
    counting.count(since=at - timedelta(days=4), until=at, by=House(cast.workspace.pk, "radar"))
    Series.objects.update(per_hour=[0.4] * 168, weeks=3.0, learnt_at=at)
    series = Series.objects.filter(sort="source").earliest("pk")
    facts = {"series": series, "since": at - timedelta(hours=3)}
    made = Incident.objects.create(
        workspace=cast.workspace, team=series.team, holder_id=cast.ben.user_id, opened_at=at, **facts
    )
    made.alarms.create(sort="volume", at=at, minutes=60, seen=9, expected=0.4, odds=-9.0, **facts)
    for message in Message.objects.filter(direction="in"):
        made.gathered.create(message=message, at=at)
    return made


@transaction.atomic
def links_out(cast: Cast) -> tuple[str, str]:
    """The code of an invitation from a public thread, and the secret with which a customer says whether it is solved."""
    post = {"handle": "pia", "id": 7, "name": "Pia", "parent": None, "private": False, "text": "It leaks!"}
    case = arrive(canonical({**post, "at": now().isoformat()}), cast.square)
    assert case is not None
    invited = inviting.invite(case, conversation=Conversation.objects.get(messages__filing__case=case), by=cast.ada)
    closure = named("Halina").closures.get()
    asking.ask(closure, by=cast.ada)
    return invited.code, links.secret(f"solved:{closure.pk}")


@transaction.atomic
def write(cast: Cast, name: str, *, hours: int = 0) -> None:
    """A customer writes a mail."""
    body = letter(
        f"Hello, this is {name}. It does not charge.\n\nCan you help?",
        subject=f"Trouble of {name}",
        sender=f"{name} <{name.lower()}@example.net>",
        message_id=f"<{name.lower()}.{hours}@example.net>",
    )
    arrive(body, cast.mailbox, at=now() + timedelta(hours=hours))


@transaction.atomic
def write_long_ago(cast: Cast, name: str, *, days: int) -> None:
    """Letters of the same thread, one on each of so many days before."""
    thread = f"<{name.lower()}.{-50 + 10 * PEOPLE.index(name)}@example.net>"
    for day in range(days):
        sender, once = f"{name} <{name.lower()}@example.net>", f"<{name.lower()}.day.{day}@example.net>"
        body = letter(f"Day {day}", subject="Re: It", sender=sender, message_id=once, In_Reply_To=thread)
        arrive(body, cast.mailbox, at=now() - timedelta(days=3 + day))


def named(name: str) -> Case:
    return Case.objects.get(contact__name=name)
