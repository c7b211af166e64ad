"""The web process: Django, as uvicorn serves it."""

import os
import warnings

from django.core.asgi import get_asgi_application
from django.db import connections

# How many requests may ask the database at once; the next ones wait so many seconds for their turn.
MOST, PATIENCE = 10, 10.0


def _share_connections() -> None:
    """Here each request runs in a thread of its own, so a connection that belonged to a thread would serve one request.

    After an outage a new connection is tried at once, not after a pause that grew with the outage.
    """
    default = connections.settings["default"]
    default["CONN_MAX_AGE"] = 0
    pool = {"min_size": 1, "max_size": MOST, "timeout": PATIENCE, "max_idle": 60.0, "reconnect_timeout": 1.0}
    default["OPTIONS"]["pool"] = pool


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "answerable.house.settings")
# WhiteNoise hands small local files over as it reads them; for those Django's advice does not matter.
warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume synchronous iterators")
application = get_asgi_application()
_share_connections()
