"""Of each topic machina's feed shows the newest post only, and nobody's name. This one shows each post, with who wrote it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib.syndication.views import Feed
from django.utils.feedgenerator import Atom1Feed
from machina.apps.forum.models import Forum
from machina.apps.forum_conversation.models import Post


class LastTopicsFeed(Feed):  # the name under which machina looks for it
    title = "Newest posts"
    link = "/"
    feed_type = Atom1Feed

    def get_object(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        return request

    def items(self, request: Any) -> Iterable[Any]:
        readable = request.forum_permission_handler.get_readable_forums(Forum.objects.all(), request.user)
        return Post.objects.filter(topic__forum__in=readable, approved=True).order_by("-created")[:200]

    def item_title(self, post: Any) -> str:
        return str(post.subject)

    def item_description(self, post: Any) -> str:
        return str(post.content.rendered)

    def item_author_name(self, post: Any) -> str:
        return str(post.poster.username)

    def item_link(self, post: Any) -> str:
        forum, topic = post.topic.forum, post.topic
        return f"/forum/{forum.slug}-{forum.pk}/topic/{topic.slug}-{topic.pk}/?post={post.pk}#{post.pk}"

    def item_pubdate(self, post: Any) -> datetime:
        return post.created

    def item_updateddate(self, post: Any) -> datetime:
        return post.updated
