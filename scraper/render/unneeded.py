"""What a page can be read without: pictures, fonts, films, and those who only count its readers."""

# Hosts whose scripts show a reader nothing: counters, advertisements, session recorders.
_TRACKERS = (
    "2mdn.net",
    "adform.net",
    "adnxs.com",
    "adsrvr.org",
    "amazon-adsystem.com",
    "analytics.tiktok.com",
    "bat.bing.com",
    "bugsnag.com",
    "chartbeat.com",
    "clarity.ms",
    "cloudflareinsights.com",
    "connect.facebook.net",
    "criteo.com",
    "criteo.net",
    "doubleclick.net",
    "fullstory.com",
    "google-analytics.com",
    "googleadservices.com",
    "googlesyndication.com",
    "googletagmanager.com",
    "googletagservices.com",
    "hotjar.com",
    "hotjar.io",
    "mc.yandex.ru",
    "mixpanel.com",
    "mouseflow.com",
    "nr-data.net",
    "omtrdc.net",
    "outbrain.com",
    "px.ads.linkedin.com",
    "quantserve.com",
    "rubiconproject.com",
    "scorecardresearch.com",
    "segment.io",
    "snap.licdn.com",
    "taboola.com",
    "zdassets.com",
)
_TRACKER_ENDINGS = tuple(f".{host}" for host in _TRACKERS)
_ENDINGS = (
    *("avif", "bmp", "gif", "ico", "jpeg", "jpg", "png", "webp"),
    *("eot", "otf", "ttf", "woff", "woff2"),
    *("avi", "flac", "m4a", "m4s", "m4v", "mov", "mp3", "mp4", "mpeg", "ogg", "ogv", "ts", "wav", "webm"),
)


def tracker_patterns() -> list[str]:
    return [f"*://{place}/*" for host in _TRACKERS for place in (host, f"*.{host}")]


def is_tracker(host: str) -> bool:
    return host.lower().endswith(_TRACKER_ENDINGS) or host.lower() in _TRACKERS


def media_patterns() -> list[str]:
    """Only by their endings: a picture without one is not asked for either, for pictures are switched off."""
    return [f"*.{ending}{rest}" for ending in _ENDINGS for rest in ("", "?*")]
