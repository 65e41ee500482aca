"""Waiting for a server: with real sockets, and others are let go first."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from onramp.remote.ssh import dial, login_gate
from onramp.remote.ssh.connect_options import ConnectOptions


class Aside:
    """Counts who stepped aside."""

    def __init__(self) -> None:
        self.times = 0

    @contextmanager
    def __call__(self) -> Iterator[None]:
        self.times += 1
        yield


def way(aside: Aside, connect_s: float = 5) -> ConnectOptions:
    return ConnectOptions(
        connect_s=connect_s, login_s=5, password=None, ask=None, cancel=threading.Event(),
        aside=aside,
    )  # fmt: skip


@pytest.fixture
def full() -> Iterator[int]:
    """A port whose queue is full, so that the kernel answers nobody there any more."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as server:
        port = int(server.getsockname()[1])
        held = [socket.socket() for _ in range(3)]
        for one in held:
            one.setblocking(False)
            one.connect_ex(("127.0.0.1", port))
        yield port
        for one in held:
            one.close()


def test_nobody_answers(full: int) -> None:
    aside = Aside()
    began = time.monotonic()
    with pytest.raises(TimeoutError):
        dial.tcp("127.0.0.1", full, way(aside, connect_s=0.9))
    assert 0.8 < time.monotonic() - began < 3
    assert aside.times == 1


def test_ctrl_c_while_nobody_answers(full: int) -> None:
    options = way(Aside(), connect_s=30)
    threading.Timer(0.2, options.cancel.set).start()
    began = time.monotonic()
    with pytest.raises(InterruptedError):
        dial.tcp("127.0.0.1", full, options)
    assert time.monotonic() - began < 2


def test_one_that_answers_at_once_keeps_its_slot(monkeypatch: pytest.MonkeyPatch) -> None:
    aside = Aside()
    monkeypatch.setattr(dial, "GREETING_S", 0.1)
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        dial.tcp("127.0.0.1", server.getsockname()[1], way(aside)) as sock,
        server.accept()[0] as other,
    ):
        assert not dial.greets(sock)
        other.sendall(b"SSH-2.0-x\r\n")
        assert dial.greets(sock)
    assert aside.times == 0


def test_refused_is_said_at_once() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(ConnectionRefusedError):
        dial.tcp("127.0.0.1", port, way(Aside()))


def test_logins_to_one_server_take_turns_and_those_to_others_do_not() -> None:
    lock, here, most = threading.Lock(), [0], [0]
    go = threading.Event()

    def login(address: str) -> None:
        with login_gate.passed(address, 22, way(Aside())):
            with lock:
                here[0] += 1
                most[0] = max(most[0], here[0])
            go.wait(5)
            with lock:
                here[0] -= 1

    def crowd(addresses: list[str]) -> int:
        go.clear()
        most[0] = 0
        threads = [threading.Thread(target=login, args=(address,)) for address in addresses]
        for thread in threads:
            thread.start()
        time.sleep(0.2)
        go.set()
        for thread in threads:
            thread.join(10)
        assert here == [0]
        return most[0]

    assert crowd(["192.0.2.1"] * 20) == login_gate.AT_ONCE
    assert crowd([f"192.0.2.{number}" for number in range(20)]) == 20
    assert not login_gate._gates  # what is not used any more is forgotten


def test_whoever_waits_long_for_a_turn_steps_aside_and_can_be_told_to_stop(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(login_gate, "PATIENCE_S", 0.05)
    monkeypatch.setattr(login_gate, "AT_ONCE", 1)
    aside = Aside()
    options = way(aside)
    with login_gate.passed("192.0.2.9", 22, way(Aside())):
        threading.Timer(0.2, options.cancel.set).start()
        with pytest.raises(InterruptedError), login_gate.passed("192.0.2.9", 22, options):
            raise AssertionError("there was no turn")
    assert aside.times == 1
    assert not login_gate._gates


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_of_several_addresses_the_one_that_tells_most_is_told(
    monkeypatch: pytest.MonkeyPatch, order: tuple[int, int]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    refused = (socket.AF_INET, socket.SOCK_STREAM, 0, "", ("127.0.0.1", port))
    nowhere = (socket.AF_INET6, socket.SOCK_STREAM, 0, "", ("100::1", port, 0, 0))  # discarded
    found = [(refused, nowhere)[one] for one in order]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    with pytest.raises(ConnectionRefusedError):
        dial.tcp("web", port, way(Aside(), connect_s=0.5))


def test_a_family_that_the_kernel_lacks_ends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        unknown = (99, socket.SOCK_STREAM, 0, "", ("::1", port, 0, 0))
        known = (socket.AF_INET, socket.SOCK_STREAM, 0, "", ("127.0.0.1", port))
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [unknown, known])
        dial.tcp("web", port, way(Aside())).close()
