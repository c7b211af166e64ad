"""Listening: the language of saved queries and the matcher that finds what was said about us in a stream of posts.

Owns: how a text is spelt for finding (`spelling`), the query language (`lexing`, `parsing`, `tree`), the predicate of a
query (`predicates`), its filing keys (`keys`), the matcher (`matcher`), why a post matched (`showing`), what is set aside
although it matched (`setting_aside`) and copies (`copies`): all of it pure. Owns too the saved queries with their versions
and what they found (`models`), the engine that keeps them in the memory of each process (`engines`), and a nameless sample
of what went by. It does not own sources, envelopes or cases.

Verbs: `parsing.parse`, `Matcher.add`, `Matcher.match`, `showing.show`, `setting_aside.judge`, `copies.Window.see`;
`saving.save`, `saving.change`, `retiring.retire`, `retiring.resume`, `counting.count`, `glimpsing.keep`,
`overshooting.watch`, `overshooting.see`.
"""
