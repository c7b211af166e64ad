"""One row of each sort in our workspace, for walks of everything that may be asked about it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta

from django.db import connection

from answerable.cases import (
    accompanying,
    allowing,
    assigning,
    describing,
    handling_many,
    inviting,
    noting,
    promising,
    remedying,
    shaping,
    transferring,
    viewing,
)
from answerable.cases.conditions import Condition
from answerable.cases.facts import Op
from answerable.cases.models import Case, Transfer
from answerable.clocks import calendaring, starting, targeting
from answerable.clocks.calendars import plain_week
from answerable.conversations import knowing
from answerable.conversations.models import Message, Sound
from answerable.core import files, handing_on
from answerable.core.access import House
from answerable.core.models import Delivery, Event, Membership, Token, User
from answerable.core.moments import now
from answerable.inbox.tests.asking import Program
from answerable.intake import bringing_in
from answerable.intake.models import AsideLot, Drawn, Envelope, Lesson, Sample, Weighed
from answerable.listening import saving
from answerable.metrics.models import Incident, Series
from answerable.replies import answering, approving, drafting, proposing, saving_answers
from answerable.replies.models import GroupAnswer
from answerable.safety import arranging, asking, linking, reconciling, referring, regulating, reporting
from answerable.safety.e2b import writer
from answerable.safety.models import (
    Acknowledgement,
    Authority,
    Batch,
    BatchReport,
    Dictionary,
    Discrepancy,
    FollowUp,
    Report,
    Version,
)
from answerable.safety.reconciliation import Received
from answerable.safety.reports import Product, Reaction, Sort
from answerable.safety.reports import Report as Values
from answerable.safety.tests.whole import minimal
from answerable.testing.arriving import arrive, letter
from answerable.testing.cast import Cast
from answerable.triage import ruling, toning
from answerable.triage.models import Group, GroupMessage, Learned, Lot, ToRead


@dataclass(frozen=True)
class World:
    """One row of each sort in our workspace, by its id."""

    case: int
    reply: int
    message: int
    contact: int
    attachment: int
    envelope: int
    source: int
    job: int
    other_job: int
    token: int
    member: int
    invitation: int
    transfer: int
    push: int
    team: int
    rule: int
    query: int
    field: int
    answer: int
    bulk: int
    saved_view: int
    clock: int
    calendar: int
    target: int
    promise: int
    remedy: int
    remedy_rule: int
    draft_file: int
    brought: int
    sound: int
    hook: int
    delivery: int
    learned: int
    to_read: int
    lot: int
    aside_lot: int
    series: int
    incident: int
    weighed: int
    sample: int
    lesson: int
    approval_rule: int
    approval: int
    wording: int
    wording_version: int
    report: int
    follow_up: int
    inquiry: int
    report_link: int
    regulated: int
    safety_system: int
    referral: int
    discrepancy: int
    group: int
    group_line: int
    group_answer: int
    dictionary: int
    authority: int
    batch: int
    batch_answer: int


def make_world(cast: Cast) -> World:
    """A case with a file, a note, a draft and an answer; a quarantined envelope, a failed job, a token."""
    case = arrive(_letter_with_a_file(), cast.mailbox)
    assert case is not None
    arrive(b"\x00 zebra", cast.form)
    noting.note(case, text="A zebra of a note.", key="n", by=cast.ada)
    reply = answering.answer(case, text="A zebra of an answer.", audience="private", key="k", by=cast.ada)
    draft = drafting.save(case, text="A zebra of a draft.", audience="private", by=cast.ada)
    draft_file = drafting.add_file(draft, name="zebra.txt", body=b"zebra", by=cast.ada)
    message = case.filings.order_by("pk")[0].message
    _known(message, cast)
    toning.assess([message], by=House(cast.ada.workspace_id, "triage"))
    Program(cast.ada)
    offered = _offered_and_withdrawn(cast, case)
    return World(
        case=case.pk,
        reply=reply.pk,
        message=message.pk,
        contact=case.contact_id,
        attachment=message.attachments.get().pk,
        envelope=Envelope.objects.get(state=Envelope.State.QUARANTINED).pk,
        source=cast.mailbox.pk,
        job=_failed_job(reply.pk),
        other_job=_failed_job(reply.pk),
        token=Token.objects.filter(membership__user_id=cast.ada.user_id).latest("pk").pk,
        member=Membership.objects.get(user_id=cast.ada.user_id).pk,
        invitation=_invitation(cast),
        transfer=offered.pk,
        team=cast.front_line.pk,
        **_kept_words(cast, case),
        **_times(cast, case),
        **_owed(cast, case),
        draft_file=draft_file.pk,
        brought=_brought(cast),
        sound=_sound(message).pk,
        **_hook(cast),
        learned=_learned(cast),
        **_to_read(cast, message),
        **_wave(cast),
        **_weighed(cast),
        **_worded(cast),
        **_waiting(cast, case),
        **_report(message, cast),
        **_group(message, cast),
    )


def _times(cast: Cast, case: Case) -> dict[str, int]:
    """A calendar, a target that counts by it, and a clock of the law."""
    week = plain_week([(540, 1020)])
    calendar = calendaring.keep_calendar(None, name="C", time_zone="UTC", holidays="", week=week, by=cast.root)
    target = targeting.set_target(service="resolution", minutes=600, calendar=calendar, by=cast.root)
    clock = starting.start(case, rule="us.803.50", awareness="captured_at", at=now(), why="x", by=cast.mira)
    return {"calendar": calendar.pk, "target": target.pk, "clock": clock.pk}


def _owed(cast: Cast, case: Case) -> dict[str, int]:
    """What was asked of us and what we said that we would do: a push, a promise, a remedy under its rule."""
    accompanying.follow(case, by=cast.ada)
    pushed = accompanying.push(case, text="A zebra of a push.", by=cast.ada)
    rule = allowing.allow("apology", words="zebra", by=cast.root)
    remedy = remedying.propose(case, kind="apology", text="zebra", by=cast.ada)
    promise = promising.promise(case, text="A zebra of a promise.", due_at=now() + timedelta(days=1), by=cast.ada)
    return {"push": pushed.pk, "promise": promise.pk, "remedy": remedy.pk, "remedy_rule": rule.pk}


def _known(message: Message, cast: Cast) -> None:
    assert message.author is not None
    knowing.put_on_file(message.author, sort="contract", words="A zebra of a contract.", by=cast.ada)


def _offered_and_withdrawn(cast: Cast, case: Case) -> Transfer:
    words, expected = "A zebra of a context.", assigning.holder_mark(case)
    offered = transferring.offer(case, context=words, expected=expected, to_team=cast.device_support, by=cast.ada)
    transferring.withdraw(offered, by=cast.ada)
    return offered


def _kept_words(cast: Cast, case: Case) -> dict[str, int]:
    """A rule that fired, a field, a tag and a saved answer."""
    done = [{"do": "note", "value": "A zebra of a rule."}]
    rule = ruling.make(name="Zebra of a rule", trigger="written", asked=[], done=done, by=cast.ben)
    field = shaping.add_field(label="Zebra of a field", sort="text", by=cast.ben)
    describing.tag(case, ["zebra"], by=cast.ada)
    says = {"title": "Zebra", "text": "A zebra of an answer.", "language": "en"}
    holder = User.objects.get(pk=cast.root.user_id)
    query = saving.save(name="Zebra", text="zebra", team=cast.front_line, holder=holder, by=cast.root)
    answer = saving_answers.save(**says, team=cast.front_line, by=cast.ada)
    return {"rule": rule.pk, "query": query.pk, "field": field.pk, "answer": answer.pk, **_kept_lists(cast, case)}


def _kept_lists(cast: Cast, case: Case) -> dict[str, int]:
    """A view that is shared with everybody, and an action of many cases."""
    view = viewing.save(name="Zebra of a view", asked=(Condition("tag", Op.IS, ("zebra",)),), by=cast.root)
    viewing.share(view, among="everybody", by=cast.root)
    plan = handling_many.read("product", "Zebra", by=cast.root)
    seen = {case.pk: assigning.holder_mark(case)}
    return {"saved_view": view.pk, "bulk": handling_many.begin(seen, plan, key="z", by=cast.root).pk}


def _letter_with_a_file() -> bytes:
    return letter(
        "--cut\nContent-Type: text/plain\n\nWhich batteries does it take?\n"
        '--cut\nContent-Type: text/plain; name="zebra.txt"\n'
        'Content-Disposition: attachment; filename="zebra.txt"\n\nzebra\n--cut--\n'
    ).replace(b'Content-Type: text/plain; charset="utf-8"', b'Content-Type: multipart/mixed; boundary="cut"')


def _invitation(cast: Cast) -> int:
    said = {"id": 1, "handle": "zoe", "text": "A zebra in public.", "private": False, "at": now().isoformat()}
    case = arrive(json.dumps(said).encode(), cast.square)
    assert case is not None
    conversation = case.filings.get().message.conversation
    assert conversation is not None
    return inviting.invite(case, conversation=conversation, by=cast.ada).invitation.pk


def _hook(cast: Cast) -> dict[str, int]:
    hook, _ = handing_on.make(label="Zebra", address="https://example.org/zebra", kinds=[], by=cast.root)
    event = Event.objects.filter(workspace=cast.workspace).latest("pk")
    delivery = Delivery.objects.create(hook=hook, event=event, next_at=now())
    return {"hook": hook.pk, "delivery": delivery.pk}


def _wave(cast: Cast) -> dict[str, int]:
    facts = {"workspace": cast.workspace, "team": cast.front_line}
    series = Series.objects.create(sort="product", name="zebra", label="Zebra", began_at=now(), **facts)
    held = {"series": series, "holder_id": cast.ben.user_id, "since": now(), "opened_at": now()}
    return {"series": series.pk, "incident": Incident.objects.create(**held, **facts).pk}


def _sound(message: Message) -> Sound:
    assert message.conversation is not None
    kept = {"name": "zebra.wav", "reference": "zebra", "file": files.keep(b"zebra"), "size": 5}
    source = message.conversation.source
    return Sound.objects.create(source=source, message=message, once="zebra", received_at=now(), **kept)


def _brought(cast: Cast) -> int:
    mails = [
        b"From zebra@example.net Mon Nov 30 09:00:00 2026\n",
        *letter("A zebra of a mail.").splitlines(keepends=True),
    ]
    return bringing_in.look_at(cast.mailbox, name="zebra.mbox", pieces=mails, by=cast.ada).pk


def _to_read(cast: Cast, message: Message) -> dict[str, int]:
    """A message that waits to be read, one that was drawn by lot, and a set-aside one that was."""
    told = {"workspace": cast.workspace, "tier": "review", "asked": ["press"], "since": now()}
    item, _ = ToRead.objects.get_or_create(message=message, defaults=told)
    lot = {"workspace": cast.workspace, "tier": "audit", "chance": 0.02, "at": now()}
    drawn, _ = Lot.objects.get_or_create(message=message, turn=1, defaults=lot)
    return {"to_read": item.pk, "lot": drawn.pk}


def _learned(cast: Cast) -> int:
    side = {"found": 0, "interval": None, "wrongly": 0, "order": 0.0}
    figures = [{"detector": "zebra", "language": "en", "events": 1, "others": 1, "before": side, "after": side}]
    kept = {"heads": {"version": 1, "heads": []}, "messages": 1, "last_verdict": 1, "data": "zebra", "at": now()}
    return Learned.objects.create(workspace=cast.workspace, number=1, figures=figures, **kept).pk


def _failed_job(reply_id: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args, status)"
            " VALUES ('replies', 'answerable.replies.jobs.send', %s, 'failed') RETURNING id",
            [json.dumps({"reply_id": reply_id})],
        )
        return int(cursor.fetchone()[0])


def _weighed(cast: Cast) -> dict[str, int]:
    """A post that was set aside, a sample that holds it, and something that was learned."""
    envelope, at = Envelope.objects.filter(source=cast.mailbox)[0], now()
    where = {"workspace": cast.workspace, "source": cast.mailbox}
    row = Weighed.objects.create(
        **where, envelope=envelope, external_id="zebra", at=at, sort="spam", score=1, author="Zebra", text="zebra"
    )
    sample = Sample.objects.create(
        workspace=cast.workspace, user_id=cast.ada.user_id, at=at, since=at - timedelta(days=7), aside=1, kept=0
    )
    Drawn.objects.create(sample=sample, weighed=row, was_aside=True)
    lesson = Lesson.objects.create(**where, sort="other_meaning", words={"zebra": 2.0}, gate=2.0, at=at)
    drawn = AsideLot.objects.create(workspace=cast.workspace, weighed=row, chance=0.02, at=now())
    return {"aside_lot": drawn.pk, "weighed": row.pk, "sample": sample.pk, "lesson": lesson.pk}


def _waiting(cast: Cast, case: Case) -> dict[str, int]:
    """A rule that asks for four eyes, and an answer that waits for them."""
    rule = approving.keep_rule(name="Zebra", role="agent", by=cast.ben)
    waits = approving.ask(case, text="A zebra that waits.", audience="private", key="waits", by=cast.ada)
    approving.end_rule(rule, by=cast.ben)
    other = approving.keep_rule(name="Another zebra", product="Zebra", by=cast.ben)
    return {"approval_rule": other.pk, "approval": waits.pk}


def _worded(cast: Cast) -> dict[str, int]:
    """A wording with a version that waits for another person."""
    day = now().date()
    says = {"title": "A zebra", "topic": "zebra", "product": "Zebra", "audience": "anywhere"}
    wording = proposing.begin(code="ZEBRA-01", by=cast.mira, **says)
    version = proposing.propose(
        wording, language="en", text="A zebra.", because="Zebra.", valid_from=day, valid_to=day, by=cast.mira
    )
    return {"wording": wording.pk, "wording_version": version.pk}


def _report(message: Message, cast: Cast) -> dict[str, int]:
    at, felt, used = message.received_at, (Reaction(words="zebra"),), (Product("Zebra of a meter"),)
    values = Values("", Sort.TECHNICAL_COMPLAINT, at, at, "PT", reactions=felt, products=used, narrative="zebra")
    report = reporting.open_report(message, values=values, reason="A zebra of a reason.", by=cast.ada)
    return {
        "report": report.pk,
        **_after(report, cast),
        **_passed_on(report, House(cast.workspace.pk, "tests")),
        **_leaving(report, cast),
    }


def _after(report: Report, cast: Cast) -> dict[str, int]:
    """Later words, a question, another report that may tell the same, and what the law says of the product."""
    values = reporting.values_of(report.versions.get())
    twin = reporting.open_report(report.message, values=values, reason="Zebra again.", by=cast.ada)
    row = FollowUp.objects.create(report=report, message=report.message, at=now())
    inquiry = asking.ask(report, asked=["onset"], way="called", words="zebra", by=cast.ada)
    link = linking.link(report, twin, because="A zebra as well.", by=cast.ada)
    by = House(cast.workspace.pk, "tests")
    regulated = regulating.regulate("Zebra of a meter", kind="device", countries=["PT"], by=by)
    return {"follow_up": row.pk, "inquiry": inquiry.pk, "report_link": link.pk, "regulated": regulated.pk}


def _passed_on(report: Report, by: House) -> dict[str, int]:
    """A safety system, a report on its way there, and something that does not agree."""
    system = arranging.arrange("sandbox", label="Zebra", values={}, by=by)
    referral = referring.refer(report, system=system, by=by)
    reconciling.reconcile(system, [Received("ZEBRA-1", "", now())], listed_by="file", by=by)
    strange = Discrepancy.objects.get(system=system, number="ZEBRA-1")
    return {"safety_system": system.pk, "referral": referral.pk, "discrepancy": strange.pk}


def _group(message: Message, cast: Cast) -> dict[str, int]:
    """A group with one line and an answer that waits for approval."""
    where, at = {"workspace": cast.workspace}, now()
    group = Group.objects.create(**where, words="zebra", product="zebra", title="A zebra of a question", at=at)
    line = GroupMessage.objects.create(**where, group=group, message=message, at=at)
    answer = GroupAnswer.objects.create(
        group=group, language="en", text="A zebra of an answer.", user_id=cast.ada.user_id, at=at
    )
    return {"group": group.pk, "group_line": line.pk, "group_answer": answer.pk}


def _leaving(report: Report, cast: Cast) -> dict[str, int]:
    """A dictionary, an authority, and a file that was made for it and answered."""
    here = {"workspace": cast.workspace, "user_id": cast.root.user_id, "at": now()}
    kept = {"kind": "imdrf", "release": "zebra", "language": "eng", "name": "zebra.csv", "file": "0" * 64, "size": 5}
    dictionary = Dictionary.objects.create(**here, **kept, state=Dictionary.State.READY)
    names = dict.fromkeys(("label", "organisation", "sender", "receiver", "batch_receiver"), "Zebra")
    authority = Authority.objects.create(**here, **names)
    document = writer.write(minimal()).decode()
    batch = Batch.objects.create(**here, authority=authority, number="zebra", document=document, digest="0" * 64)
    BatchReport.objects.create(batch=batch, version=Version.objects.get(report=report))
    answer = Acknowledgement.objects.create(**here, batch=batch, document="zebra", digest="0" * 64, outcome="taken")
    rows = {"dictionary": dictionary, "authority": authority, "batch": batch, "batch_answer": answer}
    return {name: row.pk for name, row in rows.items()}
