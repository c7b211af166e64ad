"""What leaves the safety desk, for the walk of the screens: dictionaries, a coded report, a file and its answer."""

from __future__ import annotations

from django.db import transaction

from answerable.core import viewers
from answerable.core.access import Viewer
from answerable.core.models import Membership
from answerable.safety import batching, reading_back
from answerable.safety.tests.dossier import loaded, opened
from answerable.safety.tests.test_acknowledgements import ANSWER, GOOD
from answerable.testing.cast import Cast


@transaction.atomic
def root_as_officer(cast: Cast) -> Viewer:
    """`root` is a safety officer and a reviewer besides, so that one person walks all screens."""
    member = Membership.objects.get(user_id=cast.root.user_id)
    member.roles = [*member.roles, "safety_officer", "reviewer"]
    member.save(update_fields=["roles"])
    return viewers.of_membership(member)


@transaction.atomic
def leaving(cast: Cast, report: int) -> dict[str, int]:
    """By the ids of what was made."""
    officer = root_as_officer(cast)
    dictionary, refused = loaded(officer), loaded(officer, "code,term\nA,\n", kind="imdrf", release="2026")
    names = {"label": "Agency", "organisation": "Acme", "sender": "ACME", "receiver": "EVHUMAN"}
    coded = opened(cast, coded=True)
    batch = batching.make([coded], authority=batching.know(**names, trial=True, by=officer), by=officer)
    text = ANSWER.format(**GOOD).replace("PT-VELORIN-0001", coded.number)
    reading_back.take(text.replace('extension="1" root', f'extension="{batch.number}" root').encode(), by=officer)
    return {"report": report, "dictionary": dictionary.pk, "refused": refused.pk, "batch": batch.pk}
