#!/bin/sh
# CryptoUniverse's one door. It makes the environment and hands over to `python -m cryptouniverse.stack`.
set -u

unset PYTHONDONTWRITEBYTECODE # else every process compiles what it imports anew: ccxt alone takes 7 s

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P) || exit 1
venv=$here/.venv
python=$venv/bin/python

usage() {
    cat <<'TEXT'
CryptoUniverse. Use: ./cu COMMAND

  run [--port N]       start everything (PostgreSQL, Redis, exchange, web, worker, beat, trader) and print the addresses; Ctrl-C stops it
  stop                 stop whatever was started from this folder
  status               say which embedded servers run

  test [ARGUMENTS]     the tests, with coverage; arguments go to pytest and then there is no coverage gate
  check                lint, types, imports, sizes, migrations, production settings
  prove [ARGUMENTS]    the long proofs: kills, crawl, fuzz, replay, mutants
  soak [ARGUMENTS]     the long proofs at their full size
  bench [NAME] [--json]  every figure with its goal

  candles FOLDER       import the Parquet and CSV candles in FOLDER
  replay FOLDER [--json] [--tenant NAME]  drive the product over those candles as fast as it can
  manage COMMAND ...   any command of manage.py
  env                  start PostgreSQL and Redis and print where they are: eval "$(./cu env)"
  lock                 resolve the requirements anew and lock them with hashes
  help                 this page

DATABASE_URL (with DATABASE_OWNER_URL) and REDIS_URL replace the embedded servers. State is kept in .cu/, or where CU_HOME says.
TEXT
}

fail() {
    printf 'cu: %s\n' "$1" >&2
    exit 1
}

note() {
    printf '%s\n' "$1" >&2
}

is_new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

# The Python that makes the environment: the one named `python3`, else the first newer one there is.
find_python() {
    for name in python3 python3.11 python3.12 python3.13 python3.14; do
        if command -v "$name" >/dev/null 2>&1 && is_new_enough "$name"; then
            command -v "$name"
            return 0
        fi
    done
    return 1
}

require_machine() {
    case "$(uname -s) $(uname -m)" in
        'Linux x86_64' | 'Linux amd64') ;;
        *) fail "This is $(uname -s) on $(uname -m): CryptoUniverse runs on x86-64 Linux; use such a machine or a virtual one." ;;
    esac
}

checksum() {
    { cat -- "$@"; printf '%s\n' "$here"; "$python" -VV 2>&1; } | sha256sum | cut -d ' ' -f 1
}

# A stamp names what is installed. It is removed before an installation and written after it, so that an interrupted
# one is repeated at the next start.
is_installed() {
    [ -x "$python" ] && [ -f "$venv/.installed-$1" ] && [ "$(cat "$venv/.installed-$1")" = "$(checksum "$here/$2")" ]
}

make_environment() {
    base=$(find_python) || fail "Python 3.11 or newer is needed: install it (Debian 12, Ubuntu 24.04: apt install python3 python3-venv), then start again."
    "$base" -c 'import ensurepip, venv' >/dev/null 2>&1 ||
        fail "Python's venv module is missing: install it with 'apt install python3-venv' (as root), then start again."
    note "Making the Python environment in .venv ..."
    "$base" -m venv --clear "$venv" >/dev/null || fail "$venv could not be made: see the line above; free space on the disk if it is full."
}

free_kilobytes() {
    df -Pk "$here" | awk 'NR == 2 { print $4 }'
}

install() {
    rm -f "$venv/.installed-$1"
    total=$(grep -c '^[A-Za-z0-9].*==' "$here/$2")
    note "Installing $total locked packages from $2 ..."
    if ! install_with_uv "$2"; then
        note "uv could not install them; pip does it now, which takes about a minute."
        install_with_pip "$2" "$total" || fail "The packages of $2 could not be installed: see the lines above and $venv/install.log."
    fi
    checksum "$here/$2" >"$venv/.installed-$1"
}

install_with_uv() {
    [ -z "${NO_UV-}" ] || return 1
    "$python" -m pip install -q --disable-pip-version-check --require-hashes -r "$here/requirements-bootstrap.txt" \
        >"$venv/install.log" 2>&1 || return 1
    export UV_HTTP_TIMEOUT="${UV_HTTP_TIMEOUT:-30}" UV_HTTP_RETRIES="${UV_HTTP_RETRIES:-1}"
    set -- "$venv/bin/uv" pip install --python "$python" --require-hashes -r "$here/$1"
    if [ -t 2 ]; then
        "$@" # shows its own progress
    else
        "$@" >"$venv/install.log" 2>&1 &
        show_progress $! 0
    fi
}

install_with_pip() {
    "$python" -m pip install --disable-pip-version-check --no-input --progress-bar off --require-hashes -r "$here/$1" \
        >"$venv/install.log" 2>&1 &
    show_progress $! "$2" || { tail -n 5 "$venv/install.log" >&2; return 1; }
}

# Wait for an installer in the background and show how far it is; Ctrl-C ends it too.
show_progress() {
    # shellcheck disable=SC2064  # the number is meant now
    trap "kill $1 2>/dev/null; exit 130" INT TERM HUP
    seconds=0
    while kill -0 "$1" 2>/dev/null; do
        sleep 1
        seconds=$((seconds + 1))
        if [ $((seconds % 10)) -eq 0 ]; then
            found=$(grep -c '^Collecting' "$venv/install.log")
            if [ "$2" -gt 0 ]; then note "  $found of $2 packages, $seconds s ..."; else note "  $seconds s ..."; fi
        fi
    done
    wait "$1"
    result=$?
    trap - INT TERM HUP
    return "$result"
}

# One installation at a time; whoever waited finds it done.
ensure_installed() {
    is_installed "$1" "$2" && return 0
    require_machine
    [ "$(free_kilobytes)" -ge 2000000 ] || fail "Less than 2 GB are free on the disk of $here: free some, then start again."
    mkdir -p "$venv" || fail "$venv could not be made: this folder must be yours to write."
    (
        flock 9
        if ! "$python" -c 'import pip' >/dev/null 2>&1; then make_environment; fi
        is_installed "$1" "$2" || install "$1" "$2"
    ) 9<"$venv" || exit 1
}

lock() {
    uv=$venv/bin/uv
    [ -x "$uv" ] || "$python" -m pip install -q --require-hashes -r "$here/requirements-bootstrap.txt" || exit 1
    cd "$here" || exit 1
    for name in requirements-bootstrap requirements requirements-dev; do
        note "Locking $name.txt ..."
        "$uv" pip compile -q --generate-hashes --universal --python-version 3.11 --no-emit-index-url --no-strip-extras \
            --custom-compile-command './cu lock' "$@" "$name.in" -o "$name.txt" || exit 1
    done
}

command=${1-help}
[ $# -eq 0 ] || shift
case $command in
    help | -h | --help)
        usage
        exit 0
        ;;
    stop | status)
        if [ ! -x "$python" ]; then
            echo "Nothing is running."
            exit 0
        fi
        ;;
    run | candles | replay | manage | env)
        ensure_installed run requirements.txt
        ;;
    check | test | prove | soak | bench | lock)
        ensure_installed run requirements.txt
        ensure_installed dev requirements-dev.txt
        ;;
    *)
        note "cu: there is no command '$command'."
        usage >&2
        exit 2
        ;;
esac
[ "$command" != lock ] || { lock "$@"; exit 0; }
PYTHONPATH=$here exec "$python" -m cryptouniverse.stack "$command" "$@"
