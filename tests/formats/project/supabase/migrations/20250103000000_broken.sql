create table public.tags (id bigint primary key, note_id bigint references public.note (id));
alter table public.tags enable row level security;
create policy "Tags, 100%: <all> & more" on public.tags for select to anon using (true);
comment on table public.tags is 'tags of
notes';
