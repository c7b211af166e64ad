"""Furnish the forum and serve it on loopback: `python run.py PORT PASSWORD`. Ended by its process."""

import os
import sys
from pathlib import Path


def furnish(password: str) -> None:
    from django.contrib.auth import get_user_model
    from django.core.management import call_command
    from machina.apps.forum.models import Forum
    from machina.apps.forum_permission.models import ForumPermission, UserForumPermission

    if Path(os.environ["FORUM_DATABASE"]).exists():
        return
    call_command("migrate", verbosity=0)
    for name in ("pia", "rob", "care"):
        get_user_model().objects.create_user(name, password=password)
    open_to_guests = Forum.objects.create(name="Glimo", type=Forum.FORUM_POST)
    Forum.objects.create(name="Closed to guests", type=Forum.FORUM_POST)
    for name in ("can_see_forum", "can_read_forum"):
        permission = ForumPermission.objects.get(codename=name)
        UserForumPermission.objects.create(
            permission=permission, anonymous_user=True, forum=open_to_guests, has_perm=True
        )


def serve(port: int) -> None:
    from socketserver import ThreadingMixIn
    from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

    from django.core.wsgi import get_wsgi_application

    server_class = type("Server", (ThreadingMixIn, WSGIServer), {"daemon_threads": True})
    make_server("127.0.0.1", port, get_wsgi_application(), server_class, WSGIRequestHandler).serve_forever()


if __name__ == "__main__":
    import django

    django.setup()
    furnish(sys.argv[2])
    serve(int(sys.argv[1]))
