#!/bin/sh
# Runs every check and every test, and ends with one line that a pipeline can read: `N passed, N failed`.
#
# The static checks count as tests, so that one run shows everything that is wrong and the last line counts all of it. They
# take what the first part leaves of the processors. What mostly waits runs three at a time, what puts a load on a mesh two
# at a time. A part that ends without having counted is a failure. What compares times is the soak's: here no machine is quiet.
#
# All parts run on the same two platforms: the first starts while the unit tests run, the second while the first is in use.
counts=out/test-counts
mkdir -p out
failed=0

# Adds to what is counted; $counted is "passed failed skipped".
counted="0 0 0"
count() {
  # Three numbers: they are to be split.
  # shellcheck disable=SC2086
  set -- "$1" "$2" $counted
  counted="$(($3 + $1)) $(($4 + $2)) $5"
}

run_part() {
  (
    count 0 1
    echo "$counted"
  ) >$counts
  COUNTED="$counted" COUNTS_FILE=$counts npm run --silent "test:$1" -- \
    --reporters=default --reporters=./test/support/counting-reporter.js || failed=1
  counted=$(cat $counts)
}

export PLATFORMS=out/platforms
rm -rf "$PLATFORMS"

# What runs in the background of a shell does not hear Ctrl-C.
checks=""
platforms=""
end_background() {
  for one in $checks; do kill "${one##*=}" 2>/dev/null; done
  for one in $platforms; do kill "$one" 2>/dev/null; done
  wait
}
trap end_background EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
start_platform() {
  node test/support/platforms/serve.js "$1" &
  platforms="$platforms $!"
}

start_platform 1
for check in format:check lint types structure unused docs:check; do
  nice npm run --silent "$check" >"out/${check%%:*}.log" 2>&1 &
  checks="$checks $check=$!"
done

run_part side-by-side
for one in $checks; do
  check=${one%=*}
  if wait "${one##*=}"; then
    count 1 0
  else
    count 0 1
    echo "FAILED $check"
    cat "out/${check%%:*}.log"
  fi
done
checks=""
start_platform 2
run_part mesh

# shellcheck disable=SC2086
set -- $counted
skipped=""
[ "$3" -eq 0 ] || skipped=", $3 skipped"
echo "$1 passed, $2 failed$skipped"
[ "$failed" -eq 0 ] && [ "$2" -eq 0 ]
