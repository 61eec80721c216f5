"""A real headless Chromium, driven through its own driver; nothing is downloaded and nothing outside is asked."""

import base64
import json
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from selenium.webdriver import ActionChains, Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.keys import Keys

__all__ = ["CHROMIUM", "DESK", "DRIVER", "PHONE", "Browser", "Keys", "chromium", "missing"]

CHROMIUM, DRIVER = "/usr/bin/chromium", "/usr/bin/chromedriver"
DESK, PHONE = (1280, 900), (390, 844)
_PATIENCE = 20.0  # seconds
_DRAWN = """
const runs = document.documentElement.classList.contains('scripted') && document.querySelector('.plot') !== null;
return !runs || performance.getEntriesByName('charts-drawn').length > 0;
"""
_OPENED = """
document.querySelectorAll('details.more, details.whole').forEach(each => { each.open = true; });
"""
_FLAGS = (
    "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --disable-dev-shm-usage --hide-scrollbars "
    "--disable-extensions --disable-default-apps "
    "--disable-features=Translate,OptimizationHints,MediaRouter,DialMediaRouteProvider"
)


def missing() -> str:
    """Why no browser can be had; empty if one can."""
    absent = [path for path in (CHROMIUM, DRIVER) if shutil.which(path) is None]
    return f"no browser here: {', '.join(absent)} not found (Debian: chromium, chromium-driver)" if absent else ""


class Browser:
    """One window."""

    def __init__(self, chrome: Chrome) -> None:
        self._chrome = chrome
        self._looked_at: tuple[object, ...] | None = None

    def look(self, page: Path, **how: Any) -> None:
        """Open a page for those who change nothing of it: it stays as it is where it was looked at just before."""
        asked = (page, *sorted(how.items()))
        if self._looked_at != asked:
            self.open(page, **how)
            self._looked_at = asked

    def open(
        self,
        page: Path,
        *,
        size: tuple[int, int] = DESK,
        scheme: str = "light",
        medium: str = "screen",
        as_it_comes: bool = False,
    ) -> None:
        """Show a file in a window of this size (CSS pixels), to a reader who prefers this color scheme.

        What the page shows on request is opened, unless it is to be seen as it comes.
        """
        width, height = size
        self._looked_at = None
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": size == PHONE}
        self._chrome.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        self.prefer(scheme, medium)
        self.complaints(), self.requests()  # what an earlier page left
        self._chrome.get(page.as_uri())
        self.until(_DRAWN)
        if not as_it_comes:
            self.run(_OPENED)
            time.sleep(0.15)  # figures that were not to be seen are drawn now

    def prefer(self, scheme: str, medium: str = "screen") -> None:
        """Let the reader of the page that is open prefer another color scheme, or read on paper."""
        self._looked_at = None
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self._chrome.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": medium, "features": features})

    def open_address(self, address: str) -> None:
        """Go to an address in the window as it is."""
        self._looked_at = None
        self._chrome.get(address)

    def save_to(self, folder: Path) -> None:
        """Let the page save files here."""
        behavior = {"behavior": "allow", "downloadPath": str(folder)}
        self._chrome.execute_cdp_cmd("Browser.setDownloadBehavior", behavior)

    @contextmanager
    def without_scripts(self) -> Iterator[None]:
        """Pages that are opened here run no script of theirs."""
        self._chrome.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
        try:
            yield
        finally:
            self._chrome.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})

    def run(self, script: str) -> Any:
        """The value of a script in the page (the page's own policy does not bind the one who tests it)."""
        return self._chrome.execute_script(script)

    def until(self, script: str) -> None:
        """Wait for what the page does after a moment; fail if it does not."""
        end = time.monotonic() + _PATIENCE
        while not self.run(script):
            assert time.monotonic() < end, script
            time.sleep(0.02)

    def press(self, *keys: str) -> None:
        """Keys of the keyboard, one after the other, to what has the focus (see ``Keys`` of selenium)."""
        ActionChains(self._chrome).send_keys(*keys).perform()

    def point(self, x: float, y: float, *, click: bool = False) -> None:
        """Move the pointer to a place of the window, in CSS pixels."""
        place = {"x": x, "y": y, "pointerType": "mouse"}
        self._chrome.execute_cdp_cmd("Input.dispatchMouseEvent", {"type": "mouseMoved", **place})
        for deed in ("mousePressed", "mouseReleased") if click else ():
            pressed = {"type": deed, **place, "button": "left", "clickCount": 1}
            self._chrome.execute_cdp_cmd("Input.dispatchMouseEvent", pressed)

    def touch(self, x: float, y: float) -> None:
        """Tap a place of the window with a finger."""
        self._chrome.execute_cdp_cmd("Emulation.setTouchEmulationEnabled", {"enabled": True})
        for deed, places in (("touchStart", [{"x": x, "y": y}]), ("touchEnd", [])):
            self._chrome.execute_cdp_cmd("Input.dispatchTouchEvent", {"type": deed, "touchPoints": places})
        self._chrome.execute_cdp_cmd("Emulation.setTouchEmulationEnabled", {"enabled": False})

    def resize(self, size: tuple[int, int]) -> None:
        """Another width and height for the page that is open."""
        self._looked_at = None
        metrics = {"width": size[0], "height": size[1], "deviceScaleFactor": 1, "mobile": False}
        self._chrome.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)

    def printed(self) -> bytes:
        """The page as a PDF, on A4."""
        paper = {"paperWidth": 8.27, "paperHeight": 11.69, "printBackground": True}
        self._chrome.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "", "features": []})
        return base64.b64decode(self._chrome.execute_cdp_cmd("Page.printToPDF", paper)["data"])

    def complaints(self) -> list[str]:
        """What the console says since it was last asked: errors, and violations of the page's policy."""
        return [entry["message"] for entry in self._chrome.get_log("browser") if entry["level"] != "INFO"]

    def requests(self) -> list[str]:
        """Addresses that were asked for since this was last asked, without the browser's own first page."""
        events = [json.loads(entry["message"])["message"] for entry in self._chrome.get_log("performance")]
        urls = [e["params"]["request"]["url"] for e in events if e["method"] == "Network.requestWillBeSent"]
        return [url for url in urls if not url.startswith(("chrome:", "chrome-untrusted:"))]

    def photograph(self, path: Path) -> None:
        """The whole page as a PNG."""
        height = self.run("return Math.ceil(document.documentElement.getBoundingClientRect().height)")
        width = self.run("return innerWidth")
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self._chrome.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        path.write_bytes(self._chrome.get_screenshot_as_png())


@contextmanager
def chromium(profile: Path) -> Iterator[Browser]:
    """A browser with a new, empty profile, closed at the end."""
    options = ChromeOptions()
    options.binary_location = CHROMIUM
    for flag in _FLAGS.split():
        options.add_argument(flag)
    options.add_argument(f"--user-data-dir={profile}")
    many_files = {"profile.default_content_setting_values.automatic_downloads": 1}  # ten and more without asking
    options.add_experimental_option("prefs", many_files)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    chrome = Chrome(options=options, service=Service(executable_path=DRIVER))
    try:
        yield Browser(chrome)
    finally:
        chrome.quit()
