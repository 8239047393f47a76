/** A project of many migrations, each with a dozen findings. */

export function largeProject(migrations: number): [name: string, sql: string][] {
  return Array.from({ length: migrations }, (_, at) => migration(at + 1));
}

export function migration(number: number): [name: string, sql: string] {
  const version = new Date(Date.UTC(2024, 0, 1, 0, number)).toISOString().replace(/\D/g, '').slice(0, 14);
  const columns = 'id serial, name varchar(20), made timestamp, price money, kind char(3), extra json, cost money';
  return [
    `${version}_change_${number}.sql`,
    `-- change ${number}
create table public.orders_${number} (${columns});
create table public.lines_${number} (id int, order_id int, at timetz);
create policy everyone on public.orders_${number} for all using (true);
create function public.total_${number}() returns int language sql security definer as $$ select 1 $$;
`,
  ];
}
