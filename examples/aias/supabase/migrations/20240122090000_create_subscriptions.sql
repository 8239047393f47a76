-- Migration: Create subscriptions
-- Date: 2024-01-22
-- Description: Stripe subscriptions of organizations; only the webhook (service role) writes them

create type public.subscription_status as enum (
  'trialing', 'active', 'past_due', 'canceled', 'unpaid', 'incomplete'
);

create table public.subscriptions (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null references public.organizations (id) on delete cascade,
  stripe_customer_id text not null,
  stripe_subscription_id text not null unique,
  price_id text not null,
  seats bigint not null default 1,
  status public.subscription_status not null default 'incomplete',
  cancel_at_period_end boolean not null default false,
  current_period_start timestamptz,
  current_period_end timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint subscriptions_seats_check check (seats > 0)
);

comment on table public.subscriptions is 'Mirror of Stripe; written by the billing webhook';
comment on column public.subscriptions.price_id is 'Stripe price, for example price_1OaB2c';

create index subscriptions_organization_id_idx on public.subscriptions (organization_id);

-- At most one running subscription for each organization.
create unique index subscriptions_one_active_idx on public.subscriptions (organization_id)
  where status in ('trialing', 'active', 'past_due');

alter table public.subscriptions enable row level security;

create policy subscriptions_select_member on public.subscriptions
  for select to authenticated
  using (private.is_tenant_member(organization_id));

-- Spelled out, so that nobody takes the absence of a policy for an oversight.
create policy subscriptions_insert_denied on public.subscriptions
  for insert to authenticated
  with check (false);

create policy subscriptions_update_denied on public.subscriptions
  for update to authenticated
  using (false)
  with check (false);

create policy subscriptions_delete_denied on public.subscriptions
  for delete to authenticated
  using (false);

-- pgdry-ignore rls/no-policy: only the billing webhook (service role) reads and writes it
create table public.stripe_events (
  id text primary key,
  type text not null,
  payload jsonb not null,
  received_at timestamptz not null default now(),
  processed_at timestamptz
);

comment on table public.stripe_events is 'Webhook deliveries; the primary key keeps one from being processed twice';

create index stripe_events_unprocessed_idx on public.stripe_events (received_at) where processed_at is null;

alter table public.stripe_events enable row level security;

create trigger subscriptions_set_updated_at
  before update on public.subscriptions
  for each row execute function private.set_updated_at();
