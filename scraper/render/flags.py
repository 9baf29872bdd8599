"""The switches of Chromium that leave no way around the proxy and nothing to say behind a page's back.

They come on top of Playwright's own, which already keep the browser from updating itself and phoning home.
None of them is `--disable-features`: of two lists Chromium takes the last, and Playwright has its own.
"""

from typing import Final

LOOPBACK_TOO: Final = "<-loopback>"  # otherwise a browser goes to this machine and its link by itself

GREETING: Final = "http://tandem.invalid/"  # answered by the proxy: no name server will ever know it

FLAGS: Final = (
    f"--proxy-bypass-list={LOOPBACK_TOO}",
    # WebRTC sends its own packets, past any proxy: without these 75 of them came in the first seconds.
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",  # the headless shell
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",  # whole browsers
    # Whatever does not go by the proxy has no address to go to; the proxy is on 127.0.0.1.
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
    # Whole browsers ask about the forms of a page; the proxy answers, with nothing.
    f"--autofill-server-url={GREETING}",
    "--dns-prefetch-disable",
    "--disable-quic",
    "--no-pings",
    "--disable-background-networking",
    "--disable-client-side-phishing-detection",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-external-intent-requests",
    "--disable-notifications",
    "--disable-speech-api",
    "--disable-sync",
    "--deny-permission-prompts",
    "--no-default-browser-check",
    "--no-first-run",
    "--no-service-autorun",
    "--safebrowsing-disable-auto-update",
)
