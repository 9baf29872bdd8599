"""What a page can be read without: pictures, fonts, films, and those who only count its readers."""

from enum import StrEnum

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


class Unneeded(StrEnum):
    """What pages can be shown without."""

    IMAGE = "image"
    FONT = "font"
    MEDIA = "media"
    TRACKER = "tracker"


_TYPES = {Unneeded.IMAGE: "Image", Unneeded.FONT: "Font", Unneeded.MEDIA: "Media"}  # as Chromium calls them
_FILMS = ("avi", "flac", "m4a", "m4s", "m4v", "mov", "mp3", "mp4", "mpeg", "ogg", "ogv", "ts", "wav", "webm")
_ENDINGS = {
    Unneeded.IMAGE: ("avif", "bmp", "gif", "ico", "jpeg", "jpg", "png", "webp"),
    Unneeded.FONT: ("eot", "otf", "ttf", "woff", "woff2"),
    Unneeded.MEDIA: _FILMS,
}
ALL = frozenset(Unneeded)
SEEN = frozenset(_TYPES)  # what a picture of the page would show


def blocked_patterns(unneeded: frozenset[Unneeded]) -> list[str]:
    """Addresses that are not asked for; what has no telling ending is left out by its type."""
    files = [
        f"*.{ending}{rest}"
        for kind in _in_order(unneeded)
        for ending in _ENDINGS[kind]
        for rest in ("", "?*")
    ]
    return files + (_tracker_patterns() if Unneeded.TRACKER in unneeded else [])


def types(unneeded: frozenset[Unneeded]) -> tuple[str, ...]:
    """Chromium's types of requests that are left out."""
    return tuple(_TYPES[kind] for kind in _in_order(unneeded))


def _in_order(unneeded: frozenset[Unneeded]) -> list[Unneeded]:
    return [kind for kind in _TYPES if kind in unneeded]


def _tracker_patterns() -> list[str]:
    return [f"*://{place}/*" for host in _TRACKERS for place in (host, f"*.{host}")]


def is_tracker(host: str) -> bool:
    return host.lower().endswith(_TRACKER_ENDINGS) or host.lower() in _TRACKERS
