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

# has_node: whether Node 20 or later and npm are here, which build and test the page.
has_node() {
  local major
  major=$(node --version 2>/dev/null | sed 's/^v\([0-9]*\).*/\1/' || true)
  [ "${major:-0}" -ge 20 ] && command -v npm >/dev/null
}

# build_page: builds the page in clients/web/dist, if Node and npm are there and something
# changed since. Returns 1, and says why, if there is no page.
build_page() {
  if ! has_node; then
    echo "note: the page is missing, for it is built with Node 20 or later and npm, which are not here; all else works"
    return 1
  fi
  local web=clients/web built=clients/web/dist/.built
  if [ -e "$built" ] && [ -z "$(find "$web" protos -newer "$built" -type f \
    -not -path "*/node_modules/*" -not -path "$web/dist/*" -not -path "$web/src/gen/*" -not -path "$web/test-results/*" -print -quit)" ]; then
    return 0
  fi
  (
    cd "$web"
    [ node_modules/.package-lock.json -nt package-lock.json ] || npm ci --ignore-scripts --no-audit --no-fund --silent
    npm run --silent build
  ) || die "the page could not be built; see above"
  touch "$built"
}
