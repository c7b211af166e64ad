"""The web process: Django, as uvicorn serves it."""

import os
import warnings

import django
from django.urls import get_resolver

from answerable.house.handling import OneThread
from answerable.house.settled import settle

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "answerable.house.settings")
# WhiteNoise hands small local files over as it reads them; for those Django's advice does not matter.
warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume synchronous iterators")
django.setup(set_prefix=False)
application = OneThread()
assert get_resolver().url_patterns, "all views are loaded before the first page is asked for"
settle()
