"""The words of the player's controls in the language of the page."""

from __future__ import annotations

from django.utils.translation import gettext as _


def player_words() -> dict[str, str]:
    """Return what Media Chrome's labels are called, by its own English keys."""
    return {
        "video player": _("video player"),
        "audio player": _("audio player"),
        "Play": _("Play"),
        "play": _("play"),
        "Pause": _("Pause"),
        "pause": _("pause"),
        "Seek backward": _("Seek backward"),
        "seek back {seekOffset} seconds": _("seek back {seekOffset} seconds"),
        "Seek forward": _("Seek forward"),
        "seek forward {seekOffset} seconds": _("seek forward {seekOffset} seconds"),
        "Mute": _("Mute"),
        "mute": _("mute"),
        "Unmute": _("Unmute"),
        "unmute": _("unmute"),
        "volume": _("volume"),
        "seek": _("seek"),
        "playback time": _("playback time"),
        "media loading": _("media loading"),
        "Enter picture in picture mode": _("Enter picture in picture mode"),
        "Exit picture in picture mode": _("Exit picture in picture mode"),
        "enter picture in picture mode": _("enter picture in picture mode"),
        "exit picture in picture mode": _("exit picture in picture mode"),
        "Enter fullscreen mode": _("Enter fullscreen mode"),
        "Exit fullscreen mode": _("Exit fullscreen mode"),
        "enter fullscreen mode": _("enter fullscreen mode"),
        "exit fullscreen mode": _("exit fullscreen mode"),
        "hour": _("hour"),
        "hours": _("hours"),
        "minute": _("minute"),
        "minutes": _("minutes"),
        "second": _("second"),
        "seconds": _("seconds"),
        "{time} remaining": _("{time} remaining"),
        "{currentTime} of {totalTime}": _("{currentTime} of {totalTime}"),
        "video not loaded, unknown time.": _("Nothing is loaded yet."),
    }
