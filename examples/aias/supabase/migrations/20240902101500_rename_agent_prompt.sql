-- Migration: Rename agent prompt
-- Date: 2024-09-02
-- Description: Agents got user prompts too, so the old column says which one it is
-- Rollback: rename the column and the constraint back

set lock_timeout = '5s';

alter table public.agents rename column prompt to system_prompt;
alter table public.agents rename constraint agents_prompt_length to agents_system_prompt_length;

comment on column public.agents.system_prompt is 'Given to the model before every conversation';

alter index public.projects_name_trgm_idx rename to projects_name_search_idx;
