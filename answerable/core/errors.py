"""Errors that people see are sentences: what happened, what was kept, what to do."""


class HouseError(Exception):
    """An expected refusal. `sentence` is shown to a person as it stands and holds no personal data."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class NotAllowed(HouseError):
    """The viewer may see the thing but may not do this with it."""


class NotThere(HouseError):
    """There is no such thing for this viewer. A page answers 404 and tells nothing more."""


class Conflict(HouseError):
    """Somebody else was first; nothing was changed."""


class Invalid(HouseError):
    """The input cannot be taken as it is; `field` names the place."""

    def __init__(self, sentence: str, field: str = "") -> None:
        super().__init__(sentence)
        self.field = field
