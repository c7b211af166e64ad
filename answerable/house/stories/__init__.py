"""The stories that the product must live through, as scenes: to watch in the demo, to be told into it, and to test it.

A `Story` is a list of steps; a step says what happens and does it, through a channel's own door or by a verb of the
person who does it. Nothing is made by hand. `playing.tell` plays one to its end at moments of the past, `playing.step` plays the
next step now, before the eyes of a visitor.
"""
