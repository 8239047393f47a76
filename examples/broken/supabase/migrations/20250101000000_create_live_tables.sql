-- Nothing is wrong here: these tables are live, and the other files go wrong with them.

create schema private;

create type public.document_status as enum ('draft', 'published');

create table public.documents (
  id uuid primary key default gen_random_uuid(),
  owner_id uuid not null references auth.users (id) on delete cascade,
  title text not null,
  body text,
  status public.document_status not null default 'draft',
  created_at timestamptz not null default now()
);

create index documents_owner_id_idx on public.documents (owner_id);

alter table public.documents enable row level security;

create policy documents_select_own on public.documents
  for select to authenticated using (owner_id = (select auth.uid()));
create policy documents_insert_own on public.documents
  for insert to authenticated with check (owner_id = (select auth.uid()));
create policy documents_update_own on public.documents
  for update to authenticated using (owner_id = (select auth.uid())) with check (owner_id = (select auth.uid()));
create policy documents_delete_own on public.documents
  for delete to authenticated using (owner_id = (select auth.uid()));

create table private.document_views (
  document_id uuid not null references public.documents (id) on delete cascade,
  viewed_at timestamptz not null default now(),
  primary key (document_id, viewed_at)
);

create view private.published_documents as
select id, title from public.documents where status = 'published';

create function private.document_count(wanted public.document_status)
returns bigint
language sql
stable
set search_path = ''
as $$
  select count(*) from public.documents d where d.status = wanted;
$$;
