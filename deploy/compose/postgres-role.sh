#!/bin/sh
# The Postgres image runs this once, on an empty volume. It creates a role that owns the gateway's database and nothing else.
set -eu
psql --set=ON_ERROR_STOP=1 --set=password="$GATEWAY_DB_PASSWORD" --username=postgres --dbname=postgres <<'SQL'
create role gateway login password :'password' nosuperuser nocreatedb nocreaterole connection limit 60;
create database gateway owner gateway encoding 'UTF8' template template0;
revoke all on database gateway from public;
SQL
