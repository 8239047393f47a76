do $$
begin
  execute current_setting('app.statement');
end $$;
