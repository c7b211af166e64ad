"""What an authority answered to a batch of ours: read from its file, kept word for word, and told to each report."""

from __future__ import annotations

from hashlib import sha256

from answerable.cases.models import Filing
from answerable.core import access, journal
from answerable.core.access import Right, Viewer
from answerable.core.errors import Conflict, Invalid
from answerable.core.moments import now
from answerable.safety.e2b import acknowledgements
from answerable.safety.e2b.acknowledgements import OfMessage, Outcome
from answerable.safety.models import Acknowledgement, Batch, BatchReport

LARGEST = 5 * 1024 * 1024


def take(data: bytes, *, by: Viewer) -> Acknowledgement:
    """Keep an answer with the batch that it names. The same file again is the same answer, and changes nothing.

    1. What it says of a report counts for that report; one that it does not name stays without an answer.
    2. A number of a report that was not in the batch is refused whole: the answer is about something else.
    3. Another answer to the same batch counts as the later word; both stay to be seen.
    """
    by.require(Right.REFER_REPORTS)
    if len(data) > LARGEST:
        raise Invalid("The file is larger than 5 MB. Nothing was changed.", "file")
    said = acknowledgements.read(data)
    batch = access.rows(Batch, by).select_for_update(of=("self",)).filter(number=said.batch).first()
    if batch is None:
        raise Conflict("There is no batch %(number)s of yours. Nothing was changed. Ask its sender.", number=said.batch)
    digest = sha256(data).hexdigest()
    if known := batch.acknowledgements.filter(digest=digest).first():
        return known
    members = {each.version.report.number: each for each in batch.members.select_related("version__report")}
    if strange := [each.number for each in said.messages if each.number not in members]:
        raise Invalid(
            "The answer speaks of %(number)s, which was not in batch %(batch)s. Nothing was changed. Ask its sender.",
            "file",
            number=strange[0][:100],
            batch=batch.number,
        )
    kept = Acknowledgement.objects.create(
        workspace_id=batch.workspace_id,
        batch=batch,
        document=data.decode("utf-8", "replace"),
        digest=digest,
        outcome=said.outcome,
        reasons=list(said.reasons),
        user_id=by.user_id,
        at=now(),
    )
    for each in said.messages or _all_alike(said, list(members)):
        _answer(members[each.number], each, kept, by)
    return kept


def _all_alike(said: acknowledgements.Acknowledgement, numbers: list[str]) -> list[OfMessage]:
    """An answer about the batch alone speaks of all that is in it: refused whole, or taken whole."""
    if said.outcome not in (Outcome.TAKEN, Outcome.REFUSED):
        return []
    return [OfMessage(number, "", said.outcome, said.reasons) for number in numbers]


def _answer(member: BatchReport, said: OfMessage, kept: Acknowledgement, by: Viewer) -> None:
    member.outcome, member.theirs, member.reasons = str(said.outcome), said.theirs[:100], list(said.reasons)
    member.acknowledgement = kept
    member.save(update_fields=["outcome", "theirs", "reasons", "acknowledgement"])
    case = Filing.objects.select_related("case").get(message_id=member.version.report.message_id).case
    data = {
        "report": member.version.report_id,
        "version": member.version.number,
        "batch": member.batch_id,
        "acknowledgement": kept.pk,
        "said": member.outcome,
        "digest": kept.digest,
    }
    journal.write("report_acknowledged_by_authority", by=by, case_id=case.pk, team_id=case.team_id, data=data)
