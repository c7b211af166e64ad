"""Reports of suspicions: what the law wants to know, in the forms in which authorities take it.

Owns: the values of a report (criteria, reporter, patient, reactions, products), E2B(R3) messages written, read and
checked by rules of our own, the data set of a device report, the neutral hand-over, reconciliation, dictionaries that a
workspace loads, how long records are kept; reports on record with their versions and signed decisions. Does not own time
limits (clocks) nor what finds a suspicion in a text (triage).
`opening` is the hop of intake; `extraction` reads words, `limits` chooses rules, both pure.
Verbs: `opening.open_all`, `opening.judge`, `opening.by_hand`, `reporting.open_report`, `reporting.correct`, `following.take`,
`following.decline`, `timing.keep`, `linking.link`, `linking.end`, `asking.ask`, `asking.settle`, `consulting.ask`, `deciding.decide`,
`regulating.regulate`, `regulating.receive_in`; `loading.load`, `coding.code`, `exporting.export`, `batching.make`,
`reading_back.take`;
`arranging.arrange` and `.instruct`, `referring.refer`, `.again` and `.settle`, `acknowledging.hear`, `reconciling.reconcile`
and `.settle`.
"""
