#!/bin/sh
# Puts programs of the distribution's packages into a folder, each as a program of its name in `bin`. The packages are
# unpacked, with those that they need and the machine has not: nothing is installed, and no rights are needed.
#
# usage: packages.sh FOLDER PROGRAM=PACKAGE...
#
# APT fetches and verifies as it would for an installation; proxies and mirrors are those that it is configured for.
set -eu
folder=$1
shift
command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null || exit 1

work=$folder/work-packages-$$
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
mkdir -p "$work/cache/archives/partial" "$work/lists/partial" "$work/debs" "$work/root" "$folder/bin"

lists=''
apt() {
  apt-get -qq -o Debug::NoLocking=1 -o APT::Sandbox::User= -o Dir::Cache="$work/cache" \
    ${lists:+-o "Dir::State::Lists=$lists"} "$@"
}

packages=$(for pair in "$@"; do echo "${pair#*=}"; done | sort -u)

# What an installation would add, unpacked in a folder in place of it.
fetch() {
  # shellcheck disable=SC2086
  names=$(apt --simulate install --no-install-recommends $packages | awk '$1 == "Inst" { print $2 }') || return 1
  [ -n "$names" ] || names=$packages
  # shellcheck disable=SC2086
  (cd "$work/debs" && apt download $names)
}

# Lists that are absent (a fresh container) or too old for what the mirror still has are fetched, for this once.
if ! fetch 2>/dev/null; then
  lists=$work/lists
  apt update
  fetch
fi
for deb in "$work"/debs/*.deb; do dpkg-deb -x "$deb" "$work/root"; done
mkdir -p "$folder/root"
cp -a "$work/root/." "$folder/root/"

quoted() { printf "'%s'" "$(printf %s "$1" | sed "s/'/'\\\\''/g")"; }

# A module of Python is found by the Python that is there.
if [ -d "$folder/root/usr/lib/python3/dist-packages/pip" ] && python=$(command -v python3); then
  {
    echo '#!/bin/sh'
    echo "PYTHONPATH=$(quoted "$folder/root/usr/lib/python3/dist-packages")\${PYTHONPATH:+:\$PYTHONPATH} exec $(quoted "$python") \"\$@\""
  } >"$work/python3"
  chmod 755 "$work/python3"
  case $python in "$folder"/*) ;; *) mv "$work/python3" "$folder/bin/python3" ;; esac
fi

for pair in "$@"; do
  program=${pair%%=*}
  for place in usr/sbin usr/bin sbin bin; do
    [ -x "$folder/root/$place/$program" ] || continue
    {
      echo '#!/bin/sh'
      echo "root=$(quoted "$folder/root")"
      echo 'for lib in "$root"/usr/lib/*-linux-gnu "$root"/lib/*-linux-gnu; do'
      echo '  [ -d "$lib" ] && LD_LIBRARY_PATH=$lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}'
      echo 'done'
      echo 'export LD_LIBRARY_PATH'
      # It looks for parts of itself below /usr.
      [ "$program" != git ] || echo 'export GIT_EXEC_PATH="$root/usr/lib/git-core"'
      echo "exec \"\$root/$place/$program\" \"\$@\""
    } >"$work/$program"
    chmod 755 "$work/$program"
    mv "$work/$program" "$folder/bin/$program"
    break
  done
  [ -x "$folder/bin/$program" ]
done
