"""The web process: Django, as uvicorn serves it."""

import gc
import os
import warnings

from django.core.asgi import get_asgi_application
from django.urls import get_resolver

YOUNG = 20_000
"""So many new objects between two collections. A page makes some ten thousand and drops nearly all of them by itself."""

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "answerable.house.settings")
# WhiteNoise hands small local files over as it reads them; for those Django's advice does not matter.
warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume synchronous iterators")
application = get_asgi_application()
# What was loaded until here stays as long as the process. Left to itself the collector walks through all of it every
# now and then, and whoever asks for a page at that moment waits.
_ = get_resolver().url_patterns
gc.collect()
gc.freeze()
gc.set_threshold(YOUNG, 10, 10)
