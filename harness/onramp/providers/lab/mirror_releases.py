"""What Docker publishes besides packages: archives of binaries, plugins, the convenience script.

Archives are laid out as https://download.docker.com/linux/static/, plugins as the releases of
https://github.com/docker/compose and buildx. The binaries are the engine's of the lab, which need
glibc: an archive of Docker's own runs anywhere.
"""

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

from onramp.providers.lab import artifacts, engine_trees, subprocesses
from onramp.providers.lab.engine_trees import PLUGINS

SCRIPT = Path(__file__).with_name("get-docker.sh")
ARCHIVED = {  # in an archive: everything that runs, in one folder
    "docker-ce": ("usr/bin/dockerd", "usr/bin/docker-proxy", "usr/libexec/docker/docker-init"),
    "docker-ce-cli": ("usr/bin/docker",),
    "containerd.io": (
        "usr/bin/containerd",
        "usr/bin/containerd-shim-runc-v2",
        "usr/bin/ctr",
        "usr/bin/runc",
    ),
}
PLUGIN_FILES = {  # {repository: (Docker's package, its file, the name of a release's file)}
    "compose": ("docker-compose-plugin", "docker-compose", "docker-compose-linux-x86_64"),
    "buildx": ("docker-buildx-plugin", "docker-buildx", "buildx-{tag}.linux-amd64"),
}


def build(home: Path, progress: Callable[[str], None]) -> Mapping[str, Path]:
    """What is served, by where: about 10 s once, 170 MB."""
    engine = engine_trees.build(home, progress)
    recipe = [Path(__file__).read_text(), str(engine.trees)]

    def make(folder: Path) -> None:
        progress("making archives of binaries (once, a few seconds)")
        _archive(engine, folder)
        for repository in PLUGIN_FILES:
            _release(engine, repository, folder / "releases" / repository / "releases")

    folder = artifacts.built(home, "releases", recipe, make)
    return {
        "linux/static": folder / "static",
        "releases": folder / "releases",
        SCRIPT.name: SCRIPT,
    }


def _archive(engine: engine_trees.Engine, folder: Path) -> None:
    inside = folder / "scratch/docker"
    inside.mkdir(parents=True)
    for package, files in ARCHIVED.items():
        for file in files:
            shutil.copy2(engine.trees / package / file, inside)
    shelf = folder / "static/stable/x86_64"
    shelf.mkdir(parents=True)
    archive = shelf / f"docker-{engine.versions['docker-ce']}.tgz"
    subprocesses.run_build(
        ["tar", "--create", "--use-compress-program=gzip -1", "--owner=root", "--group=root",
         f"--file={archive}", f"--directory={folder / 'scratch'}", "docker"]
    )  # fmt: skip
    subprocesses.remove_tree(folder / "scratch")


def _release(engine: engine_trees.Engine, repository: str, releases: Path) -> None:
    """`latest` is a link that the file server answers with a redirect, as the real one does."""
    package, plugin, name = PLUGIN_FILES[repository]
    tag = f"v{engine.versions[package]}"
    (releases / "download" / tag).mkdir(parents=True)
    shutil.copy2(
        engine.trees / package / PLUGINS / plugin,
        releases / "download" / tag / name.format(tag=tag),
    )
    (releases / "tag").mkdir()
    (releases / "tag" / tag).write_text(f"{repository} {tag}\n")
    (releases / "latest").symlink_to(f"tag/{tag}")
