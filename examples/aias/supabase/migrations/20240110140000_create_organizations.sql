-- Migration: Create organizations
-- Date: 2024-01-10
-- Description: Organizations (tenants), their members, and the functions that every tenant policy calls

create type public.tenant_role as enum ('viewer', 'member', 'admin', 'owner');

create table public.organizations (
  id uuid primary key default extensions.uuid_generate_v4(),
  name text not null,
  slug text not null,
  created_by uuid default auth.uid() references public.profiles (id) on delete set null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint organizations_slug_key unique (slug),
  constraint organizations_slug_format check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$')
);

comment on table public.organizations is 'A tenant: all business data belongs to exactly one';

create index organizations_created_by_idx on public.organizations (created_by);

create table public.tenant_members (
  organization_id uuid not null references public.organizations (id) on delete cascade,
  user_id uuid not null references public.profiles (id) on delete cascade,
  role public.tenant_role not null default 'member',
  invited_by uuid references public.profiles (id) on delete set null,
  joined_at timestamptz not null default now(),
  primary key (organization_id, user_id)
);

comment on table public.tenant_members is 'Who belongs to which organization, and as what';

create index tenant_members_user_id_idx on public.tenant_members (user_id);
create index tenant_members_invited_by_idx on public.tenant_members (invited_by);

-- Security definer: the policies on tenant_members call these, and must not call themselves through them.
create function private.is_tenant_member(target_organization_id uuid)
returns boolean
language sql
stable
security definer
set search_path = ''
as $$
  select exists (
    select 1
    from public.tenant_members m
    where m.organization_id = target_organization_id
      and m.user_id = (select auth.uid())
  );
$$;

create function private.has_tenant_role(target_organization_id uuid, minimum_role public.tenant_role)
returns boolean
language sql
stable
security definer
set search_path = ''
as $$
  select exists (
    select 1
    from public.tenant_members m
    where m.organization_id = target_organization_id
      and m.user_id = (select auth.uid())
      and m.role >= minimum_role
  );
$$;

comment on function private.has_tenant_role(uuid, public.tenant_role) is 'True when the user has this role in the organization, or a higher one';

grant execute on function private.is_tenant_member(uuid) to authenticated, service_role;
grant execute on function private.has_tenant_role(uuid, public.tenant_role) to authenticated, service_role;

alter table public.organizations enable row level security;
alter table public.tenant_members enable row level security;

create policy organizations_select_member on public.organizations
  for select to authenticated
  using (created_by = (select auth.uid()) or private.is_tenant_member(id));

create policy organizations_insert_own on public.organizations
  for insert to authenticated
  with check (created_by = (select auth.uid()));

create policy organizations_update_admin on public.organizations
  for update to authenticated
  using (private.has_tenant_role(id, 'admin'))
  with check (private.has_tenant_role(id, 'admin'));

create policy organizations_delete_owner on public.organizations
  for delete to authenticated
  using (private.has_tenant_role(id, 'owner'));

create policy tenant_members_select_member on public.tenant_members
  for select to authenticated
  using (private.is_tenant_member(organization_id));

create policy tenant_members_insert_admin on public.tenant_members
  for insert to authenticated
  with check (private.has_tenant_role(organization_id, 'admin'));

create policy tenant_members_update_admin on public.tenant_members
  for update to authenticated
  using (private.has_tenant_role(organization_id, 'admin'))
  with check (private.has_tenant_role(organization_id, 'admin'));

-- Whoever is a member may leave.
create policy tenant_members_delete_self_or_admin on public.tenant_members
  for delete to authenticated
  using (
    private.is_tenant_member(organization_id)
    and (user_id = (select auth.uid()) or private.has_tenant_role(organization_id, 'admin'))
  );

create trigger organizations_set_updated_at
  before update on public.organizations
  for each row execute function private.set_updated_at();

create function private.add_organization_owner()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  if new.created_by is not null then
    insert into public.tenant_members (organization_id, user_id, role)
    values (new.id, new.created_by, 'owner');
  end if;
  return null;
end;
$$;

create trigger organizations_add_owner
  after insert on public.organizations
  for each row execute function private.add_organization_owner();
