"""Every address that readers meet."""

from django.urls import path, register_converter

from articles import feeds
from articles.converters import CodeConverter, SlugConverter, TokenConverter
from articles.views import articles, changes, fronts, lists, previews, search, short_urls, site

register_converter(CodeConverter, "code")
register_converter(SlugConverter, "words")
register_converter(TokenConverter, "token")

urlpatterns = [
    path("", fronts.front_page, name="front"),
    path("latest/", lists.latest, name="latest"),
    path("corrections/", lists.corrections, name="corrections"),
    path("site.css", site.style, name="site_style"),
    path("search/", search.search_page, name="search"),
    path("topic/<words:slug>/", lists.topic_page, name="topic"),
    path("author/<words:slug>/", lists.author_page, name="author"),
    path("feeds/latest/", feeds.latest, name="feed"),
    path("feeds/corrections/", feeds.corrections, name="corrections_feed"),
    path("feeds/section/<words:slug>/", feeds.section, name="section_feed"),
    path("feeds/topic/<words:slug>/", feeds.topic, name="topic_feed"),
    path("feeds/author/<words:slug>/", feeds.author, name="author_feed"),
    path("preview/<token:token>/", previews.preview_page, name="preview"),
    path("<code:code>", short_urls.follow, name="short_url"),
    path("<code:code>/", short_urls.follow),
    path("<code:code>+", short_urls.look, name="short_url_target"),
    path("<code:code>.svg", short_urls.qr_code, name="qr_code"),
    path("<words:slug>/", lists.section_page, name="section"),
    path("<words:section>/<code:code>/", articles.article_page),
    path("<words:section>/<code:code>/<words:slug>/", articles.article_page, name="article"),
    path("<words:section>/<code:code>/<words:slug>/changes/", changes.changes_page, name="changes"),
]
