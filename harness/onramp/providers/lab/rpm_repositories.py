"""Signed RPM repositories: packages are built, signed, indexed, and the index is signed too."""

import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from onramp.providers import Progress
from onramp.providers.lab import (
    artifacts,
    engine_trees,
    rpm_docker,
    rpm_packages,
    subprocesses,
    tools,
)
from onramp.providers.lab.engine_trees import Engine
from onramp.providers.lab.rpm_packages import Package
from onramp.providers.lab.tools import Tools

_HERE = Path(__file__)

# Format 4, since dnf 4's rpm is older than 6; payloads are barely compressed: they are read once.
_BUILD = """
find /mnt/work/specs -name '*.spec' -print0 | xargs -0 -P "$(nproc)" -n 1 rpmbuild -bb --quiet \\
    --define '_topdir /mnt/work/build' --define '_rpmdir /mnt/work/rpms' \\
    --define '_build_name_fmt %{NAME}-%{VERSION}-%{RELEASE}.%{ARCH}.rpm' \\
    --define '_rpmformat 4' --define '_binary_payload w3.zstdio' \\
    --define '_build_id_links none' --define 'debug_package %{nil}' \\
    --define '__os_install_post %{nil}' >&2
"""
_SIGN = """
rpmsign --addsign --define '_gpg_name lab@onramp.invalid' /mnt/work/rpms/*.rpm >&2
"""
_INDEX = """
for folder in $(find /mnt/repositories -name '*.rpm' -printf '%h\\n' | sort -u); do
    createrepo_c --quiet "$folder"
    gpg --batch --armor --detach-sign "$folder/repodata/repomd.xml"
    cp /mnt/key/gpg "$folder/repodata/repomd.xml.key"
done
"""


def built(
    home: Path, family: Path, make: Callable[[Tools, Engine, Path], None], progress: Progress
) -> Path:
    """A family's repositories, made in a directory of their own if needed: about half a minute.

    `family`: the module that says what is in them.
    """
    toolbox, engine = tools.build(home, progress), engine_trees.build(home, progress)
    modules = (family, _HERE, Path(rpm_docker.__file__), Path(rpm_packages.__file__))
    stamps = (toolbox.public_key.read_text(), engine.trees.parent.name)

    def made(folder: Path) -> None:
        progress("building the repositories of RPM packages (once, about half a minute)")
        make(toolbox, engine, folder)

    recipe = [*(module.read_text() for module in modules), *stamps]
    return artifacts.built(home, f"rpms-{family.stem}", recipe, made)


def pack(
    toolbox: Tools, packages: Sequence[Package], sources: Path, folder: Path
) -> dict[str, Path]:
    """Signed packages, made in an empty directory: {name: file}.

    `sources`: where the paths in a package's `files` start.
    """
    for name in ("specs", "texts", "rpms"):
        (folder / name).mkdir(parents=True)
    for package in packages:
        text = rpm_packages.spec(package, "/mnt/sources", "/mnt/work/texts")
        (folder / f"specs/{package.name}.spec").write_text(text)
        for path, content in package.texts.items():
            target = folder / "texts" / package.name / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(content)
    toolbox.run(_BUILD + _SIGN, {"work": folder, "sources": sources})
    subprocesses.remove_tree(folder / "build")
    start = {package.name: f"{package.name}-{package.version}-" for package in packages}
    return {name: next((folder / "rpms").glob(f"{head}*")) for name, head in start.items()}


def lay_out(
    toolbox: Tools, packed: Mapping[str, Path], contents: Mapping[str, Sequence[str]], folder: Path
) -> None:
    """Repositories below a directory: {path: names of packages in it}, each indexed and signed."""
    for path, names in contents.items():
        (folder / path).mkdir(parents=True)
        for name in names:
            (folder / path / packed[name].name).hardlink_to(packed[name])
    toolbox.run(_INDEX, {"repositories": folder})
    shutil.copy(toolbox.public_key, folder / "gpg")
