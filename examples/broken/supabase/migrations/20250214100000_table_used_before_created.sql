-- The table comes in the next file.
create index tags_name_idx on private.tags (name);
