-- The same: not inside a transaction block.
comment on table public.documents is 'What users write';

vacuum analyze public.documents;
