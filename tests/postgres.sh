#!/usr/bin/env bash
# A private PostgreSQL for the tests and the benchmark: on a Unix socket, in a directory of its own, gone after `stop`.
#
#   eval "$(tests/postgres.sh start)"     prints  export MAJLIS_TEST_POSTGRES='postgres://…'
#   tests/postgres.sh stop
#
# `start --durable` keeps fsync on, as in production (the benchmark); without it the tests are spared the disk.
# `start` on a running server prints its URL again. The directory is $MAJLIS_TEST_POSTGRES_DIR, or one under /tmp
# that belongs to this checkout.
set -euo pipefail

usage() { echo "usage: tests/postgres.sh start [--durable] | stop" >&2; exit 2; }
say() { echo "tests/postgres.sh: $*" >&2; }

checkout=$(cd "$(dirname "$0")/.." && pwd)
dir=${MAJLIS_TEST_POSTGRES_DIR:-/tmp/majlis-postgres-$(id -u)-$(printf %s "$checkout" | cksum | cut -d' ' -f1)}

# The server's programs: Debian keeps them out of the path.
find_bin() {
    local each
    for each in $(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -t/ -k5 -rn) "$(dirname "$(command -v initdb || echo /none/initdb)")"; do
        if [ -x "$each/initdb" ] && [ -x "$each/pg_ctl" ]; then echo "$each"; return; fi
    done
    say "no PostgreSQL server here; install it (Debian: apt-get install postgresql) and try again"
    exit 1
}

# initdb refuses to run as root, so root runs it as somebody else.
as_owner() {
    if [ "$(id -u)" = 0 ]; then
        runuser -u "$owner" -- env HOME="$dir" LC_ALL=C "$@"
    else
        env LC_ALL=C "$@"
    fi
}
owner=$(id -un)
if [ "$(id -u)" = 0 ]; then owner=$(id -un postgres 2>/dev/null || echo nobody); fi

url="postgres://majlis@localhost/postgres?host=$dir&sslmode=disable"

case ${1:-} in
start)
    durability=(-c fsync=off -c synchronous_commit=off -c full_page_writes=off)
    case ${2:-} in
        '') ;;
        --durable) durability=() ;;
        *) usage ;;
    esac
    bin=$(find_bin)
    if ! [ -s "$dir/data/postmaster.pid" ] || ! as_owner "$bin/pg_ctl" status -s -D "$dir/data" >/dev/null; then
        rm -rf "$dir"
        mkdir -m 700 "$dir"
        chown "$owner" "$dir"
        cd "$dir"
        as_owner "$bin/initdb" -D "$dir/data" -U majlis -A trust -E UTF8 --no-sync >"$dir/initdb.log" 2>&1 ||
            { cat "$dir/initdb.log" >&2; exit 1; }
        options="-c listen_addresses='' -c unix_socket_directories='$dir' -c max_connections=300 ${durability[*]-}"
        as_owner "$bin/pg_ctl" start -s -w -D "$dir/data" -l "$dir/server.log" -o "$options" >&2 ||
            { cat "$dir/server.log" >&2; exit 1; }
    fi
    echo "export MAJLIS_TEST_POSTGRES='$url'"
    ;;
stop)
    [ $# = 1 ] || usage
    if [ -d "$dir/data" ]; then
        bin=$(find_bin)
        cd "$dir"
        as_owner "$bin/pg_ctl" stop -s -m immediate -D "$dir/data" >&2 || true
        rm -rf "$dir"
    fi
    ;;
*) usage ;;
esac
