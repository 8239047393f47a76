-- Migration: Create storage buckets
-- Date: 2024-06-17
-- Description: Private buckets for avatars (a folder for each user) and artifacts (a folder for each organization)

insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types)
values
  ('avatars', 'avatars', false, 2097152, array['image/png', 'image/jpeg', 'image/webp']),
  ('artifacts', 'artifacts', false, 52428800, null)
on conflict (id) do nothing;

create policy storage_select_own_folder on storage.objects
  for select to authenticated
  using (
    (bucket_id = 'avatars' and (storage.foldername(name))[1] = (select auth.uid())::text)
    or (bucket_id = 'artifacts' and private.is_tenant_member(((storage.foldername(name))[1])::uuid))
  );

create policy storage_insert_own_folder on storage.objects
  for insert to authenticated
  with check (
    (bucket_id = 'avatars' and (storage.foldername(name))[1] = (select auth.uid())::text)
    or (bucket_id = 'artifacts' and private.has_tenant_role(((storage.foldername(name))[1])::uuid, 'member'))
  );

create policy storage_update_own_folder on storage.objects
  for update to authenticated
  using (
    (bucket_id = 'avatars' and (storage.foldername(name))[1] = (select auth.uid())::text)
    or (bucket_id = 'artifacts' and private.has_tenant_role(((storage.foldername(name))[1])::uuid, 'member'))
  )
  with check (
    (bucket_id = 'avatars' and (storage.foldername(name))[1] = (select auth.uid())::text)
    or (bucket_id = 'artifacts' and private.has_tenant_role(((storage.foldername(name))[1])::uuid, 'member'))
  );

create policy storage_delete_own_folder on storage.objects
  for delete to authenticated
  using (
    (bucket_id = 'avatars' and (storage.foldername(name))[1] = (select auth.uid())::text)
    or (bucket_id = 'artifacts' and private.has_tenant_role(((storage.foldername(name))[1])::uuid, 'admin'))
  );
