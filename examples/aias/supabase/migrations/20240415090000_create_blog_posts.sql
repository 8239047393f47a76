-- Migration: Create blog posts
-- Date: 2024-04-15
-- Description: The blog and its comments; published posts are public

create type public.content_status as enum ('draft', 'published', 'archived');

create table public.blog_posts (
  id uuid primary key default gen_random_uuid(),
  author_id uuid not null references public.profiles (id) on delete restrict,
  slug text not null unique,
  title text not null,
  excerpt text,
  body text not null default '',
  tags text[] not null default '{}',
  status public.content_status not null default 'draft',
  published_at timestamptz,
  search_document tsvector generated always as (
    setweight(to_tsvector('english', title), 'A')
    || setweight(to_tsvector('english', coalesce(excerpt, '')), 'B')
    || setweight(to_tsvector('english', body), 'C')
  ) stored,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint blog_posts_published_check check (status <> 'published' or published_at is not null)
);

comment on table public.blog_posts is 'Articles of the public blog';

create index blog_posts_author_id_idx on public.blog_posts (author_id);
create index blog_posts_status_idx on public.blog_posts (status, published_at desc);
create index blog_posts_search_document_idx on public.blog_posts using gin (search_document);

create table public.comments (
  id uuid primary key default gen_random_uuid(),
  post_id uuid not null references public.blog_posts (id) on delete cascade,
  parent_id uuid references public.comments (id) on delete cascade,
  author_id uuid not null default auth.uid() references public.profiles (id) on delete cascade,
  body text not null,
  is_hidden boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint comments_body_length check (char_length(body) between 1 and 5000)
);

comment on table public.comments is 'Comments on blog posts, threaded by parent_id';

create index comments_post_id_idx on public.comments (post_id, created_at);
create index comments_parent_id_idx on public.comments (parent_id);
create index comments_author_id_idx on public.comments (author_id);

alter table public.blog_posts enable row level security;
alter table public.comments enable row level security;

grant select on public.blog_posts to anon;

create policy blog_posts_select_published on public.blog_posts
  for select to anon
  using (status = 'published');

create policy blog_posts_select_published_or_own on public.blog_posts
  for select to authenticated
  using (status = 'published' or author_id = (select auth.uid()) or (select private.is_admin()));

create policy blog_posts_insert_author on public.blog_posts
  for insert to authenticated
  with check (author_id = (select auth.uid()) and (select private.has_app_role('moderator')));

create policy blog_posts_update_author on public.blog_posts
  for update to authenticated
  using (author_id = (select auth.uid()) or (select private.is_admin()))
  with check (author_id = (select auth.uid()) or (select private.is_admin()));

create policy blog_posts_delete_admin on public.blog_posts
  for delete to authenticated
  using ((select private.is_admin()));

create policy comments_select_visible on public.comments
  for select to authenticated
  using (not is_hidden or author_id = (select auth.uid()));

create policy comments_insert_own on public.comments
  for insert to authenticated
  with check (
    author_id = (select auth.uid())
    and exists (
      select 1 from public.blog_posts p where p.id = comments.post_id and p.status = 'published'
    )
  );

create policy comments_update_own on public.comments
  for update to authenticated
  using (author_id = (select auth.uid()))
  with check (author_id = (select auth.uid()));

create policy comments_delete_own_or_moderator on public.comments
  for delete to authenticated
  using (author_id = (select auth.uid()) or (select private.has_app_role('moderator')));

alter publication supabase_realtime add table public.comments;

create trigger blog_posts_set_updated_at
  before update on public.blog_posts
  for each row execute function private.set_updated_at();

create trigger comments_set_updated_at
  before update on public.comments
  for each row execute function private.set_updated_at();
