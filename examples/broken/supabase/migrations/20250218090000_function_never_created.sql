-- The trigger comes before its function.
create trigger documents_touch
  before update on public.documents
  for each row execute function private.touch_document();
