"""What the mirror's packages do when they are installed and removed, as Docker's own do.

The parts on units and init scripts are what debhelper puts into every package with a service
(dh_installsystemd(1), dh_installinit(1)): enable on first installation, start, stop on removal.
Starting by the init script goes through invoke-rc.d, which asks policy-rc.d.
"""

# https://docs.docker.com/engine/ ships it so: containerd serves Docker, not Kubernetes.
CONTAINERD_CONFIG = 'disabled_plugins = ["cri"]\n'

_HEADER = "#!/bin/sh\nset -e\n"

_GROUP = """
if [ "$1" = configure ] && [ -z "$2" ] && ! getent group docker > /dev/null; then
    groupadd --system docker
fi
"""

_INIT_START = """
if [ "$1" = configure ] || [ "$1" = abort-upgrade ] || [ "$1" = abort-remove ]; then
    if [ -x /etc/init.d/docker ]; then
        update-rc.d docker defaults > /dev/null
        if [ ! -d /run/systemd/system ]; then
            invoke-rc.d --skip-systemd-native docker start || exit 1
        fi
    fi
fi
"""

_UNITS_START = """
if [ "$1" = configure ] || [ "$1" = abort-upgrade ] || [ "$1" = abort-remove ]; then
    for unit in @UNITS@; do
        deb-systemd-helper unmask "$unit" > /dev/null || true
        if deb-systemd-helper --quiet was-enabled "$unit"; then
            deb-systemd-helper enable "$unit" > /dev/null || true
        else
            deb-systemd-helper update-state "$unit" > /dev/null || true
        fi
    done
    if [ -d /run/systemd/system ]; then
        systemctl --system daemon-reload > /dev/null || true
        deb-systemd-invoke start @UNITS@ > /dev/null || true
    fi
fi
"""

_UNITS_STOP = """
if [ "$1" = remove ] && [ -d /run/systemd/system ]; then
    deb-systemd-invoke stop @UNITS@ > /dev/null || true
fi
"""

_INIT_STOP = """
if [ "$1" = remove ] && [ -x /etc/init.d/docker ] && [ ! -d /run/systemd/system ]; then
    invoke-rc.d --skip-systemd-native docker stop || exit 1
fi
"""

_UNITS_GONE = """
if [ "$1" = remove ] && [ -d /run/systemd/system ]; then
    systemctl --system daemon-reload > /dev/null || true
fi
if [ "$1" = purge ]; then
    deb-systemd-helper purge @UNITS@ > /dev/null || true
fi
"""

_INIT_GONE = """
if [ "$1" = purge ]; then
    update-rc.d docker remove > /dev/null
fi
"""


def scripts(package: str, units: tuple[str, ...]) -> dict[str, str]:
    """The maintainer scripts of a package: {file in DEBIAN/: text}; none without a service."""
    if not units:
        return {}
    docker = package == "docker-ce"
    texts = {
        "postinst": (_GROUP + _INIT_START if docker else "") + _UNITS_START,
        "prerm": _UNITS_STOP + (_INIT_STOP if docker else ""),
        "postrm": _UNITS_GONE + (_INIT_GONE if docker else ""),
    }
    return {
        name: _HEADER + text.replace("@UNITS@", " ".join(units)) for name, text in texts.items()
    }
