#!/bin/sh
# Runs every check and every test, and ends with one line that a pipeline can read: `N passed, N failed`.
#
# The static checks count as tests, so that one run shows everything that is wrong and the last line counts all of it. What
# mostly waits runs three at a time, what puts a load on a mesh two at a time, what compares times alone. A part that ends
# without having counted is a failure.
counts=out/test-counts
mkdir -p out

echo "Checking format, lint and types ..."
running=""
for check in format:check lint types; do
  npm run --silent "$check" >"out/${check%%:*}.log" 2>&1 &
  running="$running $check=$!"
done
passed=0
failed=0
for one in $running; do
  check=${one%=*}
  if wait "${one##*=}"; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    echo "FAILED $check"
    cat "out/${check%%:*}.log"
  fi
done

counted="$passed $failed 0"
for part in side-by-side mesh cost; do
  # Three numbers: they are to be split.
  # shellcheck disable=SC2086
  set -- $counted
  echo "$1 $(($2 + 1)) $3" >$counts
  COUNTED="$counted" COUNTS_FILE=$counts npm run --silent "test:$part" -- \
    --reporters=default --reporters=./test/support/counting-reporter.js || failed=1
  counted=$(cat $counts)
done

# shellcheck disable=SC2086
set -- $counted
skipped=""
[ "$3" -eq 0 ] || skipped=", $3 skipped"
echo "$1 passed, $2 failed$skipped"
[ "$failed" -eq 0 ] && [ "$2" -eq 0 ]
