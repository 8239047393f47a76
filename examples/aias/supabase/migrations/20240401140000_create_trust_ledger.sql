-- Migration: Create trust ledger
-- Date: 2024-04-01
-- Description: A chain of hashes over security-relevant entries, so that tampering shows

create table public.trust_ledger (
  id bigint generated always as identity primary key,
  organization_id uuid not null references public.organizations (id) on delete restrict,
  subject text not null,
  payload jsonb not null,
  trust_score numeric(5, 4),
  previous_hash bytea,
  entry_hash bytea not null,
  created_at timestamptz not null default now(),
  constraint trust_ledger_entry_hash_key unique (entry_hash),
  constraint trust_ledger_score_check check (trust_score between 0 and 1)
);

comment on table public.trust_ledger is 'Each entry carries the hash of the one before it in the same organization';

create index trust_ledger_organization_id_idx on public.trust_ledger (organization_id, id desc);

create function private.chain_trust_ledger()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended(new.organization_id::text, 0));
  select l.entry_hash
    into new.previous_hash
    from public.trust_ledger l
   where l.organization_id = new.organization_id
   order by l.id desc
   limit 1;
  new.entry_hash := extensions.digest(
    coalesce(pg_catalog.encode(new.previous_hash, 'hex'), '') || new.subject || new.payload::text || new.created_at::text,
    'sha256'
  );
  return new;
end;
$$;

create trigger trust_ledger_chain
  before insert on public.trust_ledger
  for each row execute function private.chain_trust_ledger();

alter table public.trust_ledger enable row level security;

create policy trust_ledger_select_member on public.trust_ledger
  for select to authenticated
  using (private.is_tenant_member(organization_id));

create policy trust_ledger_insert_denied on public.trust_ledger
  for insert to authenticated
  with check (false);

create policy trust_ledger_update_denied on public.trust_ledger
  for update to authenticated
  using (false)
  with check (false);

create policy trust_ledger_delete_denied on public.trust_ledger
  for delete to authenticated
  using (false);

revoke update, delete on public.trust_ledger from authenticated, service_role;
