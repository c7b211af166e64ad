"""Who said what to whom.

Owns: Contact, Identity with its evidence, links between two that are one person, Conversation, Message, Attachment, the ids by which threads are found again.
Does not own cases (which problem it is about) nor envelopes (the bytes it came in).
Verbs: `recording.record`, `recording.record_all`, `identifying.identify`, `attaching.attach_all`, `withdrawing.withdraw`,
`linking.suggest`, `linking.confirm`, `linking.decline`, `linking.undo`, `linking.add`, `linking.prefer`.
"""
