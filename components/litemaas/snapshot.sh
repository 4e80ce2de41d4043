# Dumps both databases from a volume that was made of a snapshot: starts a server of its own on it, which recovers as after a crash.
# Environment: SNAPSHOT, folder of the volume; BACKUPS and STAMP, where the dumps go: $BACKUPS/$STAMP.
set -euo pipefail
data="$SNAPSHOT/userdata"
if [ ! -f "$data/PG_VERSION" ]; then
    echo "$data is no folder of PostgreSQL" >&2
    exit 1
fi
scratch=$(mktemp -d)
trap 'pg_ctl --pgdata "$scratch/etc" --mode immediate stop >/dev/null 2>&1 || true; rm -rf "$scratch"' EXIT

# The configuration of the volume includes files that the image writes at its own start.
mkdir "$scratch/etc"
echo 'local all postgres trust' >"$scratch/etc/pg_hba.conf"
touch "$scratch/etc/pg_ident.conf"
cat >"$scratch/etc/postgresql.conf" <<CONF
data_directory = '$data'
listen_addresses = ''
unix_socket_directories = '$scratch'
CONF
# The server refuses a folder that others may read, as fsGroup makes it. Whoever wrote the process id is gone.
chmod 700 "$data"
rm -f "$data/postmaster.pid"
if ! pg_ctl --pgdata "$scratch/etc" --wait --timeout 3600 --log "$scratch/log" start >/dev/null; then
    tail -n 20 "$scratch/log" >&2
    exit 1
fi

rm -rf "${BACKUPS:?}/$STAMP"
mkdir -p "$BACKUPS/$STAMP"
for database in litellm_db litemaas_db; do
    env -u PGSSLMODE -u PGSSLROOTCERT -u PGPASSWORD PGHOST="$scratch" PGPORT=5432 pg_dump --username postgres --dbname "$database" \
        --format custom --no-owner --no-acl --file "$BACKUPS/$STAMP/$database.dump"
    echo "$database: dumped from the snapshot of $STAMP"
done
