"""Programs and networks that visits come from.

``DEVELOPMENT`` serves the first worlds that constants may be fitted to; ``OTHER`` holds different strings and blocks in
the same spirit, for those that were once kept back, and ``THIRD`` others again, for those that are. Addresses are those
of real carriers, data centres and mail services; the strings follow what such programs call themselves.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pool:
    """What people and machines look like."""

    desktop: tuple[str, ...]
    """Browsers."""
    phone: tuple[str, ...]
    mail_programs: tuple[str, ...]
    """That load pictures by themselves, under their own name."""
    outlook: tuple[str, ...]
    android_mail: tuple[str, ...]
    home: tuple[str, ...]
    """Blocks of home and office lines."""
    mobile: tuple[str, ...]
    office_proxy: tuple[str, ...]
    """Where the web traffic of whole firms comes out."""
    sweepers: tuple[str, ...]
    """What gateways call themselves: browsers, mostly."""
    scripts: tuple[str, ...]
    """What machines are called that do not pretend."""
    filters: tuple[str, ...]
    """Blocks of mail filters."""
    guards: tuple[str, ...]
    """Blocks of mail security firms."""
    clouds: tuple[str, ...]
    """Blocks of data centres."""
    unlisted: tuple[str, ...]
    """Blocks that no list knows, from which machines come all the same."""
    previews: tuple[str, ...]
    apple: tuple[str, ...]
    google: tuple[str, ...]
    yahoo: tuple[str, ...]


APPLE_PRIVACY = ("Mozilla/5.0",)
GMAIL_PROXY = ("Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)",)
GMAIL_PREFETCH = (
    (
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/42.0.2311.135 "
        "Safari/537.36 Edge/12.246 Mozilla/5.0"
    ),
)
YAHOO_PROXY = ("YahooMailProxy; https://help.yahoo.com/kb/yahoo-mail-proxy-SLN28749.html",)

_WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
_MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)"
_ANDROID = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko)"
_KIT = "AppleWebKit/605.1.15 (KHTML, like Gecko)"


def _iphone(system: str, rest: str) -> str:
    return f"Mozilla/5.0 (iPhone; CPU iPhone OS {system} like Mac OS X) {_KIT} {rest}"


DEVELOPMENT = Pool(
    desktop=(
        f"{_WINDOWS} Chrome/142.0.0.0 Safari/537.36",
        f"{_WINDOWS} Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0",
        f"{_MAC} {_KIT} Version/26.0 Safari/605.1.15",
        f"{_MAC} AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:144.0) Gecko/20100101 Firefox/144.0",
    ),
    phone=(
        _iphone("18_6", "Version/18.6 Mobile/15E148 Safari/604.1"),
        _iphone("17_5", "CriOS/128.0.6613.92 Mobile/15E148 Safari/604.1"),
        f"{_ANDROID} Chrome/142.0.0.0 Mobile Safari/537.36",
        f"{_ANDROID} SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36",
    ),
    mail_programs=(
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Thunderbird/140.3.0",
        (
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/51.0.2704.103 Safari/537.36 "
            "Mailbird/2.4.30.0/"
        ),
        f"{_WINDOWS} Chrome/55.0.2883.87 Safari/537.36 eM Client/8.2.1659.0",
        "Airmail 1.0 rv:148 (Macintosh; Mac OS X 10.8.3; en_BE)",
    ),
    outlook=(
        "Microsoft Office/16.0 (Microsoft Outlook Mail 16.0.6525; Pro)",
        (
            "Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 10.0; WOW64; Trident/8.0; .NET4.0C; .NET4.0E; .NET CLR "
            "2.0.50727; .NET CLR 3.0.30729; .NET CLR 3.5.30729; Microsoft Outlook 16.0.6366; ms-office; MSOffice 16)"
        ),
        "Microsoft Office/16.0 (Microsoft Outlook 16.0.12329; Pro), Mozilla/4.0 (compatible; ms-office; MSOffice 16)",
    ),
    android_mail=(
        "Dalvik/2.1.0 (Linux; U; Android 8.1.0; SM-J327V Build/M1AJQ)",
        "okhttp/2.5.0",
    ),
    home=("73.0.0.0/8", "98.192.0.0/10", "86.128.0.0/10", "87.128.0.0/11", "90.0.0.0/10", "2a00:23c0::/26"),
    mobile=("174.192.0.0/10", "172.32.0.0/11", "109.40.0.0/13", "82.132.128.0/17"),
    office_proxy=("165.225.0.0/17",),
    sweepers=(
        f"{_WINDOWS} Chrome/134.0.0.0 Safari/537.36",
        f"{_WINDOWS} Chrome/109.0.0.0 Safari/537.36",
        f"{_WINDOWS} Chrome/142.0.0.0 Safari/537.36",
        f"{_MAC} AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36",
        "Mozilla/5.0 (Windows NT 6.1; WOW64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/72.0.3626.109 Safari/537.36",
    ),
    scripts=(
        "python-requests/2.28.0",
        "Go-http-client/2.0",
        "AHC/2.1",
        "Barracuda Sentinel (EE)",
        (
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/74.0.3729.169 "
            "Safari/537.36"
        ),
    ),
    filters=("40.107.0.0/16", "104.47.0.0/18"),
    guards=("148.163.144.0/20", "67.231.144.0/20", "207.211.30.0/24"),
    clouds=("34.208.0.0/12", "18.184.0.0/15", "20.40.0.0/14"),
    unlisted=("198.2.128.0/18", "81.2.192.0/18"),
    previews=("Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)", "WhatsApp"),
    apple=("172.225.0.0/18", "104.28.32.0/21", "146.75.160.0/20"),
    google=("66.249.84.0/23",),
    yahoo=("98.137.0.0/16",),
)

OTHER = Pool(
    desktop=(
        f"{_WINDOWS} Chrome/144.0.0.0 Safari/537.36",
        f"{_WINDOWS} Chrome/138.0.0.0 Safari/537.36 OPR/122.0.0.0",
        f"{_WINDOWS} Chrome/143.0.0.0 Safari/537.36 Edg/143.0.0.0",
        f"{_MAC} {_KIT} Version/18.5 Safari/605.1.15",
        "Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:143.0) Gecko/20100101 Firefox/143.0",
    ),
    phone=(
        _iphone("18_7", "Version/26.1 Mobile/15E148 Safari/604.1"),
        _iphone("16_7_11", "Version/16.6 Mobile/15E148 Safari/604.1"),
        _iphone("18_5", "FxiOS/143.0 Mobile/15E148 Safari/605.1.15"),
        f"{_ANDROID} Chrome/140.0.0.0 Mobile Safari/537.36 EdgA/140.0.0.0",
        "Mozilla/5.0 (Android 15; Mobile; rv:143.0) Gecko/143.0 Firefox/143.0",
    ),
    mail_programs=(
        "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Thunderbird/128.9.0",
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:140.0) Gecko/20100101 Thunderbird/140.1.1",
        (
            "Mozilla/5.0 (Windows NT 10.0; WOW64) AppleWebKit/537.36 (KHTML, like Gecko) Mailspring/1.7.4 "
            "Chrome/69.0.3497.128 Electron/4.2.2 Safari/537.36"
        ),
        "The Bat! 11.4.0.8",
        "Superhuman",
    ),
    outlook=(
        "Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.14931; Pro)",
        "Microsoft Office/15.0 (Windows NT 6.2; Microsoft Outlook 15.0.4797; Pro)",
        "Mozilla/4.0 (compatible; ms-office; MSOffice 16)",
        "Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.17928; Pro)",
    ),
    android_mail=(
        "Dalvik/2.1.0 (Linux; U; Android 14; SM-S911B Build/UP1A.231005.007)",
        "okhttp/4.12.0",
    ),
    home=("99.0.0.0/10", "70.112.0.0/12", "81.224.0.0/12", "151.16.0.0/12", "80.56.0.0/13", "2a01:cb00::/27"),
    mobile=("107.64.0.0/10", "37.80.0.0/12", "213.205.192.0/18", "90.128.0.0/12"),
    office_proxy=("163.116.128.0/17", "185.46.212.0/22"),
    sweepers=(
        f"{_WINDOWS} Chrome/125.0.0.0 Safari/537.36",
        f"{_WINDOWS} Chrome/130.0.6723.117 Safari/537.36 Edg/130.0.2849.80",
        f"{_WINDOWS} Chrome/144.0.0.0 Safari/537.36",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:115.0) Gecko/20100101 Firefox/115.0",
        _iphone("16_6", "Version/16.6 Mobile/15E148 Safari/604.1"),
        "Mozilla/5.0 (Windows NT 10.0; WOW64; Trident/7.0; rv:11.0) like Gecko",
        (
            "Mozilla/5.0 (Windows NT 6.1; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/60.0.3112.113 "
            "Safari/537.36"
        ),
    ),
    scripts=(
        "Apache-HttpClient/4.5.13 (Java/11.0.20)",
        "okhttp-scan/1.0 link checker",
        "node-fetch/1.0 (+https://github.com/bitinn/node-fetch)",
        "curl/7.88.1",
        "Mozilla/5.0 (compatible; urlscan/1.0)",
    ),
    filters=("52.100.0.0/14", "209.222.82.0/24"),
    guards=("68.232.128.0/19", "216.104.0.0/19", "185.140.204.0/23", "170.10.128.0/22"),
    clouds=("51.68.0.0/16", "95.216.0.0/16", "167.99.0.0/16", "52.160.0.0/14", "35.80.0.0/13"),
    unlisted=("62.109.0.0/18", "63.143.48.0/20", "118.0.0.0/12"),
    previews=("Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)", "TelegramBot (like TwitterBot)"),
    apple=("172.224.224.0/20", "140.248.16.0/22", "104.28.64.0/20"),
    google=("66.102.8.0/22",),
    yahoo=("67.195.0.0/16", "209.191.64.0/18"),
)

THIRD = Pool(
    desktop=(
        f"{_WINDOWS} Chrome/150.0.0.0 Safari/537.36",
        f"{_WINDOWS} Chrome/149.0.0.0 Safari/537.36 Edg/149.0.0.0",
        f"{_MAC} {_KIT} Version/26.4 Safari/605.1.15",
        f"{_MAC} AppleWebKit/537.36 (KHTML, like Gecko) Chrome/151.0.0.0 Safari/537.36",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:152.0) Gecko/20100101 Firefox/152.0",
        f"{_WINDOWS} Chrome/148.0.0.0 Safari/537.36 Vivaldi/8.0.4033.34",
        (
            "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/149.0.0.0 "
            "Safari/537.36"
        ),
    ),
    phone=(
        _iphone("18_7", "Version/26.4 Mobile/15E148 Safari/604.1"),
        _iphone("18_6_2", "GSA/412.0.884812573 Mobile/15E148 Safari/604.1"),
        _iphone("15_8_4", "Version/15.6.6 Mobile/15E148 Safari/604.1"),
        f"{_ANDROID} Chrome/150.0.0.0 Mobile Safari/537.36",
        f"{_ANDROID} SamsungBrowser/29.0 Chrome/136.0.0.0 Mobile Safari/537.36",
        (
            "Mozilla/5.0 (Linux; Android 15; Pixel 8 Build/BP1A.250505.005; wv) AppleWebKit/537.36 (KHTML, like Gecko) "
            "Version/4.0 Chrome/149.0.7827.61 Mobile Safari/537.36"
        ),
    ),
    mail_programs=(
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:151.0) Gecko/20100101 Thunderbird/151.0.1",
        "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Thunderbird/140.9.0",
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) BlueMail/0.10.31 "
            "Chrome/61.0.3163.100 Electron/2.0.18 Safari/537.36"
        ),
        (
            "Mozilla/5.0 (Windows NT 6.2; WOW64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/101.0.4951.67 "
            "Safari/537.36 Foxmail/7.2.25.213"
        ),
        "Mozilla/5.0 (Windows NT 6.2; WOW64; rv:7.0.1) Gecko/20151105 Postbox/4.0.8",
    ),
    outlook=(
        "Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.18925; Pro)",
        (
            "Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 10.0; Win64; x64; Trident/7.0; .NET4.0C; .NET4.0E; .NET CLR "
            "2.0.50727; .NET CLR 3.0.30729; .NET CLR 3.5.30729; ms-office; MSOffice 16)"
        ),
        "Outlook/16.16.18071205 CFNetwork/902.1 Darwin/17.7.0 (x86_64)",
        "Microsoft Office/16.0 (Microsoft Outlook 16.0.10417; Pro), Mozilla/4.0 (compatible; ms-office; MSOffice 16)",
    ),
    android_mail=(
        "Dalvik/2.1.0 (Linux; U; Android 15; SM-A556B Build/AP3A.240905.015.A2)",
        "Dalvik/2.1.0 (Linux; U; Android 12; M2101K6G Build/SKQ1.210908.001)",
        "okhttp/4.9.3",
    ),
    home=(
        "24.0.0.0/12",
        "75.128.0.0/11",
        "108.192.0.0/12",
        "81.96.0.0/12",
        "79.192.0.0/11",
        "82.64.0.0/14",
        "84.24.0.0/13",
        "2601::/24",
        "2a02:c7c::/32",
    ),
    mobile=("208.54.0.0/17", "166.170.0.0/15", "176.0.0.0/13", "92.40.0.0/15", "2607:fb90::/32"),
    office_proxy=("147.161.128.0/17", "104.129.192.0/20"),
    sweepers=(
        f"{_WINDOWS} Chrome/119.0.0.0 Safari/537.36",
        f"{_WINDOWS} Chrome/64.0.3282.140 Safari/537.36 Edge/17.17134",
        f"{_WINDOWS} Chrome/150.0.0.0 Safari/537.36",
        f"{_MAC} AppleWebKit/537.36 (KHTML, like Gecko) Chrome/103.0.0.0 Safari/537.36",
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36",
        _iphone("13_2_3", "Version/13.0.3 Mobile/15E148 Safari/604.1"),
    ),
    scripts=(
        "Python/3.9 aiohttp/3.8.1",
        "Go-http-client/1.1",
        "Java/1.8.0_265",
        "Wget/1.14 (linux-gnu)",
        "axios/0.18.0",
    ),
    filters=("40.92.0.0/15", "104.47.64.0/18", "35.157.190.224/27"),
    guards=(
        "205.220.160.0/20",
        "185.132.180.0/22",
        "205.139.110.0/23",
        "216.71.128.0/19",
        "150.70.176.0/20",
        "64.235.152.0/21",
    ),
    clouds=("3.80.0.0/12", "35.184.0.0/13", "13.64.0.0/11", "138.197.0.0/16", "116.202.0.0/15", "54.36.0.0/14"),
    unlisted=("64.125.0.0/16", "217.110.0.0/15", "12.160.0.0/12"),
    previews=("facebookexternalhit/1.1", "Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5"),
    apple=("172.225.64.0/18", "104.28.96.0/19", "140.248.0.0/21", "2606:54c0:100::/40", "2a09:bac2:100::/40"),
    google=("66.249.88.0/23", "74.125.212.0/22"),
    yahoo=("69.147.64.0/18", "74.6.0.0/16"),
)
