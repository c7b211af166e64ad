"""What the browser finds of the newer channels: one case for everything that a screen shows only for them."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from urllib.parse import urlencode

from django.db import transaction

from answerable.cases.models import Case
from answerable.channels import connecting, gaps, metering
from answerable.channels.models import Gap, Source, Spending
from answerable.channels.sandbox.server import canonical
from answerable.conversations.models import Consent, Message, Overheard, Sound
from answerable.core import files, handing_on
from answerable.core.access import House
from answerable.core.moments import now
from answerable.intake import bringing_in
from answerable.intake.noting_calls import Noted, note_call
from answerable.replies import answering, closing_there, drafting, taking_back
from answerable.replies.models import NetworkText, Reply
from answerable.testing.arriving import arrive
from answerable.testing.cast import Cast
from answerable.testing.networks import make_number, number_says, text_of

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d4944415478da63fcffff3f030005fe02fea72d9a6f0000000049454e44ae426082"
)
AGO = timedelta(hours=2)


@transaction.atomic
def hear_everywhere(cast: Cast) -> dict[str, int | str]:
    """What the addresses of the screens are filled with."""
    paid = connected(cast, "x", "Glimo on X", address="@glimo", client_id="app")
    spend(cast, paid)
    miss(cast.square)
    chat = connected(cast, "webchat", "Chat on our site", origins="https://www.example.org")
    hook, _secret = handing_on.make(label="Reports", address="https://reports.example/told", kinds=(), by=cast.root)
    return {
        "paid": paid.pk,
        "chat_source": chat.pk,
        "chat": chat.slug,
        "hook": hook.pk,
        "by_hand": post_by_hand(cast).pk,
        "public": answer_in_public(cast).pk,
        "complaint": complain(cast).pk,
        "called": call(cast).pk,
        "sms": text(cast).pk,
        "closed_window": write_to_the_number(cast).pk,
        **bring_in(cast),
    }


def connected(cast: Cast, kind: str, label: str, **values: str) -> Source:
    by = House(cast.workspace.pk, "tests")
    return connecting.connect(kind, label=label, team=cast.front_line, values=values, by=by)


def spend(cast: Cast, source: Source) -> None:
    """Nine tenths of the cap, so that listening rests; and nobody has signed in there yet."""
    metering.cap(source, most=Decimal(10), by=cast.root)
    Spending.objects.create(source=source, month=now().date().replace(day=1), what="posts read", amount=Decimal("9.2"))
    gaps.begin(source, Gap.Why.AUTHORISATION, at=now() - AGO)


def miss(source: Source) -> None:
    gaps.begin(source, Gap.Why.PEER, at=now() - AGO)
    gaps.end(source, at=now() - AGO / 2)


def post_by_hand(cast: Cast) -> Case:
    """A forum that takes nothing from a program: the answer waits for the hands of a person."""
    forum = connected(cast, "feed", "Gadget forum", feed="https://forum.example/latest.rss")
    place = "https://forum.example/t/12#post-31"
    entry = f"<item><guid>{place}</guid><link>{place}</link><author>Rita</author><description>It beeps.</description></item>"
    feed = {"title": "", "language": "en", "author": ""}
    case = found(
        arrive(json.dumps({"form": "xml", "entry": entry, "feed": feed, "id": place, "edited": False}).encode(), forum)
    )
    answering.answer(case, text="Thank you. Since when?", audience="public", key="by-hand", by=cast.ada)
    return case


def answer_in_public(cast: Cast) -> Case:
    """Said among others; an answer that may be taken back, one that is being taken back, and a picture in the draft."""
    post = {
        "handle": "lena",
        "id": 70,
        "name": "Lena",
        "parent": None,
        "private": False,
        "text": "Is it me, or does it hum?",
    }
    case = found(arrive(canonical({**post, "at": now().isoformat()}), cast.square))
    heard = Message.objects.get(filing__case=case)
    words = "Mine has hummed since the last update, and nobody could tell me why it does."
    Overheard.objects.create(
        message=heard, external_id="69", author="otto", text=words, posted_at=now(), heard_at=now()
    )
    for number, said in enumerate(("We look into it.", "Please write to us in private.")):
        reply = answering.answer(
            case, text=said, audience="public", key=f"public-{number}", last_word=number == 1, by=cast.root
        )
        Reply.objects.filter(pk=reply.pk).update(state=Reply.State.SENT, external_id=f"9{number}")
    taking_back.ask(Reply.objects.get(external_id="91"), because="It went to the wrong person.", by=cast.root)
    draft = drafting.save(case, text="It looks like this.", audience="public", by=cast.root)
    assert draft is not None
    drafting.add_file(
        draft, name="the lid of the pump.png", body=PNG, by=cast.root, alt="The lid of the pump, seen from above"
    )
    return case


def complain(cast: Cast) -> Case:
    """A complaint site that was asked to close it."""
    keys = {"client_id": "x", "client_secret": "y", "user": "ada@example.org"}
    site = connected(cast, "reclameaqui", "Reclame Aqui", **keys)
    complaint = {"id": 1, "complaint_title": "Apita", "customer": {"id": 5, "name": "Joaquim"}}
    said = {"ticket_interaction_id": 9, "ticket_interaction_type_id": 1, "message": "Apita.", "customer_id": "5"}
    case = found(arrive(json.dumps({"complaint": complaint, "said": said}).encode(), site))
    place = closing_there.place(case, None)
    closing_there.ask(case, place, ground="4", words="It is there twice.", by=cast.root)
    return case


def call(cast: Cast) -> Case:
    """A call with a recording, what the caller agreed to, and what a machine wrote down; another that is not kept."""
    noted = Noted(at=now() - AGO, number="600 100 777", summary="She asks for a new lid.", waited=95)
    case = found(note_call(noted, key="call-heard", by=cast.ada))
    message = Message.objects.get(filing__case=case, call__isnull=False)
    given = {"to": Consent.To.RECORDING, "given": True, "how": "pressed 1", "at": now() - AGO}
    assert message.author is not None
    Consent.objects.create(identity=message.author, message=message, **given)
    sound = {"source": message.sightings.get().envelope.source, "message": message, "received_at": now()}
    kept = {"file": files.keep(b"RIFF\0\0\0\0WAVE"), "media_type": "audio/wav", "words": "I need a new lid."}
    Sound.objects.create(**sound, once="one", name="call.wav", reference="r-1", **kept)
    Sound.objects.create(**sound, once="two", name="more.wav", reference="r-2", trouble="It is no sound.")
    return case


def text(cast: Cast) -> Case:
    """A draft that goes out as several SMS."""
    line = connected(cast, "sms", "SMS line", address="+48221234567", account_sid="AC1", auth_token="2")
    told = {"MessageSid": "SM1", "AccountSid": "AC1", "From": "+48600100888", "To": "+48221234567", "Body": "It leaks."}
    case = found(arrive(urlencode(told).encode(), line))
    drafting.save(case, text="Dziękujemy. Wyślemy nową pokrywę jutro rano. " * 3, audience="private", by=cast.root)
    return case


def write_to_the_number(cast: Cast) -> Case:
    """A window that is closed, and a text that the network approved for it."""
    number = make_number(cast)
    case = found(arrive(number_says(**text_of("My Glimo beeps.")), number))
    Message.objects.filter(filing__case=case).update(received_at=now() - timedelta(days=2))
    approved = {"name": "news", "language": "en", "text": "Hello {{1}}, may we go on here?", "places": 1}
    NetworkText.objects.create(workspace=cast.workspace, source=number, fetched_at=now(), **approved)
    drafting.save(case, text="We found it.", audience="private", by=cast.root)
    return case


def bring_in(cast: Cast) -> dict[str, int | str]:
    """A list that somebody looks at, with a row that cannot be read."""
    lists = connected(cast, "lists", "Reviews of a shop")
    rows = b"id,date,author,text\n1,2026-07-01 10:00,pia@example.net,It hums.\n2,2026-07-02 11:00,rob@example.net,\n"
    brought = bringing_in.look_at(lists, name="reviews.csv", pieces=[rows], by=cast.root)
    return {"lists": lists.pk, "brought": brought.pk}


def found(case: Case | None) -> Case:
    assert case is not None, "what arrived is a case"
    return case
