"""Nouns of conversations: who said what to whom, and why it is here."""

from answerable.conversations.models.reasons import Basis, Relevance
from answerable.conversations.models.saying import (
    Attachment,
    Consent,
    Contact,
    Conversation,
    Identity,
    Link,
    Message,
    Overheard,
    PhoneCall,
    Proof,
    Reference,
    Revision,
    Sound,
)

__all__ = [
    "Attachment",
    "Basis",
    "Consent",
    "Contact",
    "Conversation",
    "Identity",
    "Link",
    "Message",
    "Overheard",
    "PhoneCall",
    "Proof",
    "Reference",
    "Relevance",
    "Revision",
    "Sound",
]
