#!/bin/sh
# Bare ssh, all hosts at once, one check script: the floor for anything over SSH.
#   ssh_parallel.sh HOSTS SCRIPT [HOSTS-AT-ONCE]
# HOSTS: a line a host, `user@address port private-key known-hosts-file`, separated by tabs.
set -eu
hosts=$1
script=$(cat "$2")
at_once=${3:-0}
answers=$(
  tr '\t' '\n' <"$hosts" | xargs -d '\n' -n 4 -P "$at_once" sh -c '
    exec ssh -n -p "$2" -i "$3" -o IdentitiesOnly=yes -o BatchMode=yes -o ConnectTimeout=20 \
      -o "UserKnownHostsFile=\"$4\"" -o StrictHostKeyChecking=yes "$1" "$0"' "$script"
) || true
ready=$(printf '%s\n' "$answers" | grep -c '^ready$') || true
asked=$(grep -c . "$hosts")
echo "$ready of $asked ready"
[ "$ready" = "$asked" ]
