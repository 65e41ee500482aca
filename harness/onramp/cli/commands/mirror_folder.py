"""mirror.build, mirror.serve: one folder of all that hosts without a network would download."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Final

from onramp import PROGRAM, SHIPPED
from onramp.airgap import folder_build, manifest, mirrors, targets
from onramp.airgap.folder_build import Order
from onramp.airgap.folder_server import Folder
from onramp.airgap.image_names import reference
from onramp.config import load_stack, parse_settings
from onramp.config.host_patterns import words
from onramp.config.suggest import quoted
from onramp.errors import HarnessError, UsageError
from onramp.text.humanize import size
from onramp.text.masking import Masker, secret_values

FOLDER: Final = "onramp-mirror"


def build(options: SimpleNamespace) -> int:
    """Makes the folder, and says how it is used."""
    given = parse_settings.pairs(options.set or ())
    settings = parse_settings.parse(given, where="--set")
    systems = words(options.for_ or [])
    if not systems:
        raise UsageError("mirror.build: --for is missing", resolution="--for=debian-12,debian-13")
    order = Order(
        targets=[targets.target(word, settings, folder_build.FETCHERS) for word in systems],
        stack=load_stack.load(options.stack or "hello-world", cwd=Path.cwd(), project_root=SHIPPED),
        settings=settings,
        images=[reference(name) for name in words(options.image or [])],
        python=_requirements(words(options.python or [])),
    )
    folder = Path(options.to or FOLDER).expanduser().absolute()
    try:
        content = folder_build.build(order, folder, _say)
    except HarnessError as error:  # the words of programs, which quote the addresses they asked
        mask = Masker(secret_values(given)).mask
        raise UsageError(mask(error.brief), mask(error.details), error.resolution) from None
    total = sum(file.size for file in content.files.values())
    print(f"{folder}: {len(content.files)} files, {size(total)}")
    print(f"{manifest.FILE} has SHA-256 {manifest.hash_of(folder / manifest.FILE)}")
    print(f"{PROGRAM} evaluate --set mirror={options.to or FOLDER} --hosts=…")
    return 0


def serve(options: SimpleNamespace) -> int:
    """Serves until it is interrupted."""
    root = Path(options.folder or FOLDER).expanduser().absolute()
    content = manifest.read(root, shown=f"--folder={options.folder or FOLDER}")
    address, port = options.address or "0.0.0.0", _port(options.port)
    try:
        server = Folder(root.resolve(), content).listen(address, port)
    except OSError as error:
        raise UsageError(f"port {port} of {address}: {error.strerror or error}") from None
    with server:
        _say(f"serving {root} at {address} port {port}; Ctrl-C ends it")
        server.serve_forever()
    return 0


def _requirements(names: Sequence[str]) -> list[str]:
    """Names, perhaps with versions; what pip would take for a flag is none."""
    for name in names:
        if not name[:1].isalnum():
            raise UsageError(f"--python: {quoted(name)} is no package's name")
    return list(names)


def _port(given: str | None) -> int:
    text = given or str(mirrors.PORT)
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise UsageError(f"--port: found {quoted(text)}, expected a number from 1 to 65535")
    return int(text)


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
