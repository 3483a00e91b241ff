"""The table of programs: by what words in its name a program is known, and what it is.

Read from top to bottom; the first line that matches decides, without regard to case. Published lists of bots are no
use here: each of them calls at least one of the picture services of Gmail, Yahoo and others a bot, and so would delete
every open in Gmail. Hence the picture services and the mail programs stand before the general words for machines.

The names of single programs were learned from the examples of uap-core, crawler-user-agents and Matomo and from the
list of false opens that GMass keeps; the general words and families are ours. No patterns were copied.
"""

from enum import StrEnum
from typing import NamedTuple


class Role(StrEnum):
    """What a program is. What that means differs between an open and a click (``bot.evidence.signals``)."""

    BROWSER = "browser"
    MAIL_CLIENT = "mail_client"
    OFFICE = "office"  # Outlook on a desk: shows pictures only when somebody allows it, but checks links by itself.
    IMAGE_PROXY = "image_proxy"  # A mail service's picture service, which loads when somebody opens the email.
    BARE = "bare"  # Exactly ``Mozilla/5.0``: Apple's privacy service, or a script.
    BARE_WEBKIT = "bare_webkit"  # An engine without a program's name: Apple Mail, or a service that loads ahead.
    GMAIL_PREFETCH = "gmail_prefetch"
    APP = "app"  # The network machinery of phone programs, or a service that keeps mailboxes in step.
    EDGE = "edge"  # A content network in front of the tracking host, which hides the real program.
    OLD_BROWSER = "old_browser"  # Many years out of date: a scanner in disguise, or an old tablet.
    IMPOSSIBLE = "impossible"  # A browser on a system it never ran on: a scanner in disguise.
    SCANNER = "scanner"
    PREVIEW = "preview"  # Makes previews for chats and searches: perhaps somebody pasted the link there.
    SCRIPT = "script"  # An HTTP library, a crawler, a remote-controlled browser, a mail server.
    UNKNOWN = "unknown"  # Named, but nobody we know.
    MISSING = "missing"  # The record names no program.


class Signature(NamedTuple):
    """One line of the table."""

    role: Role
    vendor: str | None
    """Who is behind it, fit for a sentence; ``None`` where many are."""
    pattern: str


