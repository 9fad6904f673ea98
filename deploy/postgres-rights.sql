-- The rights of the daemon's user on PostgreSQL: it works with every table, and can neither change nor delete an entry or a
-- checkpoint of the audit log, nor take away the triggers that refuse it, for the tables are not its own. Run as their owner or
-- as a superuser, after the tables were made and again after each upgrade:
--
--   psql -d majlis -f deploy/postgres-rights.sql
--
-- The daemon connects as `majlis`, to the schema `public`; others by -v daemon=NAME -v schema=NAME.

\set ON_ERROR_STOP on
\if :{?daemon} \else \set daemon majlis \endif
\if :{?schema} \else \set schema public \endif

begin;
grant usage, create on schema :"schema" to :"daemon"; -- `create`: it asks at each start that its list of migrations be there
revoke all on all tables in schema :"schema" from :"daemon";
grant select, insert, update, delete on all tables in schema :"schema" to :"daemon";
grant usage, select on all sequences in schema :"schema" to :"daemon";
revoke update, delete on :"schema".audit_entry, :"schema".checkpoint from :"daemon";
revoke insert, update, delete on :"schema"._sqlx_migrations from :"daemon";
commit;
