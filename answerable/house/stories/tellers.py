"""The stories of the demo, in the order in which a newcomer should watch them."""

from answerable.house.stories.invoice import INVOICE

STORIES = (INVOICE,)
