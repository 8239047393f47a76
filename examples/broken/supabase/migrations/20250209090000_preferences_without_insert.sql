-- Users can change their preferences, but neither create the first one nor delete any.
create table public.user_preferences (
  user_id uuid not null references auth.users (id) on delete cascade,
  preference_key text not null,
  preference_value jsonb,
  primary key (user_id, preference_key)
);

alter table public.user_preferences enable row level security;

create policy user_preferences_select_own on public.user_preferences for select to authenticated
  using (user_id = (select auth.uid()));

create policy user_preferences_update_own on public.user_preferences for update to authenticated
  using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));
