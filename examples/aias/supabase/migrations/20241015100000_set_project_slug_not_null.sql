-- Migration: Set project slug not null
-- Date: 2024-10-15
-- Description: Validates the check; SET NOT NULL then needs no scan of its own, and the check has done its work
-- Rollback: alter table public.projects alter column slug drop not null;

set lock_timeout = '5s';

alter table public.projects validate constraint projects_slug_not_null;
alter table public.projects
  alter column slug set not null,
  drop constraint projects_slug_not_null;

create unique index projects_organization_slug_key on public.projects (organization_id, slug);

-- The unique index begins with organization_id too.
drop index public.projects_organization_id_idx;
