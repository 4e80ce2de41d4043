# Dumps both databases, and proves each dump by restoring it into a server of its own that is thrown away.
# Environment: BACKUPS, a folder; KEEP, how many dumps stay; PGHOST and what else libpq reads; PROXY_DB_PASSWORD, PORTAL_DB_PASSWORD.
set -euo pipefail
stamp=$(date -u +%Y%m%d-%H%M%S)
work="$BACKUPS/.$stamp"
scratch=$(mktemp -d)
trap 'pg_ctl --pgdata "$scratch/data" --mode immediate stop >/dev/null 2>&1 || true; rm -rf "$work" "$scratch"' EXIT
rm -rf "$BACKUPS"/.[0-9]*
mkdir -p "$work"

dump() { # database user password
    PGPASSWORD="$3" pg_dump --username "$2" --dbname "$1" --format custom --no-owner --no-acl --file "$work/$1.dump"
}
dump litellm_db litellm "$PROXY_DB_PASSWORD"
dump litemaas_db litemaas "$PORTAL_DB_PASSWORD"

initdb --pgdata "$scratch/data" --username postgres --auth trust >/dev/null
pg_ctl --pgdata "$scratch/data" --options "-c listen_addresses='' -c unix_socket_directories='$scratch' -c fsync=off" --wait --log "$scratch/log" start >/dev/null
for database in litellm_db litemaas_db; do
    local=(env -u PGSSLMODE -u PGSSLROOTCERT -u PGPASSWORD PGHOST="$scratch" PGPORT=5432 PGUSER=postgres)
    "${local[@]}" createdb "$database"
    "${local[@]}" pg_restore --exit-on-error --no-owner --dbname "$database" "$work/$database.dump"
    tables=$("${local[@]}" psql --no-psqlrc --tuples-only --no-align --dbname "$database" \
        --command "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
    echo "$database: dumped, restored into a test server with $tables tables"
done

mv "$work" "$BACKUPS/$stamp"
echo "$stamp" >"$BACKUPS/latest"
# Names sort by time.
find "$BACKUPS" -mindepth 1 -maxdepth 1 -type d -name '[0-9]*' | sort -r | tail -n "+$((KEEP + 1))" | xargs -r rm -rf
