-- ALTER TABLE keeps its lock on the live table until the UPDATE of every row is done.
alter table public.documents add column word_count bigint;

update public.documents set word_count = array_length(regexp_split_to_array(body, '\s+'), 1) where word_count is null;
