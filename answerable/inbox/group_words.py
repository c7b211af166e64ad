"""What the journal says of groups."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.utils.translation import gettext as _

SENTENCES: Mapping[str, Callable[[], tuple[str, str, str]]] = {
    "group_suggested": lambda: ("review", _("The house suggests that several messages ask the same."), ""),
    "group_grew": lambda: ("review", _("More messages that ask the same came into a group."), ""),
    "group_confirmed": lambda: ("check", _("%(who)s confirmed that a group is one question, and holds it."), ""),
    "group_taken": lambda: ("check", _("%(who)s holds a group now."), ""),
    "group_dismissed": lambda: ("x", _("%(who)s said that a group is not one question."), ""),
    "group_done": lambda: ("check", _("%(who)s ended a group as done."), ""),
    "group_answer_chosen": lambda: ("book", _("%(who)s chose a wording for a group."), ""),
    "group_answer_written": lambda: (
        "note",
        _("%(who)s wrote an answer for a group."),
        _("A colleague approves it first."),
    ),
    "group_answer_approved": lambda: ("sign", _("%(who)s stands for the answer of a group."), ""),
    "group_line_pulled_out": lambda: ("x", _("%(who)s pulled this message out of a group."), ""),
    "group_line_put_back": lambda: ("undo", _("%(who)s put this message back into a group."), ""),
    "group_line_held": lambda: ("alert", _("This message is held out of its group: a person looks at it first."), ""),
    "group_line_checked": lambda: ("check", _("%(who)s checked that the answer of a group fits here."), ""),
    "group_line_unchecked": lambda: ("undo", _("%(who)s said that the answer of a group is to be checked again."), ""),
    "group_line_invited": lambda: ("lock", _("%(who)s led to private what was asked in public, for a group."), ""),
    "group_line_sent": lambda: ("send", _("%(who)s sent the answer of a group here."), ""),
    "group_line_failed": lambda: (
        "alert",
        _("The answer of a group did not leave here."),
        _("Why stands in the group."),
    ),
}
