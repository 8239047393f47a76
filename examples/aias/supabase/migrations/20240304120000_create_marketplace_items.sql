-- Migration: Create marketplace items
-- Date: 2024-03-04
-- Description: Workflow templates that organizations publish; everybody can see the listed ones

create type public.listing_status as enum ('draft', 'in_review', 'listed', 'delisted');

create table public.marketplace_items (
  id uuid primary key default gen_random_uuid(),
  publisher_id uuid not null references public.organizations (id) on delete cascade,
  workflow_id uuid references public.workflows (id) on delete set null,
  slug text not null unique,
  title text not null,
  summary text,
  price numeric(10, 2) not null default 0,
  currency text not null default 'EUR',
  tags text[] not null default '{}',
  status public.listing_status not null default 'draft',
  listed_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint marketplace_items_price_check check (price >= 0),
  constraint marketplace_items_currency_check check (currency ~ '^[A-Z]{3}$')
);

comment on table public.marketplace_items is 'A workflow template for sale or for free';

create index marketplace_items_publisher_id_idx on public.marketplace_items (publisher_id);
create index marketplace_items_workflow_id_idx on public.marketplace_items (workflow_id);
create index marketplace_items_status_idx on public.marketplace_items (status, listed_at desc);
create index marketplace_items_tags_idx on public.marketplace_items using gin (tags);
create index marketplace_items_title_trgm_idx on public.marketplace_items using gin (title extensions.gin_trgm_ops);

alter table public.marketplace_items enable row level security;

grant select on public.marketplace_items to anon;

create policy marketplace_items_select_listed on public.marketplace_items
  for select to anon
  using (status = 'listed');

create policy marketplace_items_select_listed_or_own on public.marketplace_items
  for select to authenticated
  using (status = 'listed' or private.is_tenant_member(publisher_id));

create policy marketplace_items_insert_admin on public.marketplace_items
  for insert to authenticated
  with check (private.has_tenant_role(publisher_id, 'admin'));

create policy marketplace_items_update_admin on public.marketplace_items
  for update to authenticated
  using (private.has_tenant_role(publisher_id, 'admin'))
  with check (private.has_tenant_role(publisher_id, 'admin'));

create policy marketplace_items_delete_admin on public.marketplace_items
  for delete to authenticated
  using (private.has_tenant_role(publisher_id, 'admin'));

create trigger marketplace_items_set_updated_at
  before update on public.marketplace_items
  for each row execute function private.set_updated_at();
