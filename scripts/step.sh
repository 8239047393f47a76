#!/usr/bin/env bash
# scripts/step.sh TITLE COMMAND…: runs the command between a line that names it and one that says how it went and how long it took.
set -uo pipefail
title=$1
shift
printf '\n── %s\n' "$title"
began=$(date +%s%N)
"$@" </dev/null
code=$?
took=$((($(date +%s%N) - began) / 100000000))
if ((code == 0)); then
  printf '── %s: ok, %d.%d s\n' "$title" $((took / 10)) $((took % 10))
else
  printf '── %s: FAILED (exit %d), %d.%d s\n' "$title" "$code" $((took / 10)) $((took % 10)) >&2
fi
exit "$code"
