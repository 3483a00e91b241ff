"""Every word the evidence speaks in: what a sign is called, why an email failed, why nothing could show.

``bot.replies.words`` puts these into sentences. The comment beside a code names the ``facts`` its reason carries
beyond the ones every sign has:

``after``      seconds between the delivery (or, unknown, the sending) and the event; absent when neither is known
``vendor``     who is behind it, fit for a sentence: ``Gmail``, ``Barracuda`` …; absent when not known
``client``     the program in a person's words: ``Outlook``, ``Chrome on Windows`` …; absent when not known
``network``    the owner of a listed network the event came from, e.g. ``Proofpoint``; absent when it is in no list
``count``      how many events of this kind the reason stands for (from 2 on)
``somebody``   the reason is not certainly this recipient's: how many people it may have been
``settling``   ``yes`` while events of the next two minutes could still change what this one is taken for

A fact is text; numbers of seconds are whole.
"""

from enum import StrEnum


class Sign(StrEnum):
    """What an event is taken for: the ``code`` of a signal, and of the reason made of it."""

    # A person acted.
    REPLY = "reply"  # They answered the email.
    PAYMENT = "payment"  # They paid, or sent the form, that the email asked for. note
    PORTAL_VISIT = "portal_visit"  # They were in the customer portal through this email. link, note
    COMPLAINT = "complaint"  # They reported the email as spam.
    PERSON_CLICK = "person_click"  # A click that no machine explains. link
    PERSON_OPEN = "person_open"  # A mail program or browser of theirs loaded the picture.
    PROXY_OPEN = "proxy_open"  # Gmail, Yahoo … loaded the picture, as they do when somebody opens the email.
    OPENED_AGAIN = "opened_again"  # Opened once more, long after the first time or on a second device. count
    LONG_LOOK = "long_look"  # The email stayed open a while. seconds

    # Says little or nothing either way.
    EARLY_CLICK = "early_click"  # An ordinary click so soon that it may be a security check. link
    DATA_CENTRE_CLICK = "data_centre_click"  # A click from a data centre: perhaps a scanner, perhaps an office. link
    LINK_CHECK = "link_check"  # Office looked at the link itself, as it does beside a person's own click. link
    DOUBTFUL_CLICK = "doubtful_click"  # An ordinary click, but too close to another visit to be surely a person's. link
    APP_CLICK = "app_click"  # A phone program's own machinery followed a link. link
    STRANGE_CLICK = "strange_click"  # An ordinary click that is unlike this recipient's: a new program or place. link
    STRANGE_OPEN = "strange_open"  # The same, loading the picture.
    EARLY_OPEN = "early_open"  # An ordinary open so soon that it may be a security check.
    EARLY_PROXY_OPEN = "early_proxy_open"  # Gmail, Yahoo … within seconds of the delivery.
    RELAY_OPEN = "relay_open"  # A browser behind Apple's relay, which also carries Apple's automatic loading.
    DATA_CENTRE_OPEN = "data_centre_open"  # A picture loaded from a data centre by what calls itself a browser.
    APP_OPEN = "app_open"  # A phone program's own machinery, or a sync service, loaded the picture.
    UNNAMED_OPEN = "unnamed_open"  # A program nobody knows, or one that named itself not at all, loaded the picture.
    UNNAMED_CLICK = "unnamed_click"  # The same, following a link. link
    UNTOLD_CLICK = "untold_click"  # A click of which the record tells neither program nor place. link
    UNSUBSCRIBED = "unsubscribed"  # The unsubscribe link was used: by them, or by a scanner that follows every link.
    SOMEBODY = "somebody"  # Somebody did, but which of several people isn't recorded. kind, note, reference; somebody
    HANDLED = "handled"  # The office marked the email as dealt with. Shown, never evidence. note

    # A machine did it.
    APPLE_PRIVACY_OPEN = "apple_privacy_open"  # Apple Mail loads every picture by itself.
    GMAIL_PREFETCH = "gmail_prefetch"  # Gmail loaded the picture ahead, while the mailbox was in use.
    SCANNER_OPEN = "scanner_open"  # A security check loaded the picture.
    SCANNER_CLICK = "scanner_click"  # A security check followed the link. link
    SCRIPT_OPEN = "script_open"  # A program that is no mail program loaded the picture.
    SCRIPT_CLICK = "script_click"  # A program that is no browser followed the link. link
    PREVIEW_OPEN = "preview_open"  # A chat or search service made a preview: somebody may have pasted it there.
    PREVIEW_CLICK = "preview_click"  # The same for a link. link
    PROXY_CLICK = "proxy_click"  # A picture service followed a link: people don't click through those. link
    BURST_OPEN = "burst_open"  # The picture was loaded in the same sweep as the links. links, seconds
    BURST_CLICK = "burst_click"  # Several links at once, faster than people click. links, seconds, link
    BEFORE_DELIVERY = "before_delivery"  # It happened before the email arrived: a check on the way in. kind
    AUTO_REPLY = "auto_reply"  # The mailbox answered by itself (out of office). away: until when, in its words
    OWN_NETWORK = "own_network"  # From the sender's own office: staff looked at their copy. kind

    # What no single event says.
    # Nothing showed that could have. In per cent, chance: of a look to show; opens: to show as an open. only: opens or
    # clicks
    SILENCE = "silence"
    NOT_ASKED = "not_asked"  # Nobody has asked Postmark yet whether it arrived.
    ONLY_AUTOMATIC = "only_automatic"  # What happened was machines only. count
    NOT_TRACKED = "not_tracked"  # Nothing could have shown. why: a `WhyNot`
    ARRIVED = "arrived"  # The receiving server accepted it, and nothing more is known. detail
    FAILED = "failed"  # It did not arrive. cause: a `Cause`; detail
    WAITING = "waiting"  # The receiving server has put it off. cause: a `Cause`; detail, count


