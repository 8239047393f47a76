-- Rows for cases/rich.sql.
insert into public.people (email, nick, mood, moods, home, places, born, age, score, ratio, weight, money, active, data, extra, docs, tags, photo, token, during, address, factor)
values
  ('a@example.org', 'ann', 'very happy', '{sad,NULL,"very-happy"}',
   row('here', row(1.5, -2, 0.25)::public.point3, '01234', '{ok}'),
   array[row('there', null, null, null)::public.place, null],
   '2001-02-03', 32767, -2147483648, 0.5, 1e300, 12345678.91, false, '{"a": [1, null, {"b": "c"}]}', 'null',
   array['1', '{"x": true}']::jsonb[], '{one,NULL,"two words"}', '\xdeadbeef', '00000000-0000-0000-0000-000000000001',
   '[2025-01-01 00:00+00, 2025-02-01 00:00+00)', '192.168.0.1/24', 'totp'),
  ('b@example.org', null, null, '{}', null, '{}', null, null, 0, null, null, null, true, '"text"', null, null, null, null, null, null, null, null);
update public.people set mood = '' where nick is null;
insert into public.items (owner, "order", "type", "self", "camelCase", "camel_case", "with space", "Ünïcode", "2fa", "quo""te", "new
line", "a/b~c%d", status, snapshot)
select id, 1, 't', 's', 'c', 'c2', 'w', 'ü', true, 'q', 'n', 'a', 'live', p from public.people p where nick = 'ann';
insert into public.items (owner, "order", "with space", status) values (1, 2, '', 'draft');
insert into public.string values (1), (null);
insert into public."option" values (1, null);
insert into public.items_insert values (1);
insert into public.empty default values;
insert into public."dotted.name" values (7);
insert into "Odd-Schema"."Table/1" select '00000000-0000-0000-0000-000000000002', 'a', 'Self', p from public.people p where nick = 'ann';
insert into app.posts (title, "crate") values ('first', 'c'), ('second', null);
insert into public.events values ('2025-06-01 12:00+00', 'solstice'), ('2025-07-01 12:00+00', null);
refresh materialized view public.moods;
