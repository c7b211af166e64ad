"""Rules for routing and reminders: what is to be done by itself when something happens to a case, or stays undone.

Owns: Rule with its versions, Firing (what a rule did and why), the trial on what happened last week; Assessment (what the
detectors found in a message), Verdict (a person's answer to that), Learned (what verdicts taught). Does not own what
is asked (`cases.conditions`) nor how it is done (verbs of cases). A rule knows no reach: there is no such fact.
`detecting` reads texts for what a qualified person must see; it is pure and keeps nothing.
Verbs: `ruling.make`, `ruling.change`, `ruling.switch`, `ruling.move`, `ruling.end`, `applying.apply`, `applying.remind`;
`assessing.assess`, `judging.judge`, `challenging.challenge`, `promoting.promote`, `promoting.step_back`.
Groups: `suggesting_groups.suggest`, `deciding_groups.confirm`, `.take`, `.dismiss`, `.finish`, `.pull_out`, `.put_back`, `.hold`;
`grouping` and `questions` are pure. Group and its lines are here, what is answered to them is in replies.
How messages sound: `toning` says it and takes verdicts, `tone_learning` learns from them at night (`listening.toning` reads).
Its verbs: `toning.assess`, `toning.judge`, `tone_learning.learn_all`.
"""
