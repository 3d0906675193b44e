"""CSV files as spreadsheets read them."""

from __future__ import annotations

from django.http import HttpResponse


def csv_file(name: str) -> HttpResponse:
    """Return an empty CSV file to be saved under the ASCII ``name``, for csv.writer to fill."""
    return HttpResponse(
        "\ufeff",  # without it Excel takes UTF-8 for windows-1252
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def as_text_cell(text: str) -> str:
    """Return ``text`` so that no spreadsheet takes it for a formula.

    https://owasp.org/www-community/attacks/CSV_Injection
    """
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