class Cause(StrEnum):
    """Why an email is where it is: ``Delivery.code``."""

    # It failed.
    NO_SUCH_MAILBOX = "no_such_mailbox"
    NO_SUCH_DOMAIN = "no_such_domain"
    BAD_ADDRESS = "bad_address"  # Not an address at all.
    MAILBOX_DISABLED = "mailbox_disabled"
    MAILBOX_FULL = "mailbox_full"
    TOO_LARGE = "too_large"
    BLOCKED = "blocked"  # The other side refuses it: spam filter, block list, policy.
    UNAUTHENTICATED = "unauthenticated"  # The sender's domain failed SPF, DKIM or DMARC: the sender's to mend.
    VIRUS = "virus"
    LOOP = "loop"
    REFUSED = "refused"  # Refused in words we can't file.
    NOT_SENT = "not_sent"  # Postmark itself could not send it (template, API or account trouble).

    # It was put off.
    UNREACHABLE = "unreachable"  # The other server doesn't answer, or the connection broke.
    BUSY = "busy"  # Too busy, greylisting, "try again later".

    # It was held back because of what happened before.
    BOUNCED_BEFORE = "bounced_before"
    COMPLAINED_BEFORE = "complained_before"
    UNSUBSCRIBED_BEFORE = "unsubscribed_before"
    SUPPRESSED_BY_US = "suppressed_by_us"

    # Others.
    COMPLAINED = "complained"
    SANDBOX = "sandbox"  # A test server: nothing is really sent.
    NEVER_ASKED = "never_asked"  # Postmark has not been asked and no webhook has come.
    IMPLIED = "implied"  # No delivery was recorded, but what happened since is only possible after one.


class WhyNot(StrEnum):
    """Why an open or a click of a trail could not show: ``Trackable.why_not``, the weightiest first."""

    SANDBOX = "sandbox"
    EXPIRED = "expired"  # Older than Postmark keeps, and nobody recorded it here at the time.
    TRACKING_OFF = "tracking_off"  # Neither opens nor links were tracked.
    PLAIN_TEXT = "plain_text"  # No picture that could load. ``clicks`` says whether links were tracked.
    OPENS_OFF = "opens_off"
    LINKS_OFF = "links_off"


class NetworkKind(StrEnum):
    """What kind of place a request came from: ``Network.kind``."""

    MAIL_FILTER = "mail_filter"  # A gateway's own addresses, stated by its owner.
    MAIL_SECURITY = "mail_security"  # A mail-security firm's network: its scanners, and people behind its web proxy.
    GOOGLE = "google"  # Google's own machines: image proxy, prefetch, crawlers.
    APPLE_RELAY = "apple_relay"  # Leaves of Private Relay and Mail Privacy Protection.
    APPLE = "apple"  # Apple itself.
    YAHOO = "yahoo"  # Yahoo and AOL themselves.
    MICROSOFT = "microsoft"  # Azure, Exchange … and desktops in Azure.
    OFFICE_PROXY = "office_proxy"  # Zscaler, Netskope …: the way out of people at work.
    CLOUD = "cloud"  # Hosting and cloud.
    CDN = "cdn"  # Content networks, whose edge may stand before anybody.
    VPN = "vpn"  # People who hide where they are.
    CRAWLER = "crawler"  # Declared crawlers.
    PRIVATE = "private"  # An address of a local network: whoever forwarded the request, not the reader.
    UNLISTED = "unlisted"  # In no list: the absence of a machine sign, not proof of a person.
