"""One problem of one contact, over all channels.

Owns: Case with its holder, filing (which message belongs to which case, who says so and why), assigning, closing and
reopening, notes. Matching finds what may be the
same problem (evidence), `deciding` says what follows. Does not own what was said (conversations) nor how an answer goes out (replies).
Verbs: `filing.file`, `filing.file_all`, `assigning.take`, `assigning.release`,
`assigning.assign`, `transferring.offer`, `transferring.accept`, `transferring.decline`, `transferring.withdraw`,
`leaving.leave`, `closing.close`, `closing.reopen`,
`promising.promise`, `promising.keep`, `promising.release`, `remedying.propose`, `remedying.approve`, `asking.answer`,
`joining.merge`, `splitting.split`, `splitting.refile`, `undoing.undo`, `uniting.unite`, `uniting.part`,
`suggesting.decline`, `naming.add_party`, `naming.end_party`, `inviting.invite`, `inviting.revoke`, `noting.note`, `describing.describe`,
`describing.tag`, `describing.set_fields`, `shaping.add_field`, `viewing.save`.
"""