_FAMILIES = {
    # Mail programs that carry a browser's name beside their own.
    "mail programs": r"""Postbox|Airmail|BlueMail|Foxmail|MailMaster|Mailbird|Mailspring|MailMate|Mailplane|Mimestream
        |Nylas|Polymail|Canary\ ?Mail|\bSparrow/|\bSpike|Spicebird|Readdle|\bSpark(?:Desktop)?/|\bNewton/|CloudMagic
        |AquaMail|FairEmail|\bK-9\b|Evolution/|KMail|Kontact|\bClaws|Sylpheed|Eudora|Lotus-?Notes|HCL\ ?Notes|Zimbra
        |IncrediMail|Zdesktop|GyazMail|Becky!|PocoMail|\bBarca|SeaMonkey|Entourage|Unibox|\bHiri|Geary|Wavebox|Boxer
        |Kiwi\ for\ Gmail|ProtonMail|Tutanota|\bTuta/|Edison|MyMail|\bHEY/|\bFront/|Missive|Shortwave|Notion\ ?Mail
        |Samsung\ ?Email|BlackBerry\ ?Hub""",
    # Any product whose own name holds "mail", unless it also calls itself a machine.
    "named mail": r"^(?!.*(?:bot\b|crawl|spider|scan|check|chimp|guard|marshal|daemon|secure))"
    r".*\b[\w.]*mail(?:[\w.]*/\d|$)",
    "in step": r"dataaccessd|accountsd|ExchangeServicesClient|ExchangeWebServices|ActiveSync|^TouchDown|^MobileSync"
    r"|^Apple-i(?:Phone|Pad|Pod)|^Android-(?:Mail|EAS|SAMSUNG|\d)|^SAMSUNG-(?:SM|GT)",
    "checks": r"safe-?(?:search|browsing|links?\b)|url-?scan|link-?scan|anti-?(?:virus|spam|phish)|phish|malware"
    r"|threat|netcraft|mail-?(?:marshal|scanner|guard)|fortiguard",
    "previews": r"(?:link|url|uri|page|site|web)[ _-]?(?:preview|expand|unfurl)|embedly|iframely|vkShare|skypeuri",
    "remote-controlled browsers": r"headless|phantomjs|puppeteer|playwright|selenium|webdriver|slimerjs|htmlunit|jsdom"
    r"|cypress/|lighthouse|\bPTST\b|prerender|wkhtmlto|zombie\.js",
    # By the words they use of themselves. CUBOT makes phones.
    "crawlers": r"(?<!cu)bots?(?![a-z])|crawl|spider|slurp|scrap(?:er|y|ing)|archiver|mediapartners|sogou"
    r"|apis-google|google-(?:read|site|inspection|page)|feed ?(?:burner|fetcher|ly|parser|bin|demon)|\bRSS\b|wordpress",
    # Nobody's browser carries an address to complain to; ``compatible`` is what Internet Explorer said of itself.
    "contact": r"https?://|\bwww\.|\w@\w+\.\w|\(compatible;(?! ?(?:MSIE|Konqueror))",
    "checkers": r"monitor|uptime|pingdom|statuscake|checker|check_?link|link-?check|validator",
    "general words": r"\bscan(?:ner|ning)?\b|scanner|\w+scan/|security|sentinel|inspector",
    "libraries": r"""https?[-_ ]?(?:client|lib|library|request|requester|fetch|tool|kit|agent|get)(?![a-z])|asynchttp
        |(?:lib|py)?curl(?![a-z])|wget|libwww|\bLWP\b|lwp-|mechanize|winhttp|wininet|urllib|urlgrabber|httplib|httpx|httpie
        |aiohttp|resty|^AHC/|^ning/|python|\bperl\b|ruby|^php|guzzle|symfony|snoopy|faraday|typhoeus|rest-?client|restsharp
        |^Java\b|\bJava/\d|jersey|jetty|netty|akka|vert\.x|unirest|feign|spray-can|play-?ws|\bGo[ -](?:http|\d)|fasthttp
        |colly|axios|node-fetch|^node\b|node\.?js|undici|superagent|^got\b|reqwest|^hyper/|^ureq|\bdeno/|\bbun/|^dart\b
        |dart:io|postman|insomnia|powershell|indy\ library|synapse\)|microsoft\ (?:url|bits|data)|cryptoapi|embarcadero
        |^\.net|dotnet|hackney|finagle|\bsttp|gsoap|httrack|webzip|\blua\b|appengine|^requests\b""",
    # Phone makers' mail programs load pictures with these.
    "phone machinery": r"okhttp|Dalvik|CFNetwork|\bDarwin/|^com\.apple\.|^Android\b|nsurlsession",
}

