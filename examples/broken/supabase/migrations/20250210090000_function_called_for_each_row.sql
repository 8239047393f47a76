-- Without a SELECT around it, auth.uid() runs once for each row instead of once for the query.
create table public.todos (
  user_id uuid not null references auth.users (id) on delete cascade,
  title text not null,
  primary key (user_id, title)
);

alter table public.todos enable row level security;

create policy todos_own on public.todos for all to authenticated using (user_id = auth.uid()) with check (user_id = auth.uid());
