"""Answerable: the care desk that counts a case done when the customer's problem is solved."""
