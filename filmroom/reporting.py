"""Error reports to Sentry: what a log must not hold, a report must not hold either."""

from __future__ import annotations

from typing import Any

import sentry_sdk

from filmroom.logs import scrub


def report_errors(dsn: str) -> None:
    """Send what goes wrong to ``dsn``: where it happened, without bodies, variables or secrets."""
    sentry_sdk.init(
        dsn=dsn,
        send_default_pii=False,
        max_request_body_size="never",
        include_local_variables=False,
        # Else every request to a bucket or to the host of a link carries our trace.
        trace_propagation_targets=[],
        before_breadcrumb=_without_query,
        before_send=_scrubbed,
    )


def _without_query(crumb: Any, _hint: Any) -> Any:
    """Signatures of the bucket and keys of share links stand in the query of what was asked."""
    crumb.get("data", {}).pop("http.query", None)
    return crumb


def _scrubbed(event: Any, _hint: Any) -> Any:
    if isinstance(event, str):
        return scrub(event)
    if isinstance(event, dict):
        return {
            name: _scrubbed(value, _hint)
            for name, value in event.items()
            # Headers by which platforms sign what they send: x-zm-signature and its like.
            if "signature" not in str(name).lower()
        }
    if isinstance(event, list):
        return [_scrubbed(value, _hint) for value in event]
    return event
