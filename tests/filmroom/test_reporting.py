"""What a report of an error tells, and what it must not: guarantee 6."""

from __future__ import annotations

import json
import subprocess
import sys

# Sentry patches the interpreter for good, so it gets one of its own.
SCRIPT = """
import http.client, http.server, json, sys, threading
import sentry_sdk
from filmroom.reporting import report_errors

sent, asked = [], []

class Host(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        asked.append([name.lower() for name in self.headers])
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()
    def log_message(self, *args): pass

def fetch(url, passcode):
    connection = http.client.HTTPConnection("127.0.0.1", host.server_port)
    connection.request("GET", url)
    connection.getresponse().read()
    raise ValueError(f"cannot read https://bucket.example{url}")

host = http.server.HTTPServer(("127.0.0.1", 0), Host)
threading.Thread(target=host.serve_forever, daemon=True).start()
report_errors("https://key@reports.invalid/1")
sentry_sdk.get_client().transport.capture_envelope = lambda envelope: sent.extend(
    item.payload.json for item in envelope.items
)
def signed(event, hint):
    event["request"] = {"headers": {"X-Zm-Signature": "v0=s3cret-hmac", "User-Agent": "Zoom"}}
    return event

sentry_sdk.get_isolation_scope().add_event_processor(signed)
try:
    fetch("/talk.mp4?rlkey=s3cret-key&X-Amz-Signature=s3cret-signature", "s3cret-passcode")
except ValueError as error:
    sentry_sdk.capture_exception(error)
host.shutdown()
print(json.dumps({"sent": sent, "asked": asked}))
"""


def test_a_report_tells_where_and_holds_no_secret() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True, timeout=60
    )
    told = json.loads(done.stdout)

    [event] = told["sent"]
    [error] = event["exception"]["values"]
    assert error["value"].startswith("cannot read https://bucket.example/talk.mp4")
    assert error["stacktrace"]["frames"][-1]["function"] == "fetch"
    assert [crumb["category"] for crumb in event["breadcrumbs"]["values"]] == ["httplib"]
    assert event["request"]["headers"] == {"User-Agent": "Zoom"}
    assert "s3cret-signature" not in done.stdout
    assert "s3cret-hmac" not in done.stdout
    assert "s3cret-passcode" not in done.stdout
    assert "s3cret-key" not in json.dumps(event["breadcrumbs"])
    assert {"sentry-trace", "baggage"}.isdisjoint(told["asked"][0])
