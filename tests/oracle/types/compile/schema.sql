-- A small shop: something of everything that the types have a form for.
create type public.status as enum ('draft', 'sent', 'paid');
create type public.money_amount as (cents bigint, currency text);
create domain public.email as text check (value like '%@%');

create table public.customers (
  id uuid primary key default gen_random_uuid(),
  email public.email not null,
  full_name text not null,
  tags text[] not null default '{}',
  settings jsonb not null default '{}',
  notes json,
  created_at timestamptz not null default now()
);

create table public.customer_details (
  customer_id uuid primary key references public.customers (id) on delete cascade,
  "shipping address" text,
  vat public.money_amount
);

create table public.orders (
  id bigint generated always as identity primary key,
  customer_id uuid not null references public.customers (id),
  status public.status not null default 'draft',
  total numeric(10, 2) not null,
  doubled numeric generated always as (total * 2) stored,
  placed_on date
);

create view public.paid_orders as select id, customer_id, total from public.orders where status = 'paid';
create view public.order_list as
  select o.id, o.total, c.full_name from public.orders o left join public.customers c on c.id = o.customer_id;
create materialized view public.totals as select customer_id, sum(total) as total from public.orders group by customer_id;

create function public.initials(public.customers) returns text language sql stable as $$ select left($1.full_name, 1) $$;
create function public.orders_of(customer uuid, minimum numeric default 0) returns setof public.orders
  language sql stable as $$ select * from public.orders where customer_id = customer and total >= minimum $$;
create function public.order_counts() returns table (status public.status, orders bigint)
  language sql stable as $$ select status, count(*) from public.orders group by status $$;
create function public.ping() returns boolean language sql as $$ select true $$;
