-- Migration: Create foundation
-- Date: 2024-01-08
-- Description: Enables the extensions, creates the private schema for helper functions, and tightens the default privileges

create extension if not exists "uuid-ossp" with schema extensions;
create extension if not exists pgcrypto with schema extensions;
create extension if not exists pg_trgm with schema extensions;
create extension if not exists vector with schema extensions;

-- Not in [api].schemas: what policies and triggers call must not be callable through the Data API.
create schema if not exists private;
comment on schema private is 'Helper functions and internal tables; not served by the Data API';

revoke all on schema private from public;
grant usage on schema private to authenticated, service_role;

-- Supabase grants everything on new tables to anon and lets PUBLIC execute new functions. Here both are opened one by one.
alter default privileges for role postgres in schema public revoke all on tables from anon;
alter default privileges for role postgres in schema public revoke all on sequences from anon;
alter default privileges for role postgres in schema public revoke execute on functions from anon;
alter default privileges for role postgres in schema public revoke truncate, references, trigger on tables from authenticated;
alter default privileges for role postgres revoke execute on functions from public;

create function private.set_updated_at()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  new.updated_at := pg_catalog.now();
  return new;
end;
$$;

comment on function private.set_updated_at() is 'Trigger: keeps updated_at current';
