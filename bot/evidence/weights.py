"""What a sign is worth: natural-log likelihood ratios of "a person has seen it".

These are starting values. None of them was measured against the truth, because nobody has published labelled data;
they are inferred from how the senders' systems behave, from the published shares of machine opens and clicks, and from
how far an office should be able to rely on each. A weight of 3 multiplies the odds by 20, one of 4 by 55.
"""

from bot.evidence.codes import Sign
from bot.evidence.mailboxes import CLICKS

DECISIVE = 6.0
"""Only a person does that, and only one who has the email before them."""

CLICK = 4.0
"""A click by a browser from no listed network, well after delivery. Sooner, its moment decides (`CLICKERS`)."""
CLICKERS = CLICKS / 0.03
"""How many people follow a link for each machine that follows one, names itself a browser and comes from no listed
network: people as everywhere, such machines in three emails of a hundred. Ours: in 15 % of emails a machine
follows a link, and most of them give themselves away."""
CLICK_WITHOUT_TIME = 2.0
"""The same when nothing tells how long after delivery it came: it may have been at once."""
CLICK_UNTOLD, CLICK_UNTOLD_EARLY = 1.5, 0.3
"""Postmark's short list of an email's events tells of a click, but not by what program nor from where: ten minutes or
more after delivery, when hardly a scanner comes, and before."""
LATE_VISIT_FROM_GUARDED_NETWORK = 1.5
"""Three quarters of an hour or more after delivery from Proofpoint's or Mimecast's network: people browse through
those, but scanners come back from there, too, so that it seldom carries "seen" by itself."""
LATE_CLICK_FROM_CLOUD = 0.3
"""Half an hour or more after delivery from a data centre: desktops live there too, and scanners that come back."""

OPEN = 3.0
"""A mail program, or a browser from no listed network, loaded the picture. Doubts of time are subtracted."""
OPEN_FROM_CLOUD = 2.0
"""A mail program on a desktop in a data centre."""
OPEN_BARE_WEBKIT = ((120.0, 0.3), (600.0, 1.0))
"""A nameless WebKit within so many seconds of delivery: more likely a service that loads ahead."""
OPEN_BARE_WEBKIT_LATE = 2.5
"""Later: Apple Mail without its name, or Outlook after its reader asked for the pictures (warmbly 569)."""
PROXY_OPEN = 3.0
"""Gmail's or Yahoo's picture service: it loads when somebody opens."""
EARLY_PROXY_OPEN = 0.7
"""The same within twenty seconds: instant loads were seen there (gophish 1390)."""
PROXY_SETTLES = 20.0
"""Seconds after which such a load counts in full."""

OPENED_AGAIN = 1.0
"""For each further open more than `APART` after the one before, and for a second program."""
OPENED_AGAIN_MOST = 2.0
APART = 600.0
LONG_LOOK = 1.0
LONG_LOOK_SECONDS = 8
"""Litmus: eight seconds and more is "read". Zero says nothing: picture services can't report it."""

SMALL = {
    Sign.LINK_CHECK: 0.0,
    Sign.APP_CLICK: 0.0,
    Sign.UNNAMED_CLICK: 0.0,
    Sign.DATA_CENTRE_CLICK: 0.0,
    Sign.RELAY_OPEN: 0.3,
    Sign.DATA_CENTRE_OPEN: 0.0,
    Sign.APP_OPEN: 0.5,
    Sign.UNNAMED_OPEN: 0.0,
    Sign.UNSUBSCRIBED: 1.0,
    Sign.SOMEBODY: 1.0,
    Sign.HANDLED: 0.0,
}
"""What speaks neither clearly for a person nor for a machine."""

LATE = {Sign.APP_OPEN: 1.5, Sign.UNNAMED_OPEN: 0.5}
"""The same half an hour or more after delivery, when what works by itself has long been."""

AUTOMATIC = {
    Sign.APPLE_PRIVACY_OPEN: 0.2,  # It reached the inbox of a living Apple Mail.
    Sign.GMAIL_PREFETCH: 0.3,  # The mailbox was in use just then.
    Sign.PREVIEW_OPEN: 0.2,  # Somebody may have passed it on.
    Sign.PREVIEW_CLICK: 0.3,  # Somebody may have pasted the link into a chat.
}
"""The small plus of some machines. All others are worth nothing."""

UNCLEAR_MOST = 1.5
"""However many unclear signs there are: they are not independent."""
AUTOMATIC_MOST = 0.8
"""However many machines came by."""
CLICKS_MOST = 5.0
OPENS_MOST = 5.0
ALL_MOST = 8.0
"""Nothing is surer than the decisive signs, with something beside them."""

SIGN_AT_LEAST = 0.5
"""From here on an unclear sign is one that an answer may lean on."""
PERSON_AT_LEAST = 2.0
"""From here on an ordinary browser's visit counts as a person's; below, it is unclear."""

SEEN = 0.9
PROBABLY_SEEN = 0.6
"""The probabilities from which the answers say so."""
