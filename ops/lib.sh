# What ops/up and ops/test share. Sourced by bash.

say() { printf '\n== %s\n' "$*"; }
die() { printf 'error: %s\n' "$*" >&2; exit 1; }

# install_packages [PACKAGE…]: installs the Debian packages of ops/packages, and those
# named, that are missing.
install_packages() {
  command -v dpkg-query >/dev/null || die "this script installs Debian packages; on another system install those of ops/packages yourself"
  local wanted missing=()
  while read -r wanted; do
    case "$wanted" in '' | '#'*) continue ;; esac
    dpkg-query -W -f='${Status}' "$wanted" 2>/dev/null | grep -q 'install ok installed' || missing+=("$wanted")
  done < <(cat ops/packages; printf '%s\n' "$@")
  [ ${#missing[@]} -eq 0 ] && return
  say "installing ${#missing[@]} Debian packages: ${missing[*]}"
  local root=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || die "run this once as root, or: apt-get install ${missing[*]}"
    root=(sudo)
  fi
  "${root[@]}" apt-get update -q
  "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}"
}

# build PRESET TARGET…: configures if needed and builds.
build() {
  local preset=$1
  shift
  # Equal objects are found in the cache from any copy of the tree.
  export CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=1
  [ -f "build/$preset/build.ninja" ] || cmake --preset "$preset" >"/dev/null" || die "cmake --preset $preset failed"
  cmake --build "build/$preset" ${@:+--target "$@"}
}
