"""The stories of the demo, in the order in which a newcomer should watch them."""

from answerable.house.stories.chat import CHAT
from answerable.house.stories.cracks import CRACKS
from answerable.house.stories.invoice import INVOICE
from answerable.house.stories.night import NIGHT

STORIES = (INVOICE, CRACKS, CHAT, NIGHT)
