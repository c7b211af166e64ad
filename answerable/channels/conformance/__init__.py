"""The conformance kit: what every channel must keep, asked of every channel that is registered.

A channel brings a folder `samples/` beside its `connector.py`; the kit finds it by itself:

- `settings.json`: settings with made-up secrets, at least one secret among them if the channel has any.
- `<name>.<ending>` with `<name>.expected.json`: a payload, and `items` that it must be read as, or `raises`. Only the
  fields that an item names are compared; `text_has`, `external_id_starts` and `author_ends` compare a part.
  `headers` are those of the raw item, `settings` overrule the common ones.
- `answers/<name>.json`: `to` ("receipt", "page" or "found"), `answer`, the `cursor` asked with, and what to `expect`:
  an `id`, `raises` with `after`, or `items` (how many), `cursor` and `more` of a page. To "context" (`items`), "again" (`of`
  an id, `items` or `raises`) and "allowance" (`left`, null for nothing said) where the channel offers these.
- `frames/<name>.json` (where the network streams): `frame` or `frame_base64`, the `cursor` and `settings` it is read with, and
  what to `expect`: `items` and `candidates` (how many), `cursor`, `passed_by`, the ids that items are `about`; or `raises`.
- `reply.json` (if the plain one does not fit the network): fields of a reply. Where an answer to another audience belongs to
  another place, `reply-private.json` or `reply-public.json` has the fields that differ.
- `push.json` (where the network pushes): a genuine delivery with `body`, `headers` and the moment `at`; `signs_time` and
  `signs_body` are false where the network proves less. `second` is what differs in another delivery; all channels live through
  both in `tests/journeys/test_pushes_of_every_channel.py`.
- `challenge.json` (where the network challenges the address): its `query`, and the `content_type` and `text` of the proof.

A channel without a function is not asked about it. Run it with `pytest answerable/channels/conformance`.
"""
