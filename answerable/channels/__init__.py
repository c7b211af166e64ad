"""The dialects of the outside world.

Owns: the connector contract, the registry, `Source` (one connected mailbox, page or search) with its health, the
conformance kit, one folder per channel. Does not own envelopes, messages or people; a connector touches no database.
Verbs: `connecting.connect`, `connecting.change`, `connecting.pause`, `health.heard`, `health.failed`.
"""
