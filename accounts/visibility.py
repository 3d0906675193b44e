"""What a person may see of rows that belong to a coach: the rule that tenancy rests on, once."""

from __future__ import annotations

from typing import Self, TypeVar

from django.db import models

from accounts.models import User

Row = TypeVar("Row", bound=models.Model)


class CoachesOwnQuerySet(models.QuerySet[Row]):
    """Rows with a ``coach``, narrowed to what a person may see."""

    def visible_to(self, user: User) -> Self:
        """Return what ``user`` may see: staff all, a coach their own, anyone else nothing."""
        if not user.is_active:
            return self.none()
        if user.is_staff:
            return self.all()
        if user.role == User.Role.COACH:
            return self.filter(coach=user)
        return self.none()
