"""One name, five places: a page's URL, view, template and test are found from one another."""

import inspect
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import URLPattern

from config.urls import gather

TEMPLATES = Path(settings.BASE_DIR) / "templates"
FOLDERS = {"citizen": "citizen", "deputy": "deputy", "department": "department", "staff": "console"}

# Homes gather from all rooms in one module (config/homes.py), so their views say whose home it is.
HOMES = {("deputy", "home"): "my_home", ("department", "home"): "desk_home"}
# Pages that share the template of another: the slip is printed by citizens and stations alike.
SHARED = {("citizen", "opinion-slip"), ("department", "opinion-slip")}


def pages() -> Iterator[tuple[str, URLPattern]]:
    for face in FOLDERS:
        for page in gather(face):
            assert isinstance(page, URLPattern) and page.name, f"{face}: {page} has no name"
            yield face, page


PAGES = list(pages())
IDS = [f"{face}:{page.name}" for face, page in PAGES]


@pytest.mark.parametrize(("face", "page"), PAGES, ids=IDS)
def test_a_pages_view_bears_its_name(face: str, page: URLPattern) -> None:
    assert page.callback.__name__ in (page.name.replace("-", "_"), HOMES.get((face, page.name)))


@pytest.mark.parametrize(("face", "page"), PAGES, ids=IDS)
def test_a_pages_template_bears_its_name_or_the_view_renders_none(face: str, page: URLPattern) -> None:
    if (face, page.name) in SHARED:
        return
    name = f"{page.name.replace('-', '_')}.html"
    stands = (TEMPLATES / FOLDERS[face] / name).exists() or (TEMPLATES / "print" / name).exists()
    assert stands or "render(" not in source_of(page), f"{FOLDERS[face]}/{name} is missing"


def source_of(page: URLPattern) -> str:
    return inspect.getsource(inspect.unwrap(page.callback))


def test_no_two_pages_of_a_face_share_a_name() -> None:
    names = [f"{face}:{page.name}" for face, page in PAGES]
    assert sorted(set(names)) == sorted(names)
