-- A view reads with the rights of its owner: it shows the rows of everyone.
create view public.all_todos as select user_id, title from public.todos;
