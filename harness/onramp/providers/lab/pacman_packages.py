"""Packages for pacman, and the signed repositories they lie in, made by pacman's own programs.

A package is a directory with .PKGINFO in it, packed with a list of its files' checksums (.MTREE); a
repository is a database of packages with a signature beside each of them.
https://man.archlinux.org/man/PKGBUILD.5
"""

import os
import platform
from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec import Struct, field

from onramp.providers.lab.tools import KEY_NAME, Tools

MACHINE = platform.machine()

# Run among the tools: /mnt/stage has <repository>/<package's file name>/, /mnt/out takes the rest.
_MAKE = f"""
export LC_ALL=C
cd /mnt/stage
for repository in *; do
    out=/mnt/out/$repository/os/{MACHINE}
    mkdir -p "$out"
    for package in "$repository"/*; do
        (
            cd "$package"
            members() {{ find . -mindepth 1 -maxdepth 1 -printf '%P\\n' | sort > /tmp/members; }}
            members
            bsdtar --format=mtree --uid 0 --gid 0 \\
                --options='!all,use-set,type,uid,gid,mode,time,size,sha256,link' \\
                -czf .MTREE -T /tmp/members
            members
            bsdtar --uid 0 --gid 0 --zstd --options zstd:compression-level=1 \\
                -cf "$out/${{package##*/}}.pkg.tar.zst" -T /tmp/members
        )
    done
    cd "$out"
    for file in *.zst; do gpg --batch --detach-sign --no-armor "$file"; done
    repo-add --quiet "$repository.db.tar.gz" *.zst > /dev/null
    cd /mnt/stage
done
"""


class Package(Struct, frozen=True):
    """One package. `files`: {path: where it is taken from}; `texts` and `links`: {path: text}.

    Relations are in pacman's words.
    """

    name: str
    version: str
    files: Mapping[str, Path] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    links: Mapping[str, str] = field(default_factory=dict)
    depends: Sequence[str] = ()
    optional: Sequence[str] = ()

    @property
    def file_name(self) -> str:
        """Without its suffix."""
        return f"{self.name}-{self.version}-{MACHINE}"


def make(toolbox: Tools, repositories: Mapping[str, Sequence[Package]], folder: Path) -> Path:
    """Pack and sign every repository's packages: <repository>/os/<machine>/ in what is returned."""
    stage, out = folder / "stage", folder / "out"
    out.mkdir()
    for name, packages in repositories.items():
        for package in packages:
            _stage(package, stage / name / package.file_name)
    toolbox.run(_MAKE, {"stage": stage, "out": out})
    return out


def pkginfo(package: Package, size: int) -> str:
    """The text of .PKGINFO."""
    rows = [
        ("pkgname", package.name),
        ("pkgbase", package.name),
        ("pkgver", package.version),
        ("pkgdesc", f"{package.name}, repacked from Debian for Onramp's lab"),
        ("url", "https://onramp.invalid"),
        ("builddate", "1760000000"),
        ("packager", KEY_NAME),
        ("size", str(size)),
        ("arch", MACHINE),
        ("license", "Apache-2.0"),
        *(("depend", name) for name in package.depends),
        *(("optdepend", name) for name in package.optional),
    ]
    return "".join(f"{name} = {value}\n" for name, value in rows)


def _stage(package: Package, folder: Path) -> None:
    """Lay the package's files out; big ones are linked to, since nothing is changed in them."""
    folder.mkdir(parents=True)
    for path, source in package.files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        os.link(source, folder / path)
    for path, text in package.texts.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    for path, to in package.links.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).symlink_to(to)
    size = sum(p.stat().st_size for p in folder.rglob("*") if p.is_file() and not p.is_symlink())
    (folder / ".PKGINFO").write_text(pkginfo(package, size))
