#!/usr/bin/env bash
# Copies a Majlis database from SQLite to PostgreSQL, the audit log byte for byte. Needs sqlite3 and psql.
#
#   sqlite-to-postgres.sh /var/lib/majlis/majlis.db postgres://majlis@localhost/majlis
#
# First stop the daemon, and let the same version of Majlis make its tables in the new database: with `database.url`
# set to it, `majlis staff list` does. Afterwards `majlis audit verify` proves the copy against the published
# checkpoints. All of it is copied or nothing; a database that holds anything is refused.
set -euo pipefail

[ $# = 2 ] || { echo "usage: $0 SQLITE_FILE POSTGRES_URL" >&2; exit 2; }
file=$1 url=$2

# In the order in which they refer to each other.
tables=(source token post purse job delivery comment revision decision opinion rule_hides action reply_clock clock_pause clock_alert clock_point holding erasure legal_hold notice notice_item
    audit_entry audit_head checkpoint staff document proposal adoption note saved_view bulk bulk_item approval
    idempotency_key topic_note sample sample_item shadow shadow_count)
# What the new database notes as the others come in and the daemon works out, and what is over soon: everybody signs in anew.
derived=(waiting waiting_tally waiting_stale search_word search_stale found_by looking work_lease session sign_in_try)
# Those that number their rows themselves, and are to go on from the last.
numbered=(job delivery comment decision action reply_clock clock_pause holding erasure legal_hold notice staff adoption note bulk
    topic_note sample_item shadow)

ask() { sqlite3 -readonly -batch "$file" "$1"; }
tell() { psql -X -q -At -v ON_ERROR_STOP=1 "$url" "$@"; }

found=$(ask "select group_concat(name, ' ') from (select name from sqlite_master where type = 'table'
    and name not like 'sqlite_%' and name not like '\_sqlx%' escape '\' order by name)")
known=$(printf '%s\n' "${tables[@]}" "${derived[@]}" | LC_ALL=C sort | tr '\n' ' ')
[ "$found " = "$known" ] || { echo "$0: $file holds other tables than this script knows: $found" >&2; exit 1; }
for table in "${tables[@]}"; do
    [ "$(tell -c "select count(*) from $table")" = 0 ] || { echo "$0: $table is not empty in $url" >&2; exit 1; }
done

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
umask 077

for table in "${tables[@]}"; do
    columns=$(ask "select group_concat(name, ', ') from pragma_table_info('$table')")
    # PostgreSQL's text form (COPY, "Text Format"): tabs between fields, \N for null, backslashes for the rest.
    fields=$(ask "select group_concat(case type
        when 'BLOB' then 'iif(' || name || ' is null, ''\\N'', ''\\\\x'' || hex(' || name || '))'
        when 'INTEGER' then 'coalesce(' || name || ', ''\\N'')'
        else 'coalesce(replace(replace(replace(replace(' || name || ', ''\\'', ''\\\\''), char(9), ''\\t''), char(10), ''\\n''), char(13), ''\\r''), ''\\N'')'
        end, ' || char(9) || ') from (select name, upper(type) as type from pragma_table_info('$table'))")
    ask "select $fields from $table" >"$work/$table"
    echo "\\copy $table ($columns) from '$work/$table'" >>"$work/all.sql"
done
for table in "${numbered[@]}"; do
    echo "select setval(pg_get_serial_sequence('$table', 'id'), max(id)) from $table having max(id) is not null;"
done >>"$work/all.sql"

tell --single-transaction -f "$work/all.sql" >/dev/null
for table in "${tables[@]}"; do
    echo "$table: $(tell -c "select count(*) from $table") of $(ask "select count(*) from $table")"
done
