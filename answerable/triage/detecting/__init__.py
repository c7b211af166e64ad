"""Detectors: what a text may be about that a qualified person must see, with the words that show it. Pure.

They order and time the work of people and never discard: what they cannot read is looked at, what they find nothing in is
sampled. `reading.read` is the whole of it.
"""
