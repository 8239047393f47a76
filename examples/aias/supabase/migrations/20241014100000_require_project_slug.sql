-- Migration: Require project slug
-- Date: 2024-10-14
-- Description: Step 3 of 3: the check is added unvalidated, which takes no scan under a strong lock
-- Rollback: alter table public.projects drop constraint projects_slug_not_null;

set lock_timeout = '5s';

alter table public.projects add constraint projects_slug_not_null check (slug is not null) not valid;
