"""What the desk overrides of Django's admin is still there to be overridden.

Django says nothing when a template overrides a block that is gone: the words are not shown, and
nobody hears of it. So each block is looked up where it comes from.
"""

from pathlib import Path

import pytest
from django.conf import settings
from django.template import Engine
from django.template.backends.django import get_installed_libraries
from django.template.loader import get_template
from django.template.loader_tags import BlockNode, ExtendsNode
from django.template.utils import get_app_template_dirs

pytestmark = pytest.mark.once
OURS = settings.BASE_DIR / "templates"
PAGES = sorted(str(path.relative_to(OURS)) for path in (OURS / "admin").rglob("*.html"))
# Pages of Django that ours stand in for.
REPLACED = [
    *("base_site", "index", "login", "change_form", "change_list", "search_form"),
    *("delete_confirmation", "delete_selected_confirmation", "object_history"),
]


def extended(template):
    """The template that this one extends, and the blocks that it fills."""
    node = next((node for node in template.nodelist if isinstance(node, ExtendsNode)), None)
    if node is None:
        return None, []
    return node.parent_name.resolve({}), [
        block.name for block in node.nodelist if isinstance(block, BlockNode)
    ]


def blocks_of(template, of_django):
    """The blocks that a template and those that it extends have, the name's own first."""
    found = {block.name for block in template.nodelist.get_nodes_by_type(BlockNode)}
    parent, _filled = extended(template)
    if parent is None:
        return found
    return found | blocks_of(parent_of(parent, template, of_django), of_django)


def parent_of(name, template, of_django):
    """Django's own of that name, where ours extends its namesake; else whichever is found."""
    path = Path(template.origin.name)
    same = path.is_relative_to(OURS) and str(path.relative_to(OURS)) == name
    return of_django(name) if same else get_template(name).template


@pytest.fixture(scope="module")
def of_django():
    """A function: the template of that name without ours before it."""
    folders = get_app_template_dirs("templates")
    return Engine(dirs=folders, libraries=get_installed_libraries()).get_template


def test_every_block_that_a_page_of_the_desk_fills_is_there(of_django):
    gone = {}
    for page in PAGES:
        template = get_template(page).template
        parent, filled = extended(template)
        if parent is not None:
            there = blocks_of(parent_of(parent, template, of_django), of_django)
            gone[page] = set(filled) - there
    assert len(gone) > len(REPLACED)
    assert not any(gone.values()), gone


def test_every_page_of_django_that_the_desk_replaces_is_there(of_django):
    for name in REPLACED:
        assert of_django(f"admin/{name}.html"), name
