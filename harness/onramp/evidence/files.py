"""Files that are there whole or not at all, and files that are only added to."""

from __future__ import annotations

import os
import threading
from pathlib import Path


def write_atomically(path: Path, text: str, *, executable: bool = False) -> None:
    """The whole text or nothing: a reader never sees half a report. Raises OSError."""
    if not path.parent.is_dir():
        path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}")
    try:
        draft.write_bytes(text.encode("utf-8", "replace"))
        if executable:
            draft.chmod(0o755)
        os.replace(draft, path)
    except OSError:
        draft.unlink(missing_ok=True)
        raise


def opened_to_add(path: Path) -> int:
    """The descriptor of a file that is added to; its folder is made with it. Raises OSError.

    Python's own file objects ask the system three more questions, for each event of a host.
    """
    how = os.O_WRONLY | os.O_APPEND | os.O_CREAT
    try:
        return os.open(path, how, 0o666)
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        return os.open(path, how, 0o666)
