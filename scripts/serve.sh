#!/usr/bin/env bash
# Serves the built page and documentation on localhost; opens them when there is a screen to open them on.
set -euo pipefail
cd "$(dirname "$0")/../www"
open=()
if command -v xdg-open >/dev/null && [[ -n ${DISPLAY:-}${WAYLAND_DISPLAY:-} ]]; then
  open=(--open)
fi
exec npm run --silent preview -- "${open[@]}"
