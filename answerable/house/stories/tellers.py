"""The stories of the demo, in the order in which a newcomer should watch them."""

from answerable.house.stories.chat import CHAT
from answerable.house.stories.cracks import CRACKS
from answerable.house.stories.invoice import INVOICE

STORIES = (INVOICE, CRACKS, CHAT)
