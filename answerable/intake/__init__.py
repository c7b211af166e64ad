"""How the outside comes in: bytes first, understanding later.

Owns: envelopes, the receivers (webhook, polling, the mail listener), the pipeline, quarantine, what is set aside although
words found it, the nothing-lost ledger.
Does not own what the bytes mean (channels) nor what becomes of them (conversations, cases).
Verbs: `receiving.receive`, `polling.poll`, `replaying.replay`, `replaying.open_set_aside`,
`handing_in.hand_in`, `noting_calls.note_call`, `importing.import_file`, `bringing_in.begin`, `backfilling.back_fill`,
`stuck.again`, `reconciling.reconcile_all`, `opining.say`, `sampling.draw`, `learning.forget_word`.
"""
