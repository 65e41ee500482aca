#!/bin/sh
# Stands in for Docker's convenience script (https://get.docker.com) where that cannot be reached: it
# takes and refuses the same systems, and does what Docker documents of it, in words of its own.
set -eu

channel=stable version='' autostart=yes
while [ $# -gt 0 ]; do
    case $1 in
        --channel) channel=$2; shift ;;
        --version) version=$2; shift ;;
        --no-autostart) autostart='' ;;
        *) echo "unknown option: $1" >&2; exit 1 ;;
    esac
    shift
done
base=${DOWNLOAD_URL:-https://download.docker.com}

if command -v docker > /dev/null; then
    echo 'Warning: the "docker" command appears to already exist on this system.'
    echo 'Press Ctrl+C now to stop; otherwise this goes on in 20 seconds.'
    sleep 20
fi
. /etc/os-release
system=$ID
[ "$system" != fedora-asahi-remix ] || system=fedora
packages='docker-ce docker-ce-cli containerd.io docker-compose-plugin docker-buildx-plugin'

case $system in
    debian | ubuntu | raspbian)
        export DEBIAN_FRONTEND=noninteractive
        keyring=/etc/apt/keyrings/docker.asc
        [ -z "$version" ] || packages=$(echo "$packages" | sed "s/docker-ce[a-z-]*/&=5:$version-*/g")
        set -x
        apt-get -qq update
        apt-get -y -qq install ca-certificates curl
        install -m 0755 -d /etc/apt/keyrings
        curl -fsSL "$base/linux/$system/gpg" -o $keyring
        chmod a+r $keyring
        echo "deb [arch=$(dpkg --print-architecture) signed-by=$keyring] $base/linux/$system \
$VERSION_CODENAME $channel" > /etc/apt/sources.list.d/docker.list
        apt-get -qq update
        apt-get -y -qq install $packages
        ;;
    centos | fedora | rhel | rocky)
        [ -z "$version" ] || packages=$(echo "$packages" | sed "s/docker-ce[a-z-]*/&-$version/g")
        repository=$base/linux/$system/docker-ce.repo
        set -x
        dnf -y -q install dnf-plugins-core
        if command -v dnf5 > /dev/null; then
            dnf config-manager addrepo --overwrite --from-repofile="$repository"
        else
            dnf config-manager --add-repo "$repository"
        fi
        dnf -y -q install $packages
        ;;
    *)
        echo
        echo "ERROR: Unsupported distribution '$system'"
        echo
        exit 1
        ;;
esac
if [ -n "$autostart" ] && [ -d /run/systemd/system ]; then
    systemctl enable --now docker.service
fi
