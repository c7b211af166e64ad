"""What the journal says of reports: opened, changed, followed up, asked about, linked, decided."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.utils.translation import gettext as _

SENTENCES: Mapping[str, Callable[[], tuple[str, str, str]]] = {
    "report_opened": lambda: (
        "shield",
        _("%(who)s put a suspicion on record."),
        _("A qualified person decides about it."),
    ),
    "report_corrected": lambda: (
        "shield",
        _("%(who)s changed a report."),
        _("What it said before stays to be seen."),
    ),
    "report_decided": lambda: ("shield", _("%(who)s signed a decision about a report."), ""),
    "report_followed_up": lambda: (
        "shield",
        _("Later words may say more about a report."),
        _("They wait at the report for a person."),
    ),
    "report_follow_up_taken": lambda: ("shield", _("%(who)s took later words into a report."), ""),
    "report_follow_up_declined": lambda: (
        "shield",
        _("%(who)s found nothing new about a report in later words."),
        "",
    ),
    "report_asked_about": lambda: ("help", _("%(who)s asked for what a report lacks."), ""),
    "report_answered": lambda: ("help", _("%(who)s wrote down what came of the questions about a report."), ""),
    "report_link_suggested": lambda: (
        "join",
        _("Two reports may tell of the same."),
        _("A person says whether they do."),
    ),
    "reports_linked": lambda: ("join", _("%(who)s linked two reports that tell of the same."), ""),
    "reports_unlinked": lambda: ("join", _("%(who)s undid the link of two reports."), ""),
    "report_link_refused": lambda: ("join", _("%(who)s found that two reports do not tell of the same."), ""),
    "report_opinion_asked": lambda: ("help", _("%(who)s asked for a second opinion about a report."), ""),
    "safety_desk_kept": lambda: ("shield", _("%(who)s said where reports are received."), ""),
    "product_regulated": lambda: ("shield", _("%(who)s said what the law says of a product."), ""),
    "product_regulation_ended": lambda: ("stop", _("%(who)s took away what the law says of a product."), ""),
}

NOTICES: Mapping[str, Callable[[], str]] = {
    "opinion_asked": lambda: _("A second opinion about a report of this case is asked of you."),
}
