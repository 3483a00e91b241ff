from __future__ import annotations

import pytest

from bot.clock import ZoneClock
from bot.replies import words
from tests.replies.situations import NOW, SITUATIONS, ZONE

HEADLINES = {
    "person clicked": (
        "Seen. Maria Lopez opened the quote for job 1042 and clicked its portal link today at 10:03 (12 minutes ago)."
    ),
    "clicked without an open": (
        "Seen. Maria Lopez clicked the portal link in the quote for job 1042 today at 10:03 (12 minutes ago)."
    ),
    "opened by a person": ("Seen. Maria Lopez opened the quote for job 1042 today at 09:30 (45 minutes ago)."),
    "opened in Gmail yesterday": ("Very likely seen. Maria Lopez opened the quote for job 1042 yesterday at 18:40."),
    "answered": "Seen. Maria Lopez answered the quote for job 1042 today at 09:10.",
    "paid": "Seen. Maria Lopez paid invoice INV-2207 today at 09:10.",
    "visited the portal": ("Seen. Maria Lopez visited the customer portal from the quote for job 1042 today at 09:10."),
    "somebody on job 1042": (
        "Very likely seen. Somebody on job 1042 visited the customer portal today at 09:10; which of 2 people"
        " it was isn't recorded. The quote for job 1042 went to Maria Lopez."
    ),
    "an early open, probably theirs": (
        "Very likely seen. The quote for job 1042 was opened today at 08:00, very likely by Maria Lopez."
    ),
    "an early click, probably theirs": (
        "Very likely seen. A link in the quote for job 1042 was clicked today at 08:02, very likely by "
        "somebody at billing@oakleaf.example."
    ),
    "the unsubscribe link was used": (
        "Very likely seen. The unsubscribe link in the quote for job 1042 was used today at 08:30, very likely by "
        "Maria Lopez."
    ),
    "role address opened": (
        "Seen. Somebody at billing@oakleaf.example opened the quote for job 1042 today at 09:30 (45 minutes ago)."
    ),
    "copy opened": ("Seen. Tom Reed, in copy, opened the quote for job 1042 today at 09:30 (45 minutes ago)."),
    "own copy opened": (
        "Seen. boss@alder.example, in copy, opened the quote for job 1042 today at 09:30 (45 minutes ago). "
        "That is an address of your own, so it says nothing about the customer."
    ),
    "complaint": (
        "Very likely seen, and reported as spam. Maria Lopez marked the quote for job 1042 as spam on 12 Nov at 08:15."
    ),
    "only Apple's proxy": (
        "No reliable sign yet. The quote for job 1042 reached Maria Lopez today at 08:00; nobody is known to "
        "have opened it."
    ),
    "only a scanner clicked": (
        "No reliable sign yet. The quote for job 1042 reached Maria Lopez today at 08:00. The click today at "
        "08:00 was Microsoft 365's security check, not Maria."
    ),
    "silent where opens are hidden": (
        "No reliable sign, and there may never be one. The quote for job 1042 reached Maria Lopez on Friday "
        "at 09:00; nobody is known to have opened it."
    ),
    "silent where opens show": (
        "No reliable sign for 3 days. The quote for job 1042 reached Tom Reed on Friday at 09:00; nobody is "
        "known to have opened it."
    ),
    "silent for two hours": (
        "No reliable sign yet. The quote for job 1042 reached Maria Lopez today at 08:00; nobody is known to "
        "have opened it."
    ),
    "still settling": (
        "No reliable sign yet. The quote for job 1042 reached Maria Lopez today at 10:12 (3 minutes ago). A "
        "click came 2 minutes after arrival: that soon it may also be a security check. It is so fresh that "
        "this may still change; ask again in a few minutes."
    ),
    "a look from a data centre": (
        "No reliable sign yet. The quote for job 1042 reached Maria Lopez today at 08:00. A click on the "
        "portal link came from a data centre (Amazon) 2 minutes after arrival: it looks like a security "
        "scanner."
    ),
    "tracking was off": (
        "Can't tell. The quote for job 1042 reached Maria Lopez today at 08:00, but it was sent without open "
        "and link tracking."
    ),
    "opens were off": (
        "Can't tell about opens. The quote for job 1042 reached Maria Lopez today at 08:00, but without open "
        "tracking. Only a click would show, and none has."
    ),
    "links were off": (
        "No reliable sign yet. The quote for job 1042 reached Maria Lopez today at 08:00; nobody is known to "
        "have opened it."
    ),
    "plain text": (
        "Can't tell about opens. The quote for job 1042 reached Maria Lopez today at 08:00, but as plain "
        "text, which has no picture to load. Only a click would show, and none has."
    ),
    "plain text without link tracking": (
        "Can't tell. The quote for job 1042 reached Maria Lopez today at 08:00, but as plain text and without"
        " link tracking: neither an open nor a click could show."
    ),
    "expired": (
        "Can't tell any more. The quote for job 1042 reached Maria Lopez on 2 Sep at 08:00. What happened "
        "since isn't known: Postmark keeps 45 days, and I wasn't recording yet."
    ),
    "out of office": (
        "No reliable sign yet. The quote for job 1042 reached Maria Lopez today at 08:00. The mailbox "
        "answered by itself today at 08:01, as when somebody is out of office."
    ),
    "handled": (
        "No reliable sign yet. The quote for job 1042 reached Maria Lopez today at 08:00. The office marked "
        "it as handled today at 09:50 (25 minutes ago): “called her”."
    ),
    "own office looked": (
        "No reliable sign yet. The quote for job 1042 reached Maria Lopez today at 08:00; nobody is known to "
        "have opened it."
    ),
    "no name known": (
        "No reliable sign yet. The quote for job 1042 reached maria@example.com today at 08:00; nobody is "
        "known to have opened it."
    ),
    "known from its events only": (
        "No reliable sign yet. The email reached maria@example.com; nobody is known to have opened it."
    ),
    "mistyped address": (
        "Did not arrive. gmial.com refused the quote for job 1042 to Tom Reed today at 08:01: it has no "
        "mailbox tom.reed@gmial.com."
    ),
    "no such mailbox": (
        "Did not arrive. example.com refused the quote for job 1042 to Maria Lopez today at 08:01: it has no "
        "mailbox maria@example.com."
    ),
    "no such domain": (
        "Did not arrive. Postmark couldn't deliver the quote for job 1042 to tom@acme-heating.example today "
        "at 08:01: there is no mail domain acme-heating.example."
    ),
    "no address at all": (
        "Did not arrive. Postmark couldn't deliver the quote for job 1042 to Tom Reed today at 08:01: tom@ is"
        " no complete email address."
    ),
    "mailbox switched off": (
        "Did not arrive. example.com refused the quote for job 1042 to Maria Lopez today at 08:01: that "
        "mailbox is switched off."
    ),
    "mailbox full": (
        "Did not arrive. example.com refused the quote for job 1042 to Maria Lopez today at 08:01: the mailbox is full."
    ),
    "too large": (
        "Did not arrive. example.com refused the quote for job 1042 to Maria Lopez today at 08:01: the email "
        "is too large for it."
    ),
    "blocked": (
        "Did not arrive. The spam protection of example.com turned away the quote for job 1042 to Maria Lopez"
        " today at 08:01."
    ),
    "not proven to be ours": (
        "Did not arrive. example.com refused the quote for job 1042 to Maria Lopez today at 08:01: your own "
        "domain isn't proven to be yours."
    ),
    "virus": (
        "Did not arrive. The virus check of example.com turned away the quote for job 1042 to Maria Lopez "
        "today at 08:01."
    ),
    "loop": (
        "Did not arrive. example.com refused the quote for job 1042 to Maria Lopez today at 08:01: the email "
        "went round in circles there."
    ),
    "refused": (
        "Did not arrive. The mail server of example.com refused the quote for job 1042 to Maria Lopez today "
        "at 08:01, saying “policy violation 17”."
    ),
    "failed without a cause": (
        "Did not arrive. The mail server of example.com refused the quote for job 1042 to Maria Lopez today at 08:01."
    ),
    "not sent by Postmark": (
        "Did not arrive. Postmark itself couldn't send the quote for job 1042 to Maria Lopez today at 08:01."
    ),
    "no answer from DNS": (
        "Did not arrive. Postmark gave up on the quote for job 1042 to Maria Lopez today at 08:01: the mail "
        "server of example.com didn't answer."
    ),
    "busy till the end": (
        "Did not arrive. Postmark gave up on the quote for job 1042 to Maria Lopez today at 08:01: the mail "
        "server of example.com kept asking to try later."
    ),
    "suppressed after a bounce": (
        "Did not arrive. Postmark held back the quote for job 1042 to Maria Lopez today at 08:00 and sends "
        "nothing to maria@example.com any more: an earlier email to this address bounced for good on 3 Nov."
    ),
    "suppressed, mistyped": (
        "Did not arrive. Postmark held back the quote for job 1042 to Tom Reed today at 08:00 and sends "
        "nothing to tom.reed@gmial.com any more: an earlier email to this address bounced for good on 3 Nov."
    ),
    "suppressed after a complaint": (
        "Did not arrive. Postmark held back the quote for job 1042 to Maria Lopez today at 08:00 and sends "
        "nothing to maria@example.com any more: an earlier email was reported as spam on 3 Nov."
    ),
    "unsubscribed": (
        "Did not arrive. Postmark held back the quote for job 1042 to Maria Lopez today at 08:00 and sends "
        "nothing to maria@example.com any more: they unsubscribed on 3 Nov."
    ),
    "blocked by us": (
        "Did not arrive. Postmark held back the quote for job 1042 to Maria Lopez today at 08:00 and sends "
        "nothing to maria@example.com any more: somebody on your side blocked the address on 3 Nov."
    ),
    "blocked by Postmark": (
        "Did not arrive. Postmark held back the quote for job 1042 to Maria Lopez today at 08:00 and sends "
        "nothing to maria@example.com any more: an earlier email to this address bounced for good on 3 Nov."
    ),
    "sandbox": (
        "Did not arrive. Postmark took the quote for job 1042 to Maria Lopez today at 08:00, but on a test "
        "server, which sends nothing to anybody."
    ),
    "put off": (
        "On its way. The mail server of example.com has put off the quote for job 1042 to Maria Lopez 3 "
        "times, first today at 08:10: the mailbox is full."
    ),
    "put off for a day": (
        "Can't tell whether it arrived. The mail server of example.com has put off the quote for job 1042 to "
        "Maria Lopez yesterday at 08:10: the mail server is busy and asks to try later."
    ),
    "queued": (
        "On its way. Postmark took the quote for job 1042 to Maria Lopez today at 10:13 (2 minutes ago) and "
        "hasn't said yet that it arrived."
    ),
    "held by Postmark": (
        "On its way. Postmark took the quote for job 1042 to Maria Lopez today at 07:00 and hasn't said yet "
        "that it arrived."
    ),
    "no word for days": (
        "Can't tell whether it arrived. Postmark took the quote for job 1042 to Maria Lopez on Thursday at 07:00 and "
        "hasn't said yet that it arrived."
    ),
    "forgotten before anybody asked": (
        "Can't tell any more. Postmark took the quote for job 1042 to Maria Lopez on 2 Sep at 08:00; whether it "
        "arrived isn't known: Postmark keeps 45 days, and I wasn't recording yet."
    ),
    "never asked": (
        "On its way. Postmark took the quote for job 1042 to Maria Lopez today at 08:00; whether it arrived, "
        "nobody has asked yet."
    ),
}


@pytest.mark.parametrize("situation", SITUATIONS)
def test_the_first_sentence_is_the_answer(situation: str) -> None:
    """Every situation has its own first sentence, with the person, the thing and the time as far as they are known."""
    assert str(words.tell(SITUATIONS[situation], ZoneClock(NOW, ZONE)).headline) == HEADLINES[situation]
