# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A page in headless Chromium, driven like a person would, for pictures of screens."""

import base64
import io
import json
import re
import shutil
import subprocess
import tempfile
import time
import urllib.request

import websocket  # of the tests' requirements
from PIL import Image  # of Odoo's requirements

from . import browser, paths
from .say import Stop

WITHIN = 60
LOOK_EVERY = 0.1
PHONE = 500
COLORS = 256
FIND = """(() => {
    const shown = [...document.querySelectorAll(%s)].filter(e => e.checkVisibility());
    return shown.find(e => (e.innerText || e.value || "").includes(%s)) || null;
})()"""
RPC = """fetch("/web/dataset/call_kw", {
    method: "POST",
    headers: {"Content-Type": "application/json"},
    body: %s,
}).then((answer) => answer.text())"""
TYPE = """(element => {
    element.focus();
    element.value = %s;
    for (const name of ["input", "change"])
        element.dispatchEvent(new Event(name, {bubbles: true}));
    element.blur();
})(%s)"""


class Page:
    """One page; a context manager."""

    def __init__(self, width=1360, height=850):
        self.size = {"width": width, "height": height}

    def __enter__(self):
        self.home = tempfile.mkdtemp(prefix="synkd-page-")
        command = [browser.ensure(), "--headless=new", "--no-sandbox"]
        command += ["--remote-debugging-port=0", f"--user-data-dir={self.home}"]
        command += ["--hide-scrollbars", "--remote-allow-origins=*", "about:blank"]
        self.chromium = subprocess.Popen(
            command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
        )
        for line in self.chromium.stderr:
            if found := re.search(r"ws://(\S+?)/", line):
                break
        with urllib.request.urlopen(f"http://{found[1]}/json/list") as answer:
            (target,) = (t for t in json.load(answer) if t["type"] == "page")
        self.socket = websocket.create_connection(target["webSocketDebuggerUrl"])
        self.count = 0
        self.resize(**self.size)
        return self

    def __exit__(self, *_exc):
        self.socket.close()
        self.chromium.terminate()
        self.chromium.wait()
        self.chromium.stderr.close()
        shutil.rmtree(self.home, ignore_errors=True)

    def call(self, method, **params):
        """Make one call of Chromium's protocol; return its result."""
        self.count += 1
        call = {"id": self.count, "method": method, "params": params}
        self.socket.send(json.dumps(call))
        while True:
            told = json.loads(self.socket.recv())
            if told.get("id") == self.count:
                return told.get("result", {})

    def script(self, code):
        """Return the value of some JavaScript."""
        found = self.call("Runtime.evaluate", expression=code, returnByValue=True)
        return found.get("result", {}).get("value")

    def rpc(self, model, method, *args, **kwargs):
        """Call a method of Odoo as who is logged in on the page; return its result.

        :raises Stop: with what Odoo said.
        """
        params = {"model": model, "method": method, "args": args, "kwargs": kwargs}
        body = json.dumps({"jsonrpc": "2.0", "method": "call", "params": params})
        code = RPC % json.dumps(body)
        found = self.call(
            "Runtime.evaluate", expression=code, awaitPromise=True, returnByValue=True
        )
        answer = json.loads(found["result"]["value"])
        if "error" in answer:
            said = answer["error"]["data"]["message"]
            raise Stop(f"Odoo refused {model}.{method}: {said}")
        return answer.get("result")  # which is left out where a method returns None

    def resize(self, width, height):
        """Give the page another size; below 500 px it is a phone that is touched."""
        is_phone = width < PHONE
        view = {"width": width, "height": height, "deviceScaleFactor": 1}
        self.call("Emulation.setDeviceMetricsOverride", **view, mobile=is_phone)
        self.call("Emulation.setTouchEmulationEnabled", enabled=is_phone)

    def open(self, url):
        """Go to an address."""
        self.call("Page.navigate", url=url)
        time.sleep(5 * LOOK_EVERY)

    def wait(self, selector, text=""):
        """Wait until an element is shown; return the expression that finds it.

        :raises Stop: when it does not come.
        """
        find = FIND % (json.dumps(selector), json.dumps(text))
        self.wait_for(f"!!{find}", f"{selector} {text}")
        return find

    def wait_for(self, expression, what):
        """Wait until an expression is true.

        :param str what: the page lacks while it is not.
        :raises Stop: when it does not come.
        """
        deadline = time.monotonic() + WITHIN
        while not self.script(expression):
            if time.monotonic() > deadline:
                self.shot(paths.ROOT / ".run" / "stopped.png")
                raise Stop(f"Not on the page: {what}; see .run/stopped.png")
            time.sleep(LOOK_EVERY)

    def click(self, selector, text=""):
        """Press what is shown there."""
        self.script(f"{self.wait(selector, text)}.click()")
        time.sleep(5 * LOOK_EVERY)

    def type(self, selector, text):
        """Fill a field in."""
        self.script(TYPE % (json.dumps(text), self.wait(selector)))

    def shot(self, path):
        """Write a picture."""
        time.sleep(10 * LOOK_EVERY)
        found = self.call("Page.captureScreenshot", format="png")
        picture = Image.open(io.BytesIO(base64.b64decode(found["data"])))
        # As many colors as a screen has, in a third of the bytes.
        picture.convert("RGB").quantize(COLORS).save(path, optimize=True)
