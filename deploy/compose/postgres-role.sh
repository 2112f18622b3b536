#!/bin/sh
# Run once by the Postgres image, on an empty volume: the gateway's own role, which owns its database and nothing else.
set -eu
psql --set=ON_ERROR_STOP=1 --set=password="$GATEWAY_DB_PASSWORD" --username=postgres --dbname=postgres <<'SQL'
create role gateway login password :'password' nosuperuser nocreatedb nocreaterole connection limit 60;
create database gateway owner gateway encoding 'UTF8' template template0;
revoke all on database gateway from public;
SQL
