"""About when a version of a browser came out, as a year with its fraction.

Between the anchors, versions are taken to have come at an even pace. The anchors are the release dates that the
makers publish; Internet Explorer 11 counts as of 2020, because Windows went on shipping it.
"""

import re
from bisect import bisect_right
from itertools import pairwise

_CHROME = ((1, 2008.9), (10, 2011.2), (42, 2015.3), (70, 2018.8), (94, 2021.7), (120, 2023.9), (142, 2025.8))
_FIREFOX = (
    (1, 2004.9),
    (3, 2008.5),
    (4, 2011.2),
    (28, 2014.2),
    (52, 2017.2),
    (78, 2020.5),
    (100, 2022.3),
    (144, 2025.8),
)
_SAFARI = ((3, 2007.5), (5, 2010.4), (9, 2015.7), (14, 2020.7), (18, 2024.7), (26, 2025.7))
_EXPLORER = ((5, 2000.0), (6, 2001.6), (7, 2006.8), (8, 2009.2), (9, 2011.2), (10, 2012.8), (11, 2020.0))
_OPERA = ((7, 2003.0), (9, 2006.5), (12, 2012.5), (15, 2013.5))

_MARKS = (
    (re.compile(r"\b(?:Chrome|CriOS)/(\d+)"), _CHROME),
    (re.compile(r"\b(?:Firefox|FxiOS)/(\d+)"), _FIREFOX),
    (re.compile(r"\bVersion/(\d+)\S* .*Safari/"), _SAFARI),
    (re.compile(r"\bMSIE (\d+)"), _EXPLORER),
    (re.compile(r"\bTrident/.*rv:(\d+)"), _EXPLORER),
    (re.compile(r"^Opera/(\d+)"), _OPERA),
)


def released(user_agent: str) -> float | None:
    """The year a browser's version came out; ``None`` when its name does not tell."""
    for mark, anchors in _MARKS:
        found = mark.search(user_agent)
        if found:
            return _between(int(found[1]), anchors)
    return None


def _between(version: int, anchors: tuple[tuple[int, float], ...]) -> float:
    at = bisect_right(anchors, (version, float("inf"))) - 1
    if at < 0:
        return anchors[0][1]
    low, high = list(pairwise(anchors))[min(at, len(anchors) - 2)]
    return low[1] + (high[1] - low[1]) * (version - low[0]) / (high[0] - low[0])
