from __future__ import annotations

import html
import re
from pathlib import Path

import pytest
from PIL import Image

from tests.pictures.__main__ import file_name, page, pictures
from tests.pictures.drawing import draw, lay_out, missing, missing_packages
from tests.replies.blocks import shown
from tests.replies.situations import NOW, SITUATIONS

USERS = {shown.ROSA: "Rosa Lind"}
AT = int(NOW.timestamp())


@pytest.mark.skipif(bool(missing_packages()), reason=missing_packages() or "")
def test_a_renderer_of_others_shows_it_all(tmp_path: Path) -> None:
    """A renderer that Seen did not write shows every reply with its state, every time and every button."""
    drawn = list(pictures())
    lay_out(drawn, tmp_path, now=AT, users=USERS)
    for picture in drawn:
        written = html.unescape((tmp_path / f"{picture['name']}.html").read_text(encoding="utf-8"))
        seen = re.sub(r"<style>.*?</style>|<[a-z/][^>]*>", "", written, flags=re.DOTALL)
        assert "<!date" not in seen
        assert "<@U" not in seen
        assert "{time}" not in seen
        for block in picture.get("blocks", ()):
            if block["type"] == "actions":
                labels = [element["text"]["text"] for element in block["elements"] if element["type"] == "button"]
                assert all(label in seen for label in labels), picture["name"]
        if picture["name"] in map(file_name, SITUATIONS):
            label = picture["blocks"][0]["elements"][0]["elements"][1]["text"]
            assert label.strip() in seen


@pytest.mark.skipif(bool(missing()), reason=missing() or "")
def test_pictures_can_be_taken(tmp_path: Path) -> None:
    """A picture of a reply is as tall as the reply, and not empty."""
    chosen = [picture for picture in pictures() if picture["name"] in {"person-clicked", "looking"}]
    draw(chosen, tmp_path, now=AT, users=USERS)
    with Image.open(tmp_path / "person-clicked.png") as image:
        assert image.width == 640
        assert 150 < image.height < 500
        assert len(image.convert("RGB").getcolors(maxcolors=10_000) or ()) > 20


def test_the_docs_show_every_situation() -> None:
    """The docs hold a picture of the reply to every situation, and none that nothing stands for."""
    docs = Path(__file__).parents[2] / "docs"
    assert (docs / "pictures.md").read_text(encoding="utf-8") == page()
    named = set(re.findall(r"\(pictures/([^)]+\.png)\)", page()))
    assert {f"{picture['name']}.png" for picture in pictures()} == named
    assert {path.name for path in (docs / "pictures").glob("*.png")} >= named
