-- An earlier file created it.
create type public.document_status as enum ('draft', 'published', 'archived');
