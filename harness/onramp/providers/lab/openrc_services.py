"""OpenRC's scripts for the services in the mirror's Alpine packages, and their settings.

They follow Alpine's own: the names, the settings in conf.d, what is needed first, the logs, the
limits asked for, and a supervisor that starts the daemon again.
"""

DOCKER = """#!/sbin/openrc-run

supervisor=supervise-daemon

name="Docker Daemon"
description="Persistent process supervisor for containers"
description_reload="Reload configuration without exiting"

command="${DOCKERD_BINARY:-/usr/bin/dockerd}"
command_args="${DOCKER_OPTS}"
DOCKER_LOGFILE="${DOCKER_LOGFILE:-/var/log/${RC_SVCNAME}.log}"
DOCKER_ERRFILE="${DOCKER_ERRFILE:-${DOCKER_LOGFILE}}"
DOCKER_OUTFILE="${DOCKER_OUTFILE:-${DOCKER_LOGFILE}}"
output_log="${DOCKER_OUTFILE}"
error_log="${DOCKER_ERRFILE}"

extra_started_commands="reload"

rc_ulimit="${DOCKER_ULIMIT:--c unlimited -n 1048576 -u unlimited}"
retry="${DOCKER_RETRY:-TERM/60/KILL/10}"

depend() {
	need sysfs cgroups
	use net
	after firewall
}

start_pre() {
	checkpath -f -m 0644 -o root:docker "$DOCKER_ERRFILE" "$DOCKER_OUTFILE"
}

reload() {
	ebegin "Reloading configuration of ${name}"
	supervise-daemon "${RC_SVCNAME}" --signal HUP
	eend $?
}
"""

DOCKER_CONF = """# where the docker daemon output gets piped
# this contains both stdout and stderr. If  you need to separate them,
# see the settings below
#DOCKER_LOGFILE="/var/log/docker.log"

# where the docker daemon stdout gets piped
# if this is not set, DOCKER_LOGFILE is used
#DOCKER_OUTFILE="/var/log/docker-out.log"

# where the docker daemon stderr gets piped
# if this is not set, DOCKER_LOGFILE is used
#DOCKER_ERRFILE="/var/log/docker-err.log"

# Settings for process limits (ulimit)
#DOCKER_ULIMIT="-c unlimited -n 1048576 -u unlimited"

# seconds to wait for sending SIGTERM and SIGKILL signals when stopping docker
#DOCKER_RETRY="TERM/60/KILL/10"

# where the docker daemon itself is run from
#DOCKERD_BINARY="/usr/bin/dockerd"

# any other random options you want to pass to docker
DOCKER_OPTS=""
"""

CONTAINERD = """#!/sbin/openrc-run

supervisor=supervise-daemon

name="Containerd"
description="An open and reliable container runtime"

command="/usr/bin/containerd"
command_args="${command_args:-}"
output_log="${output_log:-/var/log/${RC_SVCNAME}.log}"
error_log="${error_log:-/var/log/${RC_SVCNAME}.log}"
rc_ulimit="${rc_ulimit:--n 1048576 -u unlimited}"

depend() {
	need sysfs cgroups
	use net
}
"""

CONTAINERD_CONF = """# more options for containerd
#command_args=""
"""

SSHD = """#!/sbin/openrc-run

description="OpenBSD Secure Shell server"
description_checkconfig="Verify configuration file"
description_reload="Reload configuration"
extra_commands="checkconfig"
extra_started_commands="reload"

command=/usr/sbin/sshd
command_args="${SSHD_OPTS:-}"
pidfile=/run/sshd.pid

depend() {
	use logger dns
	after entropy
}

checkconfig() {
	checkpath -d -m 0755 /run/sshd
	"$command" -t $command_args
}

start_pre() {
	[ -e /etc/ssh/ssh_host_ed25519_key ] || ssh-keygen -A
	checkconfig
}

reload() {
	checkconfig || return $?
	ebegin "Reloading ${RC_SVCNAME}"
	start-stop-daemon --signal HUP --pidfile "$pidfile"
	eend $?
}
"""

# As Alpine has it, which forwards no port; but `SetEnv`: Debian's sshd would give users a path
# without sbin, where apk and rc-service lie.
SSHD_CONFIG = """Include /etc/ssh/sshd_config.d/*.conf
PidFile /run/sshd.pid
AuthorizedKeysFile .ssh/authorized_keys
AllowTcpForwarding no
GatewayPorts no
X11Forwarding no
Subsystem sftp internal-sftp
SetEnv PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
"""
