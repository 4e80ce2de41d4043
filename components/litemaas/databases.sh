# Makes a database and a user for each application, and gives users the passwords of the Secret. The image of PostgreSQL runs it at
# each start, before the server accepts connections: on an empty volume and on one that was kept. It may run any number of times.
psql --username postgres --dbname postgres --no-psqlrc --quiet --set ON_ERROR_STOP=1 <<'SQL'
\getenv proxy_password PROXY_DB_PASSWORD
\getenv portal_password PORTAL_DB_PASSWORD

SELECT format('CREATE ROLE %I', name)
FROM (VALUES ('litellm'), ('litemaas')) AS wanted (name)
WHERE name NOT IN (SELECT rolname FROM pg_roles)
\gexec

ALTER ROLE litellm WITH LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION PASSWORD :'proxy_password';
ALTER ROLE litemaas WITH LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION PASSWORD :'portal_password';

SELECT format('CREATE DATABASE %I OWNER %I', name, owner)
FROM (VALUES ('litellm_db', 'litellm'), ('litemaas_db', 'litemaas')) AS wanted (name, owner)
WHERE name NOT IN (SELECT datname FROM pg_database)
\gexec

ALTER DATABASE litellm_db OWNER TO litellm;
ALTER DATABASE litemaas_db OWNER TO litemaas;
REVOKE ALL ON DATABASE litellm_db, litemaas_db, postgres FROM PUBLIC;
SQL
