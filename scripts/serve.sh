#!/usr/bin/env bash
# Serves the page on localhost; opens it when there is a screen to open it on.
set -euo pipefail
cd "$(dirname "$0")/../www"
open=()
if command -v xdg-open >/dev/null && [[ -n ${DISPLAY:-}${WAYLAND_DISPLAY:-} ]]; then
  open=(--open)
fi
exec npm run --silent dev -- "${open[@]}"
