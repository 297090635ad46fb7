"""What search engines are told of a page, as schema.org dictionaries."""

import json
from dataclasses import replace

from django.conf import settings
from django.utils.safestring import mark_safe

from articles.models import Site

# What Google asks for: 16 to 9, 1 to 1 and the picture whole, each large.
SHAPES = ["lead", "square", "full"]
DIGITAL_SOURCES = "http://cv.iptc.org/newscodes/digitalsourcetype/"


def article(article, gallery=()):
    """A NewsArticle, telling the same times as the page."""
    site = Site.current()
    address = settings.SITE_URL + article.get_absolute_url()
    told = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": article.headline,
        "description": article.summary,
        "url": address,
        "mainEntityOfPage": {"@type": "WebPage", "@id": address, "breadcrumb": crumbs(article)},
        "inLanguage": article.language,
        "articleSection": [each.name for each in path(article.section)],
        "wordCount": article.word_count,
        "isAccessibleForFree": True,
        "datePublished": article.published_at.isoformat(),
        "dateModified": article.changed_at.isoformat(),
        "author": [signatory(byline.author) for byline in article.bylines.all()]
        or [{"@type": "Organization", "name": article.agency or site.name}],
        "publisher": publisher(site),
        "keywords": [tagging.tag.name for tagging in article.taggings.all()],
    }
    if article.dateline:
        told["dateline"] = article.dateline
    lead = article.picture
    pictures = [
        image_object(lead, lead.in_crop(crop), article.caption)
        for crop in (SHAPES if lead and lead.has_all_prints else ["full"] if lead else [])
    ]
    pictures += [
        image_object(use["image"], use["picture"], use["caption"])
        for use in gallery
        if use["image"] != lead
    ]
    if pictures:
        told["image"] = pictures
    if corrections := article.corrections.all():
        told["correction"] = [
            {"@type": "CorrectionComment", "text": c.text, "datePublished": c.made_at.isoformat()}
            for c in corrections
        ]
    return script(told)


def image_object(image, picture, caption):
    """One shape of a picture, and whose it is."""
    told = {
        "@type": "ImageObject",
        "url": absolute(picture.url),
        "width": picture.width,
        "height": picture.height,
        "caption": caption,
        "creditText": image.credit,
        "copyrightNotice": image.copyright_notice,
    }
    if image.creator:
        told["creator"] = {"@type": "Person", "name": image.creator}
    if image.digital_source:
        told["digitalSourceType"] = f"{DIGITAL_SOURCES}{image.digital_source}"
    return {name: value for name, value in told.items() if value}


def shared_picture(article):
    """The picture that stands beside a link to a story on other sites; or None."""
    if not article.picture:
        return None
    picture = article.picture.in_crop("social")
    return replace(picture, url=absolute(picture.url))


def author(author):
    """The page of somebody who signs stories."""
    told = signatory(author)
    if author.job_title:
        told["jobTitle"] = author.job_title
    if author.biography:
        told["description"] = author.biography
    if author.portrait and author.portrait.may_be_shown:
        told["image"] = absolute(author.portrait.in_crop("square").url)
    if author.email and author.shows_email:
        told["email"] = author.email
    if author.profiles:
        told["sameAs"] = [address for _name, address in author.profiles]
    return script({"@context": "https://schema.org", "@type": "ProfilePage", "mainEntity": told})


def signatory(author):
    kind = "Organization" if author.kind == author.Kind.AGENCY else "Person"
    address = settings.SITE_URL + author.get_absolute_url()
    return {"@type": kind, "name": author.name, "url": address}


def path(section):
    """The sections that a story stands in, the uppermost first."""
    return [section.parent, section] if section.parent else [section]


def crumbs(article):
    """The way from the front page to a story."""
    places = [
        {
            "@type": "ListItem",
            "position": position,
            "name": section.name,
            "item": settings.SITE_URL + section.get_absolute_url(),
        }
        for position, section in enumerate(path(article.section), 1)
    ]
    here = {"@type": "ListItem", "position": len(places) + 1, "name": article.headline}
    return {"@type": "BreadcrumbList", "itemListElement": [*places, here]}


def publisher(site):
    """Whose paper it is."""
    told = {"@type": "NewsMediaOrganization", "name": site.name, "url": settings.SITE_URL}
    if logo := site.shown_logo:
        told["logo"] = absolute(logo.in_crop("full").url)
    if site.profiles:
        told["sameAs"] = [address for _name, address in site.profiles]
    if site.email:
        told["email"] = site.email
    return told


def absolute(url):
    return url if url.startswith("http") else settings.SITE_URL + url


def script(told):
    """JSON that may stand inside a script element: no text in it can end the element."""
    written = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    return mark_safe(
        written.replace("<", "\\u003C").replace(">", "\\u003E").replace("&", "\\u0026")
    )
