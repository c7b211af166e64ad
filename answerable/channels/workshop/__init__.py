"""The workshop for channels: a scaffold that passes the kit at once, samples from what was stored, and the kit by command.

Owns: `answerable channel new`, `record` and `check`. Nothing here runs when the house runs.
"""
