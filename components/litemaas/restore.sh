# Restores both databases from a dump, each in one transaction: all of it, or nothing. Environment: as backup.sh, and STAMP.
set -euo pipefail
for database in litellm_db litemaas_db; do
    file="$BACKUPS/$STAMP/$database.dump"
    if [ ! -s "$file" ]; then
        echo "$file is not there: expected one of $(cd "$BACKUPS" && echo [0-9]*)" >&2
        exit 1
    fi
done
restore() { # database user password
    PGPASSWORD="$3" pg_restore --username "$2" --dbname "$1" --clean --if-exists --no-owner --no-acl --single-transaction --exit-on-error "$BACKUPS/$STAMP/$1.dump"
    echo "$1: restored from $STAMP"
}
restore litellm_db litellm "$PROXY_DB_PASSWORD"
restore litemaas_db litemaas "$PORTAL_DB_PASSWORD"
