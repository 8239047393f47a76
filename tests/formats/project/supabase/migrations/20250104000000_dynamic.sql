do $$
declare note record;
begin
  for note in select body from public.notes loop
    execute format('create schema %I', note.body);
  end loop;
end $$;
