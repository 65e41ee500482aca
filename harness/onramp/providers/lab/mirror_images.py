"""Stand-ins for the container images a first stack asks for, in a registry of the lab's own.

Made of Debian packages, pushed under the names of the originals, and pulled through the engine's
`registry-mirrors`, so a Dockerfile needs no change. They are stand-ins: Debian's Python and Redis
in place of Alpine's, with the same commands, working directories and volumes; busybox's commands
are there as on Alpine. Their label says what they are.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from msgspec import Struct

from onramp.providers.lab import apt_sources, artifacts, image_registry, subprocesses

# Debian has no 3.12; trixie's 3.13 is the stand-in. Everything else must agree with it.
PYTHON_SUITE = "trixie"
PYTHON_VERSION = "3.13"

_PATH = "/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin"

# Alpine's commands are busybox's; health checks with `wget` and `adduser -D` rely on them.
_BUSYBOX = """
for applet in $(chroot "$1" busybox --list); do
    chroot "$1" sh -c "command -v $applet" > /dev/null || ln -s /bin/busybox "$1/usr/bin/$applet"
done
rm -rf "$1"/var/lib/apt/lists/* "$1"/var/cache/apt/* "$1"/usr/share/doc/* "$1"/usr/share/man/*
"""

# The image is the application's alone: pip may install as root, as in the original.
_PYTHON = """
rm -f "$1"/usr/lib/python3*/EXTERNALLY-MANAGED
ln -s /usr/bin/python3 "$1/usr/local/bin/python3"
ln -s python3 "$1/usr/local/bin/python"
ln -s /usr/bin/pip3 "$1/usr/local/bin/pip"
"""

# As in the original: started as root, the server runs as redis; protected mode is off, since the
# port is reachable only where it is published.
_REDIS = r"""
mkdir -p "$1/data"
chroot "$1" chown redis:redis /data
cat > "$1/usr/local/bin/docker-entrypoint.sh" <<'END'
#!/bin/sh
set -e
case "${1#-}" in
    "$1") ;;
    *) set -- redis-server "$@" ;;
esac
if [ "$1" = redis-server ]; then
    case "$*" in
        *protected-mode*) ;;
        *) set -- "$@" --protected-mode no ;;
    esac
    if [ "$(id -u)" = 0 ]; then
        find . ! -user redis -exec chown redis {} +
        exec setpriv --reuid=redis --regid=redis --clear-groups -- "$@"
    fi
fi
exec "$@"
END
chmod 0755 "$1/usr/local/bin/docker-entrypoint.sh"
"""

_HELLO = """
mkdir -p "$1/bin"
ln -s /usr/bin/busybox "$1/bin/sh"
cat > "$1/hello" <<'END'
#!/bin/sh
echo
echo "Hello from Docker!"
echo "The engine pulled this image, made a container of it, and the container printed this line."
echo
END
chmod 0755 "$1/hello"
"""


class Stand(Struct, frozen=True):
    """One image: its name, what it is made of, and its umoci configuration flags.

    `variant` and `stage` are mmdebstrap's: how much of Debian, and when the hook runs.
    """

    name: str
    tags: tuple[str, ...]
    suite: str
    packages: tuple[str, ...]
    hook: str
    config: tuple[str, ...]
    variant: str = "essential"
    stage: str = "customize"


IMAGES = (
    Stand(
        "library/python", ("3.12-alpine", "3.12-slim", "3.12"), PYTHON_SUITE,
        ("busybox", "python3", "python3-pip", "ca-certificates"), _PYTHON + _BUSYBOX,
        ("--config.cmd=python3", "--config.env=LANG=C.UTF-8"),
    ),
    Stand(
        "library/redis", ("alpine", "latest"), "trixie",
        ("busybox", "redis-server", "util-linux"), _REDIS + _BUSYBOX,
        (
            "--config.entrypoint=docker-entrypoint.sh", "--config.cmd=redis-server",
            "--config.workingdir=/data", "--config.volume=/data",
            "--config.exposedports=6379/tcp",
        ),
    ),
    Stand(
        "library/hello-world", ("latest",), "trixie", ("busybox-static",), _HELLO,
        ("--config.cmd=/bin/sh", "--config.cmd=/hello"), variant="extract",
        stage="extract",
    ),
)  # fmt: skip


def build(home: Path, progress: Callable[[str], None]) -> Path:
    """The registry's storage directory, built if needed: about a minute, 150 MB."""

    def make(folder: Path) -> None:
        progress("building the container images (once, about a minute)")
        storage, scratch = folder / "storage", folder / "scratch"
        storage.mkdir()
        scratch.mkdir()
        with ThreadPoolExecutor() as pool:
            layouts = list(pool.map(lambda image: _layout(image, scratch), IMAGES))
        with image_registry.serving(storage, scratch) as address:
            for image, layout in zip(IMAGES, layouts, strict=True):
                for tag in image.tags:
                    _push(layout, f"{address}/{image.name}:{tag}")
        subprocesses.remove_tree(scratch)

    return artifacts.built(home, "images", [Path(__file__).read_text()], make) / "storage"


def _layout(image: Stand, scratch: Path) -> str:
    """Make the image as an OCI layout; returns umoci's name for it."""
    folder = scratch / image.name.rpartition("/")[2]
    tar, layout = folder.with_suffix(".tar"), f"{folder}:latest"
    archive = apt_sources.read_archive()
    subprocesses.run_build(
        [
            "mmdebstrap", f"--variant={image.variant}", "--mode=root", "--format=tar",
            f"--include={','.join(image.packages)}",
            *(f"--aptopt={option}" for option in apt_sources.apt_options()),
            f"--{image.stage}-hook={image.hook}",
            image.suite, tar, *archive.lines(image.suite, extra_suites=False),
        ]
    )  # fmt: skip
    subprocesses.run_build(["umoci", "init", "--layout", folder])
    subprocesses.run_build(["umoci", "new", "--image", layout])
    subprocesses.run_build(["umoci", "raw", "add-layer", "--image", layout, tar])
    subprocesses.run_build(
        [
            "umoci", "config", "--image", layout, "--config.env", f"PATH={_PATH}",
            "--config.label=org.opencontainers.image.description=stand-in built from Debian",
            *image.config,
        ]
    )  # fmt: skip
    tar.unlink()
    return layout


def _push(layout: str, target: str) -> None:
    policy = ["--insecure-policy", "copy", "--quiet", "--dest-tls-verify=false"]
    subprocesses.run_build(["skopeo", *policy, f"oci:{layout}", f"docker://{target}"])
