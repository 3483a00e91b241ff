"""What is said of watches."""

from __future__ import annotations

import re

from tests.replies.blocks import watched
from tests.replies.blocks.alerting import ROSA
from tests.replies.blocks.checking import nodes, texts
from tests.replies.blocks.test_alerts import buttons, mentions

MESSAGES = watched.messages()


def test_it_says_what_is_watched_where_it_tells_and_until_when() -> None:
    """Who wishes to be told reads what is watched, what counts, where they are told, and the end."""
    assert MESSAGES["watch"].text == (
        "I watch the quote for job 1042 to Maria Lopez for you.\n"
        "I'll say so in a direct message as soon as somebody opens or clicks it, answers or pays, or if it doesn't "
        "arrive; and if nothing comes, on 7 Dec 2026 at 10:00 UTC."
    )
    assert buttons(MESSAGES["watch"]) == ["Unwatch"]
    assert "I'll say so here" in MESSAGES["watch: in a thread"].text


def test_others_read_for_whom() -> None:
    """In a thread a watch names whose it is, and who wished for it is called when something has come."""
    assert mentions(MESSAGES["watch: in a thread"]) == {ROSA}
    assert mentions(MESSAGES["watch: told in a thread"]) == {ROSA}
    assert mentions(MESSAGES["watch: told"]) == set()


def test_what_limits_a_watch_is_said() -> None:
    """That no email is known yet, that nothing can show, or that it was wished for longer stands with the watch."""
    assert "I know of no such email yet" in MESSAGES["watch: nothing sent yet"].text
    assert "That is as long as I watch anything." in MESSAGES["watch: nothing sent yet"].text
    assert "can't show here" in MESSAGES["watch: nothing can show"].text


def test_what_has_come_is_told_in_full() -> None:
    """What ended a watch is told as in an answer: what happened, why it is taken for that, and what to do."""
    told = MESSAGES["watch: told"].text
    assert told.splitlines()[1].startswith(
        "Seen. Maria Lopez opened the quote for job 1042 and clicked its portal link"
    )
    assert "\nNext: " in told
    end = MESSAGES["watch: told at its end"]
    assert end.text.startswith("The time is up: I watched the quote for job 1042 to Maria Lopez for you.\nNo reliable")
    assert "I couldn't ask Postmark just now" in end.text
    assert "Watch again" in buttons(end)


def test_nothing_is_claimed_that_nobody_can_know() -> None:
    """No word of watches says "read" or "not seen", and the notification holds what the blocks say."""
    for name, reply in MESSAGES.items():
        said = " ".join([reply.text, *texts(reply.blocks)]).lower()
        assert not re.search(r"\bread\b|\bunread\b|not seen|unseen|ignored|unopened", said), name


def test_the_list_takes_off_and_says_what_it_leaves_out() -> None:
    """Each watch of a list has its button; a long list is cut, and says by how much."""
    many = MESSAGES["watches: many"]
    offs = [node for _, node in nodes(list(many.blocks)) if str(node.get("action_id")).startswith("unwatch:")]
    assert len(offs) == 20
    assert len({node["action_id"] for node in offs}) == 20
    assert "30 further watches left out" in " ".join(texts(many.blocks))
