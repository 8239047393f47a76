-- Migration: Backfill project slug
-- Date: 2024-10-08
-- Description: Step 2 of 3: a slug for the projects from before; apart from the schema changes, so that it holds no table locks
-- Rollback: none needed

update public.projects
set slug = trim(both '-' from regexp_replace(lower(name), '[^a-z0-9]+', '-', 'g')) || '-' || left(id::text, 8)
where slug is null;
