"""What we say, and whether it arrived.

Owns: drafts, checks, the outbox (`Reply`), attempts, receipts. Does not own the timeline (conversations) nor how a
network is spoken to (channels).
Verbs: `drafting.save`, `checking.check`, `answering.answer`, `sending.send`, `settling.settle`, `receipts.take`.
"""
