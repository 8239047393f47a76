-- Migration: Create user roles
-- Date: 2024-01-12
-- Description: Roles on the platform itself (not within a tenant) and the check for administrators

create type public.app_role as enum ('user', 'support', 'moderator', 'admin');

create table public.user_roles (
  user_id uuid not null references public.profiles (id) on delete cascade,
  role public.app_role not null,
  granted_by uuid references public.profiles (id) on delete set null,
  granted_at timestamptz not null default now(),
  primary key (user_id, role)
);

comment on table public.user_roles is 'Platform-wide roles; most users have none';

create index user_roles_granted_by_idx on public.user_roles (granted_by);

create function private.has_app_role(wanted public.app_role)
returns boolean
language sql
stable
security definer
set search_path = ''
as $$
  select exists (
    select 1 from public.user_roles r where r.user_id = (select auth.uid()) and r.role = wanted
  );
$$;

create function private.is_admin()
returns boolean
language sql
stable
security definer
set search_path = ''
as $$
  select private.has_app_role('admin');
$$;

grant execute on function private.has_app_role(public.app_role) to authenticated, service_role;
grant execute on function private.is_admin() to authenticated, service_role;

alter table public.user_roles enable row level security;

create policy user_roles_select_own_or_admin on public.user_roles
  for select to authenticated
  using (user_id = (select auth.uid()) or (select private.is_admin()));

create policy user_roles_insert_admin on public.user_roles
  for insert to authenticated
  with check ((select private.is_admin()));

create policy user_roles_update_admin on public.user_roles
  for update to authenticated
  using ((select private.is_admin()))
  with check ((select private.is_admin()));

create policy user_roles_delete_admin on public.user_roles
  for delete to authenticated
  using ((select private.is_admin()));
