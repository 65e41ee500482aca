"""RPM packages as data, and the spec files that rpmbuild makes them from."""

from collections.abc import Mapping

from msgspec import Struct, field

_PROGRAMS = ("usr/bin/", "usr/sbin/", "usr/libexec/", "usr/lib/docker/cli-plugins/")

# Presets decide what is enabled, as on the real systems; systemd's own package would have the
# manager read new units after a transaction (its file trigger), and no such package is here.
_READ_AGAIN = "[ ! -d /run/systemd/system ] || systemctl daemon-reload || :\n"


class Package(Struct, frozen=True):
    """One package. Relations are in rpm's words; `scripts`: {"post": shell}.

    `files`: {path: where it is taken from, below what rpmbuild sees}; `texts`: {path: text}.
    """

    name: str
    version: str
    release: str
    epoch: int = 0
    noarch: bool = False
    requires: tuple[str, ...] = ()
    recommends: tuple[str, ...] = ()
    provides: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()
    obsoletes: tuple[str, ...] = ()
    files: Mapping[str, str] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    scripts: Mapping[str, str] = field(default_factory=dict)


def service_scripts(*units: str, post: str = "") -> dict[str, str]:
    """What the systemd macros of a spec file come to, and `post` after them."""
    names = " ".join(units)
    return {
        "post": (
            f"if [ $1 -eq 1 ]; then systemctl --no-reload preset {names} || :; fi\n"
            f"{_READ_AGAIN}{post}"
        ),
        "preun": (
            "if [ $1 -eq 0 ]; then\n"
            f"    systemctl --no-reload disable --now --no-warn {names} || :\n"
            "fi\n"
        ),
        "postun": (
            f"{_READ_AGAIN}if [ $1 -ge 1 ]; then systemctl try-restart {units[0]} || :; fi\n"
        ),
    }


def spec(package: Package, sources: str, texts: str) -> str:
    """The spec file; `sources` and `texts` are the directories that its files are taken from."""
    taken = {path: f"{sources}/{source}" for path, source in package.files.items()}
    taken |= {path: f"{texts}/{package.name}/{path}" for path in package.texts}
    parts = [
        _head(package),
        f"%description\n{package.name}, made for Onramp's lab.\n",
        "%install\n" + "".join(_installed(path, source) for path, source in taken.items()),
        *(f"%{name}\n{script}" for name, script in package.scripts.items()),
        "%files\n" + "".join(_listed(path) for path in taken),
    ]
    return "\n".join(parts)


def _head(package: Package) -> str:
    relations = {
        "Requires": package.requires,
        "Recommends": package.recommends,
        "Provides": package.provides,
        "Conflicts": package.conflicts,
        "Obsoletes": package.obsoletes,
    }
    lines = [
        f"Name: {package.name}",
        *([f"Epoch: {package.epoch}"] if package.epoch else []),
        f"Version: {package.version}",
        f"Release: {package.release}",
        f"Summary: {package.name}, made for Onramp's lab",
        "License: Apache-2.0",
        *(["BuildArch: noarch"] if package.noarch else []),
        *(f"{word}: {value}" for word, values in relations.items() for value in values),
    ]
    return "".join(f"{line}\n" for line in lines)


def _installed(path: str, source: str) -> str:
    mode = "0755" if path.startswith(_PROGRAMS) else "0644"
    return f"install -D -p -m {mode} {source} %{{buildroot}}/{path}\n"


def _listed(path: str) -> str:
    return f"%config(noreplace) /{path}\n" if path.startswith("etc/") else f"/{path}\n"
