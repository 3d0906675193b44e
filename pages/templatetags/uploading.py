"""What pages say of uploads that their visitor left unfinished."""

from __future__ import annotations

from typing import Any, cast

from django import template

from accounts.models import User
from recordings import resuming

register = template.Library()


@register.simple_tag(takes_context=True)
def has_unfinished_uploads(context: dict[str, Any]) -> bool:
    """Whether the visitor has uploads in parts that are open, in one query."""
    return resuming.open_multiparts(cast("User", context["user"])).exists()
