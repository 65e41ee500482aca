# The end state every contender is asked about, as one POSIX script; the first failure ends it.
set -eu
[ "$(dpkg-query -W -f '${db:Status-Status} ' docker-ce docker-compose-plugin)" = \
  "installed installed " ]
docker compose version >/dev/null
if [ -d /run/systemd/system ]; then
  systemctl is-active --quiet docker
  systemctl is-enabled --quiet docker
else
  PATH=$PATH:/usr/sbin
  service docker status >/dev/null
  ls /etc/rc2.d/S*docker >/dev/null
fi
case " $(id -Gn) " in *" docker "*) ;; *) exit 1 ;; esac
docker version >/dev/null
echo ready
