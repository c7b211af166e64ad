"""What each sign of `signs.toml`, each counted one and each sort is called for people, in English."""

from django.utils.translation import gettext_noop

from answerable.listening.setting_aside import Sort

SORTS = {
    Sort.SPAM: gettext_noop("Spam"),
    Sort.MACHINE: gettext_noop("A machine speaks"),
    Sort.GIVEAWAY: gettext_noop("Giveaway"),
    Sort.OTHER_MEANING: gettext_noop("Another meaning of the word"),
    Sort.COPY: gettext_noop("Copy of an earlier post"),
}

SIGNS = {
    "share_to_win": gettext_noop("It asks to be shared or followed in order to win"),
    "prize": gettext_noop("It speaks of a prize draw"),
    "worth": gettext_noop("It says what is to be won, or until when"),
    "easy_money": gettext_noop("It promises easy money"),
    "adult_or_gambling": gettext_noop("It offers gambling or adult content"),
    "buy_without_prescription": gettext_noop("It sells without a prescription"),
    "look_at_my_profile": gettext_noop("It sends to its profile or has a discount code"),
    "offer": gettext_noop("It presses to buy"),
    "reports_itself": gettext_noop("It says that a machine wrote it"),
    "ticker": gettext_noop("It reports a share price"),
    "job_or_market_report": gettext_noop("It advertises a job or a market report"),
    "now_playing": gettext_noop("It counts songs, followers or pictures"),
    "tags": gettext_noop("It has eight tags or more"),
    "handles": gettext_noop("It calls six people or more"),
    "links": gettext_noop("It has three links or more"),
    "only_tags": gettext_noop("Half of its words are tags"),
    "machine": gettext_noop("Its author’s name is that of a machine"),
}
