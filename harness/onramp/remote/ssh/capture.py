"""Output that costs a bounded amount of memory however much a host prints."""

from __future__ import annotations

from collections import deque

CAP_BYTES = 4 * 1024 * 1024
NOISE_BYTES = 64 * 1024


class Bounded:
    """Keeps the first and the last half of `cap_bytes`; counts what lay between."""

    def __init__(self, cap_bytes: int = CAP_BYTES) -> None:
        self._half = cap_bytes // 2
        self._head = bytearray()
        self._tail: deque[bytes] = deque()
        self._tail_bytes = 0
        self.dropped_bytes = 0

    def feed(self, data: bytes) -> None:
        room = self._half - len(self._head)
        if room > 0:
            self._head += data[:room]
            data = data[room:]
        if not data:
            return
        self._tail.append(data)
        self._tail_bytes += len(data)
        while self._tail_bytes > self._half:
            self._shed(self._tail_bytes - self._half)

    def _shed(self, excess: int) -> None:
        first = self._tail.popleft()
        if len(first) > excess:
            self._tail.appendleft(first[excess:])
        lost = min(excess, len(first))
        self._tail_bytes -= lost
        self.dropped_bytes += lost

    def text(self) -> str:
        """Decoded, with a line that says where something was left out."""
        gap = _gap(self.dropped_bytes)
        if not gap:
            return (bytes(self._head) + b"".join(self._tail)).decode("utf-8", "replace")
        tail = b"".join(self._tail).decode("utf-8", "replace")
        return self._head.decode("utf-8", "replace") + gap + tail


def _gap(dropped_bytes: int) -> str:
    return f"\n[... {dropped_bytes} bytes left out ...]\n" if dropped_bytes else ""


class Marked:
    """One stream of a command: what comes before the mark is noise, what comes after is output."""

    def __init__(self, mark: str, cap_bytes: int = CAP_BYTES) -> None:
        self._mark = mark.encode() + b" "
        self._early = bytearray()
        self._noise_dropped = 0
        self.output = Bounded(cap_bytes)
        self.begun = False
        self.noise = ""
        self.pid: int | None = None  # of the shell that printed the mark

    def feed(self, data: bytes) -> bytes:
        """Take in a piece; returns the part of it that is output."""
        if not self.begun:
            self._early += data
            data = self._seek()
        if data:
            self.output.feed(data)
        return data

    @property
    def dropped_bytes(self) -> int:
        """Of the noise and of the output."""
        return self._noise_dropped + self.output.dropped_bytes

    def early(self) -> bytes:
        """What was seen so far, as long as the mark has not come."""
        return self._told(self._early)

    def _told(self, noise: bytearray) -> bytes:
        """With a line that says where something was left out."""
        gap = _gap(self._noise_dropped).encode()
        return bytes(noise[:NOISE_BYTES]) + gap + bytes(noise[NOISE_BYTES:])

    def _seek(self) -> bytes:
        start = self._early.find(self._mark)
        end = self._early.find(b"\n", start) if start >= 0 else -1
        if end < 0:
            self._shorten()  # rc files that print for ever
            return b""
        digits = self._early[start + len(self._mark) : end].strip()
        self.pid = int(digits) if digits.isdigit() and len(digits) < 12 else None
        self.noise = self._told(self._early[:start]).decode("utf-8", "replace")
        self.begun = True
        rest = bytes(self._early[end + 1 :])
        self._early.clear()
        return rest

    def _shorten(self) -> None:
        before = len(self._early)
        del self._early[NOISE_BYTES : -len(self._mark) - 32]
        self._noise_dropped += before - len(self._early)
