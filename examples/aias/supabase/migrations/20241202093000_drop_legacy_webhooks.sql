-- Migration: Drop legacy webhooks
-- Date: 2024-12-02
-- Description: The last customer moved to workflows in November; nothing reads the column since release 3.2
-- Backup: the addresses were exported to the storage bucket artifacts (ops/2024-12-01/legacy_webhooks.csv)
-- Rollback: add the column back and load it from the export

set lock_timeout = '5s';

drop trigger integrations_notify_legacy_webhook on public.integrations;
drop function private.notify_legacy_webhook();
alter table public.integrations drop column legacy_webhook_url;
