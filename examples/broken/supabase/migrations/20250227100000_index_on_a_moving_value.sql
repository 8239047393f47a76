-- The date of an instant depends on the session's time zone, so an index cannot hold it.
create index document_views_day_idx on private.document_views ((viewed_at::date));
