-- Migration: Create lead generation
-- Date: 2024-05-06
-- Description: Leads from the website; an edge function writes them as the service role

create domain public.email_address as text
  constraint email_address_format check (value ~* '^[^@\s]+@[^@\s]+\.[a-z]{2,}$');

create type public.lead_source as enum ('contact_form', 'newsletter', 'webinar', 'referral');

create table public.lead_generation (
  id uuid primary key default gen_random_uuid(),
  email public.email_address not null,
  full_name text,
  company text,
  source public.lead_source not null,
  campaign jsonb not null default '{}',
  score smallint not null default 0,
  consented_at timestamptz,
  converted_to uuid references public.organizations (id) on delete set null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint lead_generation_score_check check (score between 0 and 100)
);

comment on table public.lead_generation is 'People who left their address; personal data, administrators only';
comment on domain public.email_address is 'An e-mail address, checked loosely';

create unique index lead_generation_email_idx on public.lead_generation (lower(email), source);
create index lead_generation_converted_to_idx on public.lead_generation (converted_to);

alter table public.lead_generation enable row level security;

create policy lead_generation_select_admin on public.lead_generation
  for select to authenticated
  using ((select private.is_admin()));

create policy lead_generation_insert_admin on public.lead_generation
  for insert to authenticated
  with check ((select private.is_admin()));

create policy lead_generation_update_admin on public.lead_generation
  for update to authenticated
  using ((select private.is_admin()))
  with check ((select private.is_admin()));

create policy lead_generation_delete_admin on public.lead_generation
  for delete to authenticated
  using ((select private.is_admin()));

create trigger lead_generation_set_updated_at
  before update on public.lead_generation
  for each row execute function private.set_updated_at();
