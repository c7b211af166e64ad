"""The JSON API: the same verbs, questions and rights as the pages, for programs.

Each resource is a module. `door` says who may come in, `refusals` what a no looks like, `paging` how lists go on.
The description of it all is at /api/openapi.json.
"""

from django.urls import path

from answerable.inbox.api import (
    asides,
    assessments,
    attachments,
    calls,
    cases,
    clocks,
    contacts,
    custody,
    describing,
    dictionaries,
    drafts,
    ends,
    envelopes,
    groups,
    handing_out,
    imports,
    invitations,
    journal,
    leaving,
    many,
    messages,
    moves,
    naming,
    network_texts,
    queries,
    radar,
    referrals,
    refusals,
    replies,
    reports,
    review,
    rules,
    saved_answers,
    saved_views,
    sources,
    tones,
    transfers,
    viewing,
    webhooks,
)
from answerable.inbox.api.door import api, description

for _resource in (
    viewing,
    saved_views,
    cases,
    moves,
    transfers,
    custody,
    clocks,
    messages,
    assessments,
    review,
    tones,
    calls,
    drafts,
    saved_answers,
    invitations,
    ends,
    replies,
    contacts,
    naming,
    handing_out,
    sources,
    network_texts,
    imports,
    envelopes,
    journal,
    webhooks,
    attachments,
    describing,
    rules,
    queries,
    many,
    radar,
    referrals,
    reports,
    asides,
    groups,
    dictionaries,
    leaving,
):
    api.add_router("", _resource.router)
api.add_router("", refusals.elsewhere)  # the last, because it takes every address that no resource has

_patterns, _app_name, _namespace = api.urls
urls = ([path("openapi.json", description), *_patterns], _app_name, _namespace)
