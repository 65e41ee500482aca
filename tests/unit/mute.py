"""A server that takes connections and says nothing."""

from __future__ import annotations

import socket
import threading


class Mute:
    """Takes connections and says nothing; counts those it has taken."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self.taken: list[socket.socket] = []
        threading.Thread(target=self._take, daemon=True).start()

    def _take(self) -> None:
        while True:
            try:
                self.taken.append(self._socket.accept()[0])
            except OSError:
                return

    def close(self) -> None:
        if self._socket.fileno() < 0:
            return
        self._socket.shutdown(socket.SHUT_RDWR)  # which ends its waiting, too
        self._socket.close()
        for one in self.taken:
            one.close()
