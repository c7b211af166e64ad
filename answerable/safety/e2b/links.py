"""What a message says about a drug in another place, by the drug's identifier: its role, and who thinks it is to blame.

In a file both stand beside the drugs; for us they belong to the drug.
"""

from __future__ import annotations

from answerable.safety.e2b.groups import Group

DRUG = "G.k.id"
ROLES = ("G.k.1", "FDA.G.k.1.a")
OPINIONS = "G.k.9.i.2.r"


def gathered(batch: Group) -> Group:
    """The batch with roles and opinions at their drugs. One about a drug that is not there stays where it was."""
    for message in batch.every("N.2.r"):
        drugs = {drug.text(DRUG): drug for drug in reversed(message.every("G.k"))}
        for name in (*ROLES, OPINIONS):
            left = [each for each in message.groups.pop(name, []) if not _taken(each, name, drugs.get(each.text(DRUG)))]
            if left:
                message.groups[name] = left
    return batch


def scattered(batch: Group) -> Group:
    """The same batch as a file has it. The given one is not touched."""
    copy = Group(batch.name, batch.elements, dict(batch.groups))
    copy.groups["N.2.r"] = [_scattered(message) for message in batch.every("N.2.r")]
    return copy


def _taken(group: Group, name: str, drug: Group | None) -> bool:
    if drug is None or name in drug.elements:
        return False
    if name == OPINIONS:
        group.elements.pop(DRUG)
        drug.groups.setdefault(OPINIONS, []).append(group)
    else:
        drug.elements[name] = group.elements[name]
        drug.lines[name] = group.lines.get(name, group.line)
    return True


def _scattered(message: Group) -> Group:
    copy = Group(message.name, message.elements, {name: list(groups) for name, groups in message.groups.items()})
    for drug in message.every("G.k"):
        for name in ROLES:
            if name in drug.elements:
                about = {name: drug.elements[name], DRUG: drug.elements[DRUG]}
                copy.groups.setdefault(name, []).append(Group(name, about))
        for opinion in drug.every(OPINIONS):
            copy.groups.setdefault(OPINIONS, []).append(
                Group(OPINIONS, {**opinion.elements, DRUG: drug.elements[DRUG]})
            )
    return copy
