"""A page that is watched: whatever it asks for, and whatever it complains about."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Page


@dataclass
class Watched:
    """A page; the addresses it asked for, and its messages, errors and dialogs."""

    page: Page
    asked: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on(  # a dialog is never wanted; nobody would be there to close it
            "dialog", lambda dialog: (self.complaints.append(dialog.message), dialog.dismiss())[0]
        )

    def open(self, path: Path, fragment: str = "") -> Page:
        """The page at its beginning, also where it is open already."""
        self.page.goto("about:blank")
        self.asked.clear()
        self.page.goto(path.as_uri() + fragment)
        return self.page