SIGNATURES: tuple[Signature, ...] = (
    # Picture services, at opening.
    Signature(Role.IMAGE_PROXY, "Gmail", r"GoogleImageProxy|ggpht\.com"),
    Signature(Role.IMAGE_PROXY, "Yahoo", r"YahooMailProxy"),
    Signature(Role.IMAGE_PROXY, "Fastmail", r"FastmailUA"),
    Signature(Role.IMAGE_PROXY, "Shortwave", r"Shortwave Image"),
    Signature(Role.IMAGE_PROXY, "Seznam", r"SeznamEmailProxy"),
    Signature(Role.IMAGE_PROXY, None, r"mail[ _-]?(?:image|img|content)?[ _-]?proxy|image[ _-]?(?:proxy|fetcher)\b"),
    # Loading ahead. The last token is what marks Gmail's; without it, this is a browser of 2015.
    Signature(Role.GMAIL_PREFETCH, "Gmail", r"Edge/12\.246 Mozilla/5\.0$"),
    Signature(Role.SCRIPT, "Chrome", r"Prefetch Proxy"),
    # The mail server itself, and what keeps mailboxes in step with it.
    Signature(Role.SCRIPT, "Microsoft Exchange", r"^Microsoft Exchange/"),
    Signature(Role.SCRIPT, "Microsoft 365", r"Office 365 Connectors"),
    Signature(Role.APP, None, _FAMILIES["in step"]),
    # Security checks that say so.
    Signature(Role.SCANNER, "Barracuda", r"Barracuda"),
    Signature(Role.SCANNER, "SCMGuard", r"SCMGUARD"),
    Signature(Role.SCANNER, "VirusTotal", r"virustotal"),
    Signature(Role.SCANNER, "Google", r"Google-Safety|GoogleSafeBrowsing|Google Web Risk"),
    Signature(Role.SCANNER, "Cloudflare", r"CloudflareRadarURLScanner"),
    Signature(Role.SCANNER, None, _FAMILIES["checks"]),
    # Previews.
    Signature(Role.PREVIEW, "Slack", r"Slackbot|Slack-ImgProxy"),
    Signature(Role.PREVIEW, "Skype", r"SkypeUriPreview"),
    Signature(Role.PREVIEW, "Bing", r"BingPreview|MicrosoftPreview"),
    Signature(Role.PREVIEW, "Facebook", r"facebookexternal|facebookcatalog|facebot|meta-external"),
    Signature(Role.PREVIEW, "WhatsApp", r"^WhatsApp"),
    Signature(Role.PREVIEW, "Telegram", r"TelegramBot"),
    Signature(Role.PREVIEW, "Discord", r"Discordbot"),
    Signature(Role.PREVIEW, "LinkedIn", r"LinkedInBot"),
    Signature(Role.PREVIEW, "Twitter", r"Twitterbot"),
    Signature(Role.PREVIEW, "Pinterest", r"Pinterest/0|Pinterestbot"),
    Signature(Role.PREVIEW, "Viber", r"^Viber"),
    Signature(Role.PREVIEW, None, _FAMILIES["previews"]),
    # Mail programs.
    Signature(
        Role.OFFICE, "Outlook", r"Microsoft Office/\d|ms-office|MSOffice \d|Microsoft Outlook|Office \w+ Discovery"
    ),
    Signature(Role.MAIL_CLIENT, "Outlook", r"Outlook"),
    Signature(Role.MAIL_CLIENT, "Windows Mail", r"Windows-?(?:Live-?)?Mail|Windows (?:Live )?Mail"),
    Signature(Role.MAIL_CLIENT, "Thunderbird", r"Thunderbird|Betterbird|Icedove"),
    Signature(Role.MAIL_CLIENT, "Superhuman", r"Superhuman"),
    Signature(Role.MAIL_CLIENT, "The Bat!", r"The Bat!"),
    Signature(Role.MAIL_CLIENT, "eM Client", r"eM ?Client"),
    Signature(Role.MAIL_CLIENT, "Apple Mail", r"(?:^|[ ;])(?:Apple ?|Mobile)?Mail/\d"),
    Signature(Role.MAIL_CLIENT, None, _FAMILIES["mail programs"]),
    Signature(Role.MAIL_CLIENT, None, _FAMILIES["named mail"]),
    # Machines by family and by general words.
    Signature(Role.SCRIPT, None, _FAMILIES["remote-controlled browsers"]),
    Signature(Role.SCRIPT, None, _FAMILIES["crawlers"]),
    Signature(Role.SCANNER, None, _FAMILIES["general words"]),
    Signature(Role.PREVIEW, None, r"preview"),
    Signature(Role.SCRIPT, None, _FAMILIES["checkers"]),
    Signature(Role.SCRIPT, None, _FAMILIES["contact"]),
    Signature(Role.SCRIPT, None, _FAMILIES["libraries"]),
    Signature(Role.EDGE, "Amazon CloudFront", r"^Amazon CloudFront$"),
    Signature(Role.APP, None, _FAMILIES["phone machinery"]),
)
