-- It is a table.
drop view public.documents;
