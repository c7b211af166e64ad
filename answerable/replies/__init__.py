"""What we say, and whether it arrived.

Owns: drafts, wordings, checks, the outbox (`Reply`), attempts, receipts. Does not own the timeline (conversations) nor how a
network is spoken to (channels).
Verbs: `proposing.propose`, `vouching.approve`, `drafting.save`, `checking.check`, `answering.answer`, `sending.send`, `settling.settle`, `receipts.take`.
Groups: `regrouping.regroup`, `answering_groups.choose`, `.write`, `.approve`, `checking_lines.check`, `sending_groups.send`.
"""
