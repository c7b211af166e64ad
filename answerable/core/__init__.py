"""What every room stands on.

Owns: the clock, workspaces, users and rights (`access`, the only door to a person's rows), the journal, the wire (all
network calls), jobs, files, errors, text. Does not own anything about channels, cases or people who write to us.
Verbs: `journal.write`, `access.rows`, `access.one`, `reading.log`, `admitting.admit`, `tokens.issue`.
"""
