"""The words of a question that are about the asking, not about who or what is asked for."""

from __future__ import annotations

from bot import vocabulary

KINDS = {word: kind.document for kind in vocabulary.KINDS for word in kind.asked}
"""The words of a question that say which kind of email is meant, with the value of ``Question.document``. "Portal"
counts only as "portal link": who "visited the portal" is asked about any email."""

AMBIGUOUS = frozenset({"april", "august", "bill", "grant", "june", "may", "offer", "will"})
"""Words that are also names: a name when written with a capital inside a sentence."""

FILLER = frozenset(
    """
    a about actually after again ago all already also am an and any anybody anyone anything are arrive arrived
    arrives as ask asked at back be because been before being bill bounce bounced but by call called can cc check
    checked clear click clicked clicking clicks client client's clients come company concerning confirm confirmed
    copy could couldn't customer customer's customers date deliver delivered delivery did didn't do does doesn't
    done don't each either email emailed emails e-mail e-mails ever every everybody everyone fail failed few file
    find for forwarded from gave get gets getting give given go goes going gone got guys had has hasn't have haven't
    having he hello help her hers hey hi him his hour hours how i if i'm i've in inbox info information into is
    isn't it it's its just kindly know known last late lately latest let letter link links little load loaded long
    look looked looking looks mail mailed mails many maybe me message messages minute minutes month months morning
    most mr mrs ms much my name named need never new newest news next no nobody not notice now number numbers of off
    offer offers ok okay on once one ones online only onto open opened opening opens or order orders other our ours
    out over page paid past pay payment people per person picked please pls possible previous quick quickly re reach
    reached read reading reads really receive received receives recent recently ref reference references regarding
    reply replied responded response sale saw say says see seeing seen send sending sends sent she should show
    showed shown shows since site so some somebody someone something soon spam state status still subject sure take
    taken tell tells text than thank thanks that that's the their them then there these they thing things think this
    those through time times titled to told too track tracked tracking try under until up update us use using very
    via view viewed viewing views visit visited visits want wants was wasn't we week weeks welcome well went were
    weren't what what's whatever when where whether which while who whom whose why will with within without work
    worked works would wrote yes yesterday yet you your yours job jobs project projects ticket tickets case cases
    claim claims document documents doc docs attachment pdf afternoon evening night noon midnight day days today
    tonight tomorrow year years weekend anytime always afterwards correctly properly successfully safely actually
    eventually finally somehow mailbox junk folder website app phone mobile computer address addresses domain
    seenbot bot slack postmark
    """.split()  # noqa: SIM905  (a column of words reads better than a list of quoted ones)
) | frozenset(KINDS)
"""Never part of a name."""

TITLES = frozenset({"mr", "mrs", "ms", "miss", "mx", "dr", "prof", "sir", "madam", "herr", "frau", "mme"})
"""What stands before a name and isn't compared."""

THANKS = frozenset(
    {"thank", "thanks", "thx", "ty", "cheers", "danke", "merci", "perfect", "great", "cool", "nice", "👍", "🙏"}
)
"""Who says one of these, and nothing but them and ``BESIDE_THANKS``, asks nothing."""

BESIDE_THANKS = frozenset({"a", "all", "and", "bot", "good", "lot", "many", "much", "ok", "okay", "so", "very", "you"})

HELP = frozenset({"", "?", "help", "hilfe", "usage", "how", "hi", "hello", "hey", "test"})
"""A whole question that asks what can be asked."""
