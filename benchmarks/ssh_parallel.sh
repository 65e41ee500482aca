#!/bin/sh
# Bare ssh, all hosts at once, one check script: the floor for anything over SSH.
#   ssh_parallel.sh HOSTS SCRIPT
# HOSTS: a line a host, `user@address port private-key known-hosts-file`, separated by tabs.
set -eu
hosts=$1
script=$(cat "$2")
answers=$(
  tab=$(printf '\t')
  while IFS="$tab" read -r place port key known; do
    ssh -n -p "$port" -i "$key" -o IdentitiesOnly=yes -o BatchMode=yes -o ConnectTimeout=20 \
      -o "UserKnownHostsFile=\"$known\"" -o StrictHostKeyChecking=yes "$place" "$script" &
  done <"$hosts"
  wait
)
ready=$(printf '%s\n' "$answers" | grep -c '^ready$') || true
asked=$(grep -c . "$hosts")
echo "$ready of $asked ready"
[ "$ready" = "$asked" ]
