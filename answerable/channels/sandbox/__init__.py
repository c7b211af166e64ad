"""A pretend town square, named as one: for newcomers, for the demo and for tests.

Owns: the square itself (posts, replies, its small HTTP API and its signed pushes) and the connector that speaks to it
as to any foreign network. Nothing of the house knows that it is pretend.
"""
