-- Migration: Create agents
-- Date: 2024-02-12
-- Description: AI agents, and their memories as vectors

create type public.token_usage as (
  input_tokens bigint,
  output_tokens bigint,
  cached_tokens bigint
);

create table public.agents (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null references public.organizations (id) on delete cascade,
  project_id uuid,
  name text not null,
  model text not null default 'gpt-4',
  prompt text not null,
  temperature numeric(3, 2) not null default 0.70,
  tools text[] not null default '{}',
  config jsonb not null default '{}',
  total_usage public.token_usage,
  is_enabled boolean not null default true,
  created_by uuid default auth.uid() references public.profiles (id) on delete set null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint agents_project_fkey foreign key (project_id, organization_id)
    references public.projects (id, organization_id) on delete set null (project_id),
  constraint agents_id_organization_id_key unique (id, organization_id),
  constraint agents_prompt_length check (char_length(prompt) <= 20000),
  constraint agents_temperature_check check (temperature between 0 and 2)
);

comment on table public.agents is 'An AI agent and how it is set up';
comment on type public.token_usage is 'What a model call consumed';

create index agents_organization_id_idx on public.agents (organization_id);
create index agents_project_id_idx on public.agents (project_id, organization_id);
create index agents_created_by_idx on public.agents (created_by);

create table public.agent_memories (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null,
  agent_id uuid not null,
  content text not null,
  embedding extensions.vector(1536),
  metadata jsonb not null default '{}',
  created_at timestamptz not null default now(),
  constraint agent_memories_agent_fkey foreign key (agent_id, organization_id)
    references public.agents (id, organization_id) on delete cascade
);

comment on table public.agent_memories is 'What an agent remembers, searchable by meaning';

create index agent_memories_agent_id_idx on public.agent_memories (agent_id, organization_id);
create index agent_memories_organization_id_idx on public.agent_memories (organization_id);
create index agent_memories_embedding_idx on public.agent_memories
  using hnsw (embedding extensions.vector_cosine_ops) with (m = 16, ef_construction = 64);

alter table public.agents enable row level security;
alter table public.agent_memories enable row level security;

create policy agents_select_member on public.agents
  for select to authenticated
  using (private.is_tenant_member(organization_id));

create policy agents_insert_member on public.agents
  for insert to authenticated
  with check (private.has_tenant_role(organization_id, 'member'));

create policy agents_update_member on public.agents
  for update to authenticated
  using (private.has_tenant_role(organization_id, 'member'))
  with check (private.has_tenant_role(organization_id, 'member'));

create policy agents_delete_admin on public.agents
  for delete to authenticated
  using (private.has_tenant_role(organization_id, 'admin'));

create policy agent_memories_select_member on public.agent_memories
  for select to authenticated
  using (private.is_tenant_member(organization_id));

create policy agent_memories_insert_member on public.agent_memories
  for insert to authenticated
  with check (private.has_tenant_role(organization_id, 'member'));

create policy agent_memories_update_member on public.agent_memories
  for update to authenticated
  using (private.has_tenant_role(organization_id, 'member'))
  with check (private.has_tenant_role(organization_id, 'member'));

create policy agent_memories_delete_member on public.agent_memories
  for delete to authenticated
  using (private.has_tenant_role(organization_id, 'member'));

create trigger agents_set_updated_at
  before update on public.agents
  for each row execute function private.set_updated_at();

-- Security invoker: the policies of agent_memories apply to whoever calls it.
create function public.match_agent_memories(
  target_agent_id uuid,
  query_embedding extensions.vector,
  match_count integer default 10
)
returns table (id uuid, content text, similarity double precision)
language sql
stable
set search_path = ''
as $$
  select m.id, m.content, 1 - (m.embedding operator(extensions.<=>) query_embedding)
  from public.agent_memories m
  where m.agent_id = target_agent_id
    and m.embedding is not null
  order by m.embedding operator(extensions.<=>) query_embedding
  limit least(match_count, 100);
$$;

comment on function public.match_agent_memories(uuid, extensions.vector, integer) is 'The memories of an agent nearest to a query, best first';
