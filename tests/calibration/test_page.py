"""What the README says of how far verdicts can be believed."""

from __future__ import annotations

from calibration.page import README, results, written


def test_the_table_in_the_readme_is_what_was_measured() -> None:
    """The README's figures are those of the last `make calibrate`, world by world."""
    text = README.read_text(encoding="utf-8")
    held_out = results()["held-out"]
    assert written(text, held_out) == text, "write it anew: python -m calibration.page"
    assert all(found["about"].rstrip(".") in text for found in held_out.values())
