"""What the house says when it cannot go on."""


class Trouble(Exception):
    """A sentence for the person at the keyboard: what happened, what was kept, what to do."""
