"""The lines of the journal as sentences: people by name, present tense, what happened and what it means."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from answerable.cases.models import Case, Disposition
from answerable.core import access
from answerable.core.access import Viewer
from answerable.core.models import Event, Team, User
from answerable.inbox import (
    group_words,
    leaving_words,
    listening_words,
    radar_words,
    referral_words,
    review_words,
    safety_words,
    wording_words,
)

Names = Mapping[str, str]


@dataclass(frozen=True)
class Saying:
    """One line of the journal for a reader: a drawing, the sentence, and what it means."""

    icon: str
    text: str
    more: str = ""


def names(viewer: Viewer) -> Names:
    """Everybody who may stand in a line, by their mark ("user:7", "team:2")."""
    people = access.rows(User, viewer).values_list("pk", "name")
    teams = access.rows(Team, viewer).values_list("pk", "name")
    return {**{f"user:{pk}": name for pk, name in people}, **{f"team:{pk}": name for pk, name in teams}}


def say(event: Event, known: Names) -> Saying:
    """The sentence of an event; one whose kind has none yet says its kind."""
    tell = SENTENCES.get(event.kind)
    words = {"who": _who(event, known), **_facts(event.data, known)}
    if tell is None:
        return Saying("info", event.kind.replace("_", " ").capitalize() + ".")
    icon, sentence, more = tell()
    return Saying(icon, sentence % words, more % words)


def say_all(events: Iterable[Event], viewer: Viewer) -> list[tuple[Event, Saying]]:
    known = names(viewer)
    return [(event, say(event, known)) for event in events]


def _who(event: Event, known: Names) -> str:
    if event.user_id is None:
        return _("A rule") if event.part.startswith("rules:") else _("The desk")
    return known.get(f"user:{event.user_id}", _("A former colleague"))


class _Facts(dict[str, Any]):
    """A line from before a sentence was changed may lack a fact; the sentence then shows a dash."""

    def __missing__(self, key: str) -> str:
        return "–"


def _facts(data: Mapping[str, Any], known: Names) -> Mapping[str, Any]:
    facts = _Facts(data)
    for end in ("from", "to"):
        if end in data:
            facts[end] = known.get(str(data[end]), _("a former colleague"))
    if "user" in data:
        facts["person"] = known.get(f"user:{data['user']}", _("a former colleague"))
    if "tags" in data:
        facts["tags"] = ", ".join(data["tags"])
    if "disposition" in data:
        facts["outcome"] = str(dict(Disposition.choices).get(data["disposition"], data["disposition"]))
    if "whom" in data:
        facts["whom"] = str(dict(Case.WaitingFor.choices).get(data["whom"], data["whom"]))
    facts["answered"] = ANSWERED.get(str(data.get("answer")), str)()
    facts["word"] = WORDS.get(str(data.get("whose_word")), str)()
    facts["because"] = REASONS.get(str(data.get("because")), lambda: str(data.get("because", "")))()
    return facts


REASONS: Mapping[str, Callable[[], str]] = {
    "wrote_again": lambda: _("The customer wrote again."),
    "by_rule": lambda: _("A rule says so; “why is this here” tells which."),
    "reply_failed": lambda: _("An answer did not arrive."),
    "used_twice": lambda: _("It was used before, by somebody else."),
    "expired": lambda: _("Its time was over."),
    "revoked": lambda: _("It had been taken back."),
    "exposed": lambda: _("It was quoted in public and is ended. Invite again."),
    "unknown": lambda: _("There is no such code."),
    "elsewhere": lambda: _("The customer came back about it."),
    "reminder": lambda: _("The customer reminds us of an answer that we owe."),
    "bulk_undone": lambda: _("It was closed together with others, and that was taken back."),
    "by_hand": lambda: _("It was not solved yet."),
    "wrote": lambda: _("The customer wrote."),
    "time": lambda: _("Its time was over."),
    "woken": lambda: _("Somebody woke it."),
    "again": lambda: _("Something else took its place."),
    "clock": lambda: _("A clock warned."),
    "merged": lambda: _("An open case was merged into it."),
    "moved_here": lambda: _("A message was moved here."),
    "promise_broken": lambda: _("A promise was not kept in time."),
    "not_solved": lambda: _("The customer says that it is not solved."),
}
ANSWERED: Mapping[str, Callable[[], str]] = {
    "yes": lambda: _("The customer says that it is solved."),
    "no": lambda: _("The customer says that it is not solved."),
    "silence": lambda: _("The customer did not answer in time."),
}
WORDS: Mapping[str, Callable[[], str]] = {
    "customer": lambda: _("By the customer’s word."),
    "policy": lambda: _("No answer in time; counted by policy."),
}
# Sentences are asked for when they are shown, because the language is the reader's.
SENTENCES: Mapping[str, Callable[[], tuple[str, str, str]]] = {
    "case_opened": lambda: ("case", _("The case was opened."), ""),
    "case_taken": lambda: ("people", _("%(who)s took the case."), ""),
    "case_dealt": lambda: ("people", _("The desk handed the case to %(to)s."), ""),
    "case_snoozed": lambda: ("hourglass", _("%(who)s put the case aside for a while."), _("No clock stands still.")),
    "case_waits": lambda: ("hourglass", _("%(who)s noted that we wait."), _("For: %(whom)s")),
    "wait_ended": lambda: ("play", _("We wait no longer."), "%(because)s"),
    "case_woke": lambda: ("clock", _("The case woke."), "%(because)s"),
    "case_followed": lambda: ("eye", _("%(person)s follows the case."), ""),
    "case_unfollowed": lambda: ("eye", _("%(person)s follows the case no longer."), ""),
    "case_pushed": lambda: ("alert", _("%(who)s asks for movement."), _("The holder owes an answer.")),
    "push_answered": lambda: ("check", _("The push was answered."), ""),
    "push_unanswered": lambda: ("alert", _("Nobody answered the push in time."), _("The lead was told.")),
    "member_away": lambda: ("pause", _("%(person)s is away."), ""),
    "member_back": lambda: ("play", _("%(person)s is back."), ""),
    "team_custody_set": lambda: ("settings", _("%(who)s set how a team hands out."), ""),
    "member_skills_set": lambda: ("settings", _("%(who)s set what %(person)s can do."), ""),
    "case_released": lambda: ("undo", _("%(who)s put the case back into the queue %(to)s."), ""),
    "case_assigned": lambda: ("people", _("%(who)s handed the case to %(to)s."), ""),
    "case_handed_over": lambda: ("transfer", _("%(to)s holds the case now."), _("Before, %(from)s held it.")),
    "transfer_offered": lambda: (
        "transfer",
        _("%(who)s offered the case to %(to)s."),
        _("%(from)s holds it until then."),
    ),
    "transfer_accepted": lambda: ("check", _("%(who)s accepted the case."), ""),
    "transfer_declined": lambda: ("x", _("%(who)s declined the case."), _("%(from)s was told why.")),
    "transfer_returned": lambda: ("undo", _("The offer to %(to)s came back."), _("The giver and the lead were told.")),
    "transfer_withdrawn": lambda: ("undo", _("The offer to %(to)s was taken back."), ""),
    "notice_seen": lambda: ("eye", _("%(who)s saw what they were told."), ""),
    "account_shut": lambda: ("stop", _("%(who)s shut the account of %(person)s."), ""),
    "account_opened": lambda: ("people", _("%(who)s opened the account of %(person)s again."), ""),
    "case_given": lambda: ("transfer", _("%(who)s gave the case to %(to)s."), _("Before, %(from)s held it.")),
    "case_closed": lambda: ("check", _("%(who)s closed the case: %(outcome)s."), ""),
    "case_reopened": lambda: ("undo", _("The case is open again."), "%(because)s"),
    "case_described": lambda: ("note", _("%(who)s changed what the case is about."), ""),
    "case_tagged": lambda: ("note", _("%(who)s tagged the case: %(tags)s."), ""),
    "case_untagged": lambda: ("note", _("%(who)s took a tag away: %(tags)s."), ""),
    "case_fields_set": lambda: ("note", _("%(who)s filled fields of the case in."), ""),
    "case_routed": lambda: ("transfer", _("%(who)s put the case into %(to)s."), _("Before, it was with %(from)s.")),
    "case_raised": lambda: ("flag", _("The case was raised."), "%(because)s"),
    "answer_saved": lambda: ("book", _("%(who)s saved an answer."), ""),
    "answer_changed": lambda: ("book", _("%(who)s changed a saved answer."), ""),
    "answer_ended": lambda: ("aside", _("%(who)s ended a saved answer."), ""),
    "bulk_done": lambda: ("case", _("%(who)s did this to several cases at once."), ""),
    "bulk_undone": lambda: ("undo", _("%(who)s took back what was done to several cases at once."), ""),
    "rule_made": lambda: ("plus", _("%(who)s made a rule."), ""),
    "rule_changed": lambda: ("settings", _("%(who)s changed a rule."), ""),
    "rule_switched_on": lambda: ("play", _("%(who)s switched a rule on."), ""),
    "rule_switched_off": lambda: ("pause", _("%(who)s switched a rule off."), ""),
    "rule_moved": lambda: ("settings", _("%(who)s changed the order of the rules."), ""),
    "rule_ended": lambda: ("aside", _("%(who)s ended a rule."), ""),
    "rule_fired": lambda: ("settings", _("A rule acted on the case."), ""),
    "rule_rested": lambda: ("pause", _("A rule acted too often here and rests."), _("Who made it was told.")),
    "field_added": lambda: ("plus", _("%(who)s added a field that cases have."), ""),
    "field_changed": lambda: ("settings", _("%(who)s changed a field that cases have."), ""),
    "field_ended": lambda: ("aside", _("%(who)s ended a field that cases had."), ""),
    "view_saved": lambda: ("inbox", _("%(who)s saved a view."), ""),
    "view_changed": lambda: ("inbox", _("%(who)s changed a view."), ""),
    "view_shared": lambda: ("people", _("%(who)s changed with whom a view is shared."), ""),
    "view_ended": lambda: ("aside", _("%(who)s ended a view."), ""),
    "link_hinted": lambda: ("join", _("A message names another case."), _("It was not joined; a person decides.")),
    "deflection_sent": lambda: (
        "deflect",
        _("%(who)s sent the person elsewhere."),
        _("It is no answer: the case goes on waiting for us."),
    ),
    "deflection_refuted": lambda: ("deflect", _("%(who)s says that an answer sends nobody elsewhere."), ""),
    "invitation_made": lambda: ("lock", _("%(who)s invited the person to go on in private."), ""),
    "invitation_claimed": lambda: (
        "lock",
        _("Somebody went on in private with our invitation."),
        _("The code stood in public. Make sure who it is before you say anything personal."),
    ),
    "invitation_misused": lambda: ("alert", _("Somebody tried a code of an invitation in vain."), "%(because)s"),
    "invitation_revoked": lambda: ("undo", _("%(who)s took an invitation back."), ""),
    "join_suggested": lambda: (
        "join",
        _("Another case may be the same problem of the same person."),
        _("It was not joined; a person decides."),
    ),
    "call_noted": lambda: ("phone", _("%(who)s noted a call."), ""),
    "call_followed": lambda: ("phone", _("The telephone system told how a call went."), ""),
    "file_imported": lambda: ("download", _("%(who)s handed in a file."), ""),
    "backfill_begun": lambda: ("download", _("%(who)s had an archive go past the saved queries."), ""),
    "backfill_ended": lambda: ("download", _("An archive went past the saved queries to its end."), ""),
    "case_merged": lambda: (
        "join",
        _("%(who)s merged %(number)s into %(into_number)s."),
        _("Its number leads there, and it can be undone."),
    ),
    "case_split": lambda: ("route", _("%(who)s split %(into_number)s off %(number)s."), _("It can be undone.")),
    "message_moved": lambda: (
        "case",
        _("%(who)s moved a message from %(number)s to %(into_number)s."),
        _("It can be undone."),
    ),
    "move_undone": lambda: (
        "undo",
        _("%(who)s undid a move between %(number)s and %(into_number)s."),
        _("Every message is back where it belongs."),
    ),
    "suggestion_declined": lambda: ("x", _("%(who)s said that another case is another problem."), ""),
    "case_emptied": lambda: ("join", _("Nothing is left in %(number)s."), _("Its number leads to %(into_number)s.")),
    "people_link_suggested": lambda: ("people", _("Two people may be one."), _("A person decides.")),
    "basis_kept": lambda: (
        "people",
        _("%(who)s put on file on what basis a person is known."),
        _("What they say in public about our topics is heard."),
    ),
    "basis_ended": lambda: ("people", _("%(who)s ended a basis on which a person was known."), ""),
    "people_linked": lambda: ("people", _("%(who)s confirmed that two people are one."), _("It can be undone.")),
    "people_link_declined": lambda: ("people", _("%(who)s said that two people are two."), ""),
    "people_link_undone": lambda: ("undo", _("%(who)s took two people apart again."), ""),
    "case_contact_joined": lambda: (
        "people",
        _("%(who)s confirmed that the customer is a person whom we know."),
        _("It can be undone."),
    ),
    "case_contact_parted": lambda: ("undo", _("The case is its own customer’s again."), ""),
    "identity_added": lambda: ("people", _("%(who)s wrote down another address of a person."), ""),
    "channel_preferred": lambda: ("people", _("%(who)s noted how a person wants to hear from us."), ""),
    "party_named": lambda: ("people", _("%(who)s named a person on the case."), ""),
    "party_ended": lambda: ("people", _("%(who)s took a person off the case."), ""),
    "message_filed": lambda: ("mail", _("A message was filed."), ""),
    "reply_queued": lambda: ("send", _("%(who)s wrote an answer."), ""),
    "source_connected": lambda: ("plus", _("%(who)s connected a source."), ""),
    "source_changed": lambda: ("settings", _("%(who)s changed the settings of a source."), ""),
    "source_paused": lambda: ("pause", _("A source is paused."), ""),
    "source_resumed": lambda: ("play", _("%(who)s switched a source on."), ""),
    "source_failing": lambda: ("alert", _("A source does not answer."), ""),
    "network_texts_fetched": lambda: ("book", _("The texts that a network approved were fetched anew."), ""),
    "source_renewed": lambda: ("key", _("The authorisation of a source was renewed."), ""),
    "source_capped": lambda: ("settings", _("%(who)s set what a source may cost in a month."), ""),
    "source_authorised": lambda: ("key", _("%(who)s signed in to a source."), ""),
    "source_tried": lambda: ("check", _("%(who)s tried a source out."), ""),
    "authorisation_ends": lambda: ("key", _("The authorisation of a source ends soon."), ""),
    "gap_began": lambda: ("hourglass", _("From here on nothing can be heard from a source."), ""),
    "gap_ended": lambda: ("check", _("A source is heard again."), _("What came meanwhile is fetched.")),
    "source_recovered": lambda: ("check", _("A source answers again."), ""),
    "envelope_quarantined": lambda: ("aside", _("Something could not be opened and is in quarantine."), ""),
    "envelope_set_aside": lambda: ("aside", _("Something was set aside."), ""),
    "envelope_replayed": lambda: ("undo", _("%(who)s opened an envelope again."), ""),
    "envelope_opened_by_hand": lambda: ("case", _("%(who)s made a case of what was set aside."), ""),
    "weighed_judged": lambda: ("check", _("%(who)s said what a post that words had found is."), ""),
    "taken_back": lambda: ("undo", _("%(who)s took back what was set aside."), _("It is a case now.")),
    "setting_aside_learned": lambda: ("aside", _("What is set aside changed by what people said of it."), ""),
    "sample_drawn": lambda: ("search", _("%(who)s drew a sample of posts to be checked."), ""),
    "source_silent": lambda: ("hourglass", _("A source is silent for longer than usual."), ""),
    "reply_sent": lambda: ("check", _("An answer went out."), ""),
    "reply_delivered": lambda: ("check", _("An answer was delivered."), ""),
    "webhook_made": lambda: ("send", _("%(who)s lets a program elsewhere be told what happens here."), ""),
    "webhook_paused": lambda: ("pause", _("%(who)s paused a webhook."), ""),
    "webhook_resumed": lambda: ("play", _("%(who)s switched a webhook on."), ""),
    "webhook_ended": lambda: ("stop", _("%(who)s ended a webhook."), ""),
    "webhook_repeated": lambda: ("undo", _("%(who)s handed something on again by a webhook."), ""),
    "webhook_switched_off": lambda: ("alert", _("A webhook was switched off: its address takes nothing."), ""),
    "closure_requested": lambda: ("flag", _("%(who)s asked the site to close the complaint."), ""),
    "closure_request_taken": lambda: ("check", _("The site took the request to close."), _("The site decides.")),
    "closure_request_refused": lambda: ("stop", _("The site refused the request to close."), ""),
    "reply_went_on": lambda: ("send", _("An answer that was not seen went on to another address."), ""),
    "reply_unknown": lambda: ("alert", _("Nobody knows yet whether an answer arrived."), _("It is not sent twice.")),
    "reply_settled": lambda: ("check", _("%(who)s settled whether an answer arrived."), ""),
    "reply_failed": lambda: ("stop", _("An answer did not arrive."), _("The case came back to its holder.")),
    "reply_waits_for_hand": lambda: ("clock", _("An answer waits to be posted by hand."), ""),
    "reply_posted": lambda: ("check", _("%(who)s posted an answer by hand."), ""),
    "reply_taken_back": lambda: ("undo", _("%(who)s took an answer back."), _("It was not posted.")),
    "reply_taking_back": lambda: ("undo", _("%(who)s takes an answer back."), ""),
    "reply_removed": lambda: ("check", _("An answer was taken back; it is no longer on its channel."), ""),
    "reply_not_removed": lambda: ("stop", _("An answer could not be taken back."), _("It is on its channel still.")),
    "reply_delayed": lambda: ("hourglass", _("An answer is on its way for longer than usual."), ""),
    "reply_left_out": lambda: ("alert", _("An answer did not reach everybody it was for."), ""),
    "message_handed_in": lambda: ("mail", _("%(who)s handed a message in over the API."), ""),
    "message_withdrawn": lambda: ("undo", _("The author took a message back."), _("The fact is kept.")),
    "message_edited": lambda: ("note", _("The author changed a message."), _("What it said before is kept beside it.")),
    "message_assessed": lambda: ("review", _("The detectors read a message."), ""),
    "verdict_given": lambda: ("review", _("%(who)s said whether the detectors are right about a message."), ""),
    "tone_judged": lambda: ("review", _("%(who)s said how a message sounds, or what it is for."), ""),
    "tones_assessed": lambda: ("review", _("It was said how messages sound."), ""),
    "tone_learned": lambda: ("review", _("It was learned from verdicts how customers sound."), ""),
    "detectors_learned": lambda: (
        "review",
        _("The detectors learned from people’s answers. Nothing is in use before somebody signs."),
        "",
    ),
    "detectors_promoted": lambda: ("sign", _("%(who)s took what the detectors learned into use."), "%(why)s"),
    "detectors_stepped_back": lambda: ("sign", _("%(who)s took what the detectors learned out of use."), "%(why)s"),
    "message_held": lambda: ("lock", _("%(who)s keeps the words of a message for safety records."), ""),
    "message_emptied": lambda: (
        "aside",
        _("The words of a message were removed."),
        _("The network asks for that. The fact is kept."),
    ),
    "job_run_again": lambda: ("undo", _("%(who)s gave a failed job another chance."), ""),
    "case_returned": lambda: ("undo", _("The case went back to the queue %(to)s."), _("Before, %(from)s held it.")),
    "workspace_founded": lambda: ("plus", _("The workspace was made."), ""),
    "member_admitted": lambda: ("people", _("%(who)s added %(person)s to the workspace."), ""),
    "member_changed": lambda: ("people", _("%(who)s changed what %(person)s may do."), ""),
    "member_ended": lambda: ("people", _("%(person)s left the workspace."), ""),
    "password_changed": lambda: ("key", _("%(who)s set a new password."), ""),
    "team_made": lambda: ("people", _("%(who)s made a team."), ""),
    "team_changed": lambda: ("people", _("%(who)s changed a team."), ""),
    "clock_started": lambda: ("clock", _("A clock began to run."), ""),
    "clock_moved_earlier": lambda: ("clock", _("A clock moved earlier."), ""),
    "clock_paused": lambda: ("pause", _("A clock stands still."), _("The case waits for somebody else.")),
    "clock_resumed": lambda: ("play", _("A clock runs again."), ""),
    "clock_stopped": lambda: ("check", _("A clock stopped."), ""),
    "clock_warned": lambda: ("hourglass", _("A clock runs out soon."), _("The holder was told.")),
    "clock_breached": lambda: ("alert", _("A clock ran out."), _("The holder and the lead were told.")),
    "messages_first_seen": lambda: ("eye", _("%(who)s was the first of us to see it."), ""),
    "awareness_noted": lambda: ("clock", _("%(who)s noted since when something was known."), ""),
    "awareness_moved_earlier": lambda: (
        "clock",
        _("%(who)s noted that something was known earlier."),
        _("Legal clocks that run from it moved with it."),
    ),
    "practice_set": lambda: ("settings", _("%(who)s chose how a time limit is kept."), ""),
    "clocks_recalculating": lambda: ("clock", _("All clocks are reckoned anew."), ""),
    "calendar_made": lambda: ("plus", _("%(who)s made a calendar."), ""),
    "calendar_changed": lambda: ("settings", _("%(who)s changed a calendar."), ""),
    "target_set": lambda: ("settings", _("%(who)s set a target."), ""),
    "target_ended": lambda: ("settings", _("%(who)s ended a target."), ""),
    "token_issued": lambda: ("key", _("%(who)s made an API token."), ""),
    "notice_left": lambda: ("info", _("Somebody was told."), ""),
    "case_opened_to": lambda: ("key", _("The case was opened to %(to)s."), ""),
    "case_closed_to": lambda: ("key", _("The case is no longer open to %(to)s."), ""),
    "promise_made": lambda: (
        "promise",
        _("%(who)s made a promise."),
        _("Until it is kept, the case does not count as solved."),
    ),
    "promise_kept": lambda: ("check", _("%(who)s kept a promise."), ""),
    "promise_broken": lambda: ("alert", _("A promise was not kept in time."), _("Its holder and the lead were told.")),
    "promise_released": lambda: (
        "undo",
        _("The customer no longer needs what was promised."),
        _("%(who)s wrote it down."),
    ),
    "remedy_proposed": lambda: ("gift", _("%(who)s proposed a remedy."), ""),
    "remedy_approved": lambda: ("check", _("%(who)s approved a remedy."), ""),
    "remedy_declined": lambda: ("stop", _("%(who)s declined a remedy."), ""),
    "remedy_given": lambda: ("gift", _("%(who)s gave a remedy."), ""),
    "remedy_withdrawn": lambda: ("undo", _("%(who)s took a remedy back."), ""),
    "remedy_policy_made": lambda: ("plus", _("%(who)s made a rule for remedies."), ""),
    "remedy_policy_ended": lambda: ("stop", _("%(who)s ended a rule for remedies."), ""),
    "silence_days_set": lambda: ("settings", _("%(who)s changed after how many days silence counts."), ""),
    "solved_asked": lambda: ("help", _("The customer was asked whether it is solved."), ""),
    "solved_answered": lambda: ("people", "%(answered)s", ""),
    "case_resolved": lambda: ("check", _("The case counts as resolved."), "%(word)s"),
    "token_revoked": lambda: ("key", _("%(who)s ended an API token."), ""),
    **group_words.SENTENCES,
    **listening_words.SENTENCES,
    **radar_words.SENTENCES,
    **referral_words.SENTENCES,
    **review_words.SENTENCES,
    **wording_words.SENTENCES,
    **leaving_words.SENTENCES,
    **safety_words.SENTENCES,
}
