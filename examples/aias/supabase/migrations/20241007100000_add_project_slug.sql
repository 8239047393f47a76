-- Migration: Add project slug
-- Date: 2024-10-07
-- Description: Step 1 of 3 to a required slug: the column, empty; the application fills it for new projects from now on
-- Rollback: alter table public.projects drop column slug;

set lock_timeout = '5s';

alter table public.projects add column slug text;
