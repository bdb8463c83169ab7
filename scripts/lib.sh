# What scripts/demo and scripts/test share. Sourced by them, never run; sets `root`, the repository's folder.
# shellcheck shell=bash

root=$(cd -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/.." && pwd -P)
readonly root

say() { printf '\033[1m==>\033[0m %s\n' "$*"; }
die() { printf 'error: %s\n' "$*" >&2; exit 1; }

# Runs a command in a process group of its own and waits for it: a signal to this script ends the whole group at
# once (bash delays traps while a command runs in front, but not while it waits).
child=
run() {
    setsid "$@" &
    child=$!
    local status=0
    wait "$child" || status=$?
    child=
    return "$status"
}
stop() {
    trap - INT TERM
    if [ -n "$child" ]; then
        kill -TERM -- "-$child" 2>/dev/null || true
        wait "$child" 2>/dev/null || true
    fi
    exit "$1"
}
stop_on_signals() {
    trap 'stop 130' INT
    trap 'stop 143' TERM
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo >/dev/null 2>&1; then
        sudo -- "$@"
    else
        die "cần quyền root hoặc sudo để cài: $* (root or sudo is needed to install packages)"
    fi
}

installed() { [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

# Installs the Debian packages named that are not there yet; says nothing when all are.
need_packages() {
    local missing=() name
    if ! command -v apt-get >/dev/null 2>&1; then
        say "no apt-get here: taking it that these are installed: $*"
        return 0
    fi
    for name in "$@"; do
        installed "$name" || missing+=("$name")
    done
    [ "${#missing[@]}" -gt 0 ] || return 0
    say "Installing ${missing[*]}"
    local fresh=
    for name in "${missing[@]}"; do
        # A package without a candidate means that the package lists are absent or old.
        if ! LC_ALL=C apt-cache policy "$name" 2>/dev/null | grep -q '^  Candidate: [^(]'; then
            as_root apt-get update -qq
            fresh=yes
            break
        fi
    done
    local install=(env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends)
    as_root "${install[@]}" "${missing[@]}" >/dev/null && return 0
    # Lists a few weeks old name versions the mirror no longer keeps.
    [ -z "$fresh" ] || die "apt-get could not install ${missing[*]}"
    as_root apt-get update -qq
    as_root "${install[@]}" "${missing[@]}" >/dev/null || die "apt-get could not install ${missing[*]}"
}

# What the workspace links and its build scripts call.
build_packages=(build-essential pkg-config libclang-dev libgdal-dev libgeos-dev libproj-dev proj-data ca-certificates)

need_cargo() {
    command -v cargo >/dev/null 2>&1 || PATH="$HOME/.cargo/bin:$PATH"
    command -v cargo >/dev/null 2>&1 || die "Rust is not installed: see https://rustup.rs"
}

# Node of the machine where it is new enough for the portal's tools; else Debian's, with the Node that the npm
# registry carries put in front of it (Debian 12's own, 18, is older than what Vite runs on).
need_node() {
    if node_is_new_enough && command -v npm >/dev/null 2>&1; then
        return 0
    fi
    need_packages nodejs npm
    node_is_new_enough && return 0
    local arch home
    case "$(uname -m)" in
        x86_64) arch=x64 ;;
        aarch64) arch=arm64 ;;
        *) die "Node 20.19 or newer is needed and none is known for $(uname -m)" ;;
    esac
    home=$(target_dir)/node
    PATH="$home/node_modules/node-linux-$arch/bin:$PATH"
    if ! node_is_new_enough; then
        say "Fetching Node 22 (Debian has $(node --version 2>/dev/null || echo none))"
        mkdir -p "$home"
        run npm install --silent --no-audit --no-fund --no-save --prefix "$home" "node-linux-$arch@22" \
            || die "npm could not install Node 22"
        hash -r
    fi
    node_is_new_enough || die "Node 20.19 or newer is needed, found $(node --version 2>/dev/null || echo none)"
}
node_is_new_enough() {
    command -v node >/dev/null 2>&1 || return 1
    node -e 'const [a, b] = process.versions.node.split(".").map(Number);
             process.exit(a > 22 || (a === 22 && b >= 12) || (a === 20 && b >= 19) ? 0 : 1)' 2>/dev/null
}

target_dir() {
    (cd -- "$root" && cargo metadata --no-deps --format-version 1 --offline 2>/dev/null) \
        | sed -n 's/.*"target_directory":"\([^"]*\)".*/\1/p'
}

# One line that changes when a file below the paths named changes; what is built or fetched does not count.
fingerprint() {
    (cd -- "$root" && find "$@" \( -name node_modules -o -name dist \) -prune -o -type f -print0 2>/dev/null \
        | LC_ALL=C sort -z | xargs -0 -r sha256sum | sha256sum | cut -d ' ' -f 1)
}

# npm ci in a folder, unless what its lock file names is installed already.
npm_ci() {
    local folder=$1 stamp=$1/node_modules/.diaba-installed want
    want="$(node --version) $(sha256sum <"$folder/package-lock.json")"
    [ "$(cat "$stamp" 2>/dev/null)" = "$want" ] && return 0
    say "npm ci in ${folder#"$root"/}"
    run env -C "$folder" npm ci --silent --no-audit --no-fund || return 1
    printf '%s\n' "$want" >"$stamp"
}

# Builds the portal into server/portal/dist, unless it was built from the same files.
build_portal() {
    local portal=$root/server/portal stamp want
    npm_ci "$portal" || return 1
    stamp=$portal/node_modules/.diaba-built
    want=$(fingerprint server/portal styles)
    [ -f "$portal/dist/index.html" ] && [ "$(cat "$stamp" 2>/dev/null)" = "$want" ] && return 0
    say "Building the portal"
    run env -C "$portal" npm run --silent build || return 1
    printf '%s\n' "$want" >"$stamp"
}
