from machina.apps.forum_feeds.apps import ForumFeedsAppConfig as Base


class ForumFeedsAppConfig(Base):
    name = "forum_site.forum_feeds"
    default = True
