"""All network calls of the house: time-outs, tries, pace, the private-network guard, and nothing secret in a log.

A connector says what to ask (`calls`); `run` asks it. What can go wrong has four names (`failures`).
`watching.watch` waits for news of a mail folder.
"""

from answerable.core.wire.running import run as run
