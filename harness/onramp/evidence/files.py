"""Files that are there whole or not at all, and files that are only added to."""

from __future__ import annotations

import os
import threading
import weakref
from collections.abc import Callable
from pathlib import Path


def write_atomically(path: Path, text: str, *, executable: bool = False) -> None:
    """The whole text or nothing: a reader never sees half a report. Raises OSError."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}")
    try:
        write(draft, text.encode("utf-8", "replace"))
        if executable:
            draft.chmod(0o755)
        os.replace(draft, path)
    except OSError:
        draft.unlink(missing_ok=True)
        raise


class GrowingFile:
    """A file that is only added to. Open from the first addition until `close`; again if need be.

    For one thread at a time. Python's own file objects hold back what they are given, and ask the
    system more questions; each lets another thread in.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._close: Callable[[], object] = lambda: None
        self._file: int | None = None
        self._begun = False

    def add(self, data: bytes) -> int:
        """How many bytes of it were written: fewer than there are where the disk filled up.

        The file's folder is made with it. Raises OSError; the file is then opened anew next time.
        """
        try:
            if not self._begun:
                self.path.parent.mkdir(parents=True, exist_ok=True)
                self._begun = True
            if self._file is None:
                self._file = _opened(self.path, os.O_APPEND)
                self._close = weakref.finalize(self, os.close, self._file)
            return os.write(self._file, data)
        except OSError:
            self.close()
            raise

    def close(self) -> None:
        """Raises OSError, as some file systems tell only now that there is no room."""
        self._file = None
        self._close()


def write(path: Path, data: bytes) -> None:
    """A whole file, which may be read before it is; its folder is made with it. Raises OSError."""
    file = _opened(path, os.O_TRUNC)
    try:
        while data:
            data = data[os.write(file, data) :]
    finally:
        os.close(file)


def _opened(path: Path, how: int) -> int:
    how |= os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC
    try:
        return os.open(path, how, 0o666)
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        return os.open(path, how, 0o666)
