"""Errors that people see are sentences: what happened, what was kept, what to do."""


class HouseError(Exception):
    """An expected refusal, shown to a person.

    `template` is the English sentence, with %(name)s where `facts` stand, so that it can be said in another language;
    `sentence` is the whole in English.
    """

    def __init__(self, template: str, **facts: object) -> None:
        self.template, self.facts = template, facts
        self.sentence = template % facts if facts else template
        super().__init__(self.sentence)


class NotAllowed(HouseError):
    """The viewer may see the thing but may not do this with it."""


class NotThere(HouseError):
    """There is no such thing for this viewer. A page answers 404 and tells nothing more."""


class Conflict(HouseError):
    """Somebody else was first; nothing was changed."""


class Invalid(HouseError):
    """The input cannot be taken as it is; `field` names the place."""

    def __init__(self, template: str, field: str = "", **facts: object) -> None:
        super().__init__(template, **facts)
        self.field = field
