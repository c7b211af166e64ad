"""What people do with an incident, and that only those see it who see its cases."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from answerable.conversations.models import Message
from answerable.core import access
from answerable.core.access import Viewer
from answerable.core.errors import Conflict, Invalid, NotAllowed
from answerable.core.models import Event, User
from answerable.metrics import ending, gathering, holding, telling, watching
from answerable.metrics.models import Alarm, Count, Gathered, Incident, IncidentNotice, Series
from answerable.metrics.tests.waving import house, wave
from answerable.testing.arriving import arrive, letter
from answerable.testing.cast import Cast


def last(kind: str) -> Event:
    return Event.objects.filter(kind=kind).latest("pk")


def user(viewer: Viewer) -> User:
    return User.objects.get(pk=viewer.user_id)


def test_whoever_takes_it_holds_it(cast: Cast) -> None:
    incident = holding.take(wave(cast), by=cast.ada)
    assert incident.holder_id == cast.ada.user_id
    event = last("incident_given")
    assert (event.user_id, event.data["to"]) == (cast.ada.user_id, f"user:{cast.ada.user_id}")


def test_its_holder_gives_it_to_a_colleague_who_is_told(cast: Cast) -> None:
    incident = holding.give(wave(cast), to=user(cast.ada), by=cast.ben)
    assert incident.holder_id == cast.ada.user_id
    assert IncidentNotice.objects.filter(user=cast.ada.user_id, kind="incident_given").count() == 1
    with pytest.raises(NotAllowed):
        holding.give(wave_again(incident, cast), to=user(cast.ben), by=cast.ada)


def wave_again(incident: Incident, cast: Cast) -> Incident:
    """The same, in the hands of somebody else."""
    Incident.objects.filter(pk=incident.pk).update(holder=cast.root.user_id)
    incident.refresh_from_db()
    return incident


def test_who_does_not_see_its_cases_cannot_hold_it(cast: Cast) -> None:
    with pytest.raises(Invalid, match="Mira"):
        holding.give(wave(cast), to=user(cast.mira), by=cast.ben)
    assert Incident.objects.get().holder_id == cast.ben.user_id


def test_to_close_it_a_person_says_what_it_was(cast: Cast) -> None:
    incident = wave(cast)
    with pytest.raises(Invalid):
        ending.close(incident, outcome="", by=cast.ben)
    closed = ending.close(incident, outcome="false_alarm", words="The newsletter went out.", by=cast.ben)
    assert (closed.is_open, closed.words) == (False, "The newsletter went out.")
    assert last("incident_closed").data == {"incident": incident.pk, "outcome": "false_alarm"}
    with pytest.raises(Conflict):
        ending.close(incident, outcome="handled", by=cast.ben)
    with pytest.raises(Conflict):
        holding.take(closed, by=cast.ada)


def test_only_its_holder_or_a_lead_closes_it(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        ending.close(wave(cast), outcome="handled", by=cast.ada)


def test_what_a_person_takes_out_stays_out(cast: Cast) -> None:
    incident = wave(cast)
    message = incident.gathered.earliest("pk").message
    gathering.take_out(incident, message, by=cast.ada)
    assert last("post_taken_out").data == {"incident": incident.pk, "message": message.pk}
    watching.watch(by=house(cast))
    assert incident.gathered.filter(out_at=None).count() == 11
    gathering.put_in(incident, message, by=cast.ada)
    assert last("post_put_in").data["message"] == message.pk
    assert incident.gathered.filter(out_at=None).count() == 12


def test_a_person_puts_a_post_in_that_the_radar_did_not_find(cast: Cast) -> None:
    incident = wave(cast)
    arrive(letter("The same with me."), cast.mailbox)
    message = Message.objects.latest("pk")
    gathered = gathering.put_in(incident, message, by=cast.ada)
    assert gathered.user_id == cast.ada.user_id
    assert gathering.put_in(incident, message, by=cast.ada).pk == gathered.pk
    assert Event.objects.filter(kind="post_put_in").count() == 1


def test_to_look_at_it_makes_its_notices_seen(cast: Cast) -> None:
    incident = wave(cast)
    assert [telling.see(incident, by=cast.ben), telling.see(incident, by=cast.ben)] == [1, 0]
    assert last("notice_seen").data == {"incident": incident.pk, "count": 1}
    assert telling.see(incident, by=cast.ada) == 0


@pytest.mark.parametrize("model", [Series, Count, Incident, Alarm, Gathered])
def test_only_those_who_see_the_cases_of_the_team_see_it(cast: Cast, model: type) -> None:
    wave(cast)
    assert access.rows(model, cast.ada).exists()
    assert access.rows(model, cast.root).exists()
    assert not access.rows(model, cast.mira).exists()
    assert not access.rows(model, cast.otto).exists()


def test_the_database_refuses_a_closed_incident_without_a_word_of_what_it_was(cast: Cast) -> None:
    wave(cast)
    with pytest.raises(IntegrityError), transaction.atomic():
        Incident.objects.update(closed_at=Incident.objects.get().opened_at)
