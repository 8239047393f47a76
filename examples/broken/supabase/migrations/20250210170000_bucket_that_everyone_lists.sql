-- Files of a public bucket are downloaded without a policy: this one lets everybody list them.
insert into storage.buckets (id, name, public) values ('avatars', 'avatars', true);
create policy avatars_select on storage.objects for select using (bucket_id = 'avatars');
