// A user's program in strict TypeScript; types-compile.test.mjs compiles it against what `pgdry types` prints for schema.sql.
import { createClient } from '@supabase/supabase-js';
import { Constants } from './database';
import type { CompositeTypes, Database, Enums, Tables, TablesInsert, TablesUpdate } from './database';

/** Both ways: neither `any` nor a type that is merely wider or narrower passes. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function same<A, B>(..._proof: Same<A, B> extends true ? [] : [never]): void {}

const client = createClient<Database>('http://localhost', 'key');

export async function right(): Promise<void> {
  const joined = await client.from('orders').select('id, status, customers(full_name, customer_details(vat))').throwOnError();
  const [order] = joined.data;
  if (order === undefined) return;
  same<typeof order.id, number>();
  same<typeof order.status, 'draft' | 'sent' | 'paid'>();
  same<typeof order.customers.full_name, string>();
  // One to one: an object, and not a list.
  same<typeof order.customers.customer_details, { vat: CompositeTypes<'money_amount'> | null } | null>();

  const back = await client.from('customers').select('email, initials, orders(total)').throwOnError();
  const [customer] = back.data;
  if (customer === undefined) return;
  same<typeof customer.orders, { total: number }[]>();
  same<typeof customer.initials, string | null>();

  await client.from('orders').insert({ customer_id: '1', total: 1 });
  await client.from('orders').insert([{ customer_id: '1', total: 1, status: 'sent', placed_on: null }]);
  await client.from('customers').update({ tags: ['a'], settings: { theme: 'dark' } }).eq('id', '1');
  await client.from('paid_orders').update({ total: 2 }).eq('id', 1);

  const found = await client.rpc('orders_of', { customer: '1' }).throwOnError();
  same<typeof found.data, { customer_id: string; doubled: number | null; id: number; placed_on: string | null; status: Enums<'status'>; total: number }[]>();
  const counts = await client.rpc('order_counts').throwOnError();
  same<typeof counts.data, { orders: number; status: 'draft' | 'sent' | 'paid' }[]>();
  const pong = await client.rpc('ping').throwOnError();
  same<typeof pong.data, boolean>();
  const view = await client.from('order_list').select('full_name').throwOnError();
  same<(typeof view.data)[number]['full_name'], string | null>();

  const row: Pick<Tables<'customer_details'>, 'shipping address'> = { 'shipping address': null };
  const insert: TablesInsert<'customer_details'> = { customer_id: '1', ...row };
  const update: TablesUpdate<'orders'> = {};
  const labels: readonly ['draft', 'sent', 'paid'] = Constants.public.Enums.status;
  console.log(insert, update, labels);
}

export async function wrong(): Promise<void> {
  // @ts-expect-error: no such table
  await client.from('order');
  // @ts-expect-error: no such column
  await client.from('orders').insert({ customer_id: '1', total: 1, price: 2 });
  // @ts-expect-error: a column without a default is missing
  await client.from('orders').insert({ customer_id: '1' });
  // @ts-expect-error: a string where a number belongs
  await client.from('orders').insert({ customer_id: '1', total: '1' });
  // @ts-expect-error: no label of the enum
  await client.from('orders').update({ status: 'lost' });
  // @ts-expect-error: the server generates this column
  await client.from('orders').update({ doubled: 2 });
  // @ts-expect-error: GENERATED ALWAYS
  await client.from('orders').insert({ id: 1, customer_id: '1', total: 1 });
  // @ts-expect-error: NOT NULL
  await client.from('customers').update({ full_name: null });
  // @ts-expect-error: a materialized view takes no writes
  await client.from('totals').insert({ total: 1 });
  // @ts-expect-error: a join takes no writes
  await client.from('order_list').update({ total: 1 });
  // @ts-expect-error: an argument is missing
  await client.rpc('orders_of', { minimum: 1 });
  // @ts-expect-error: an argument of another type
  await client.rpc('orders_of', { customer: 1 });
  // @ts-expect-error: no such function
  await client.rpc('pong');

  const selected = await client.from('orders').select('id, price').throwOnError();
  // @ts-expect-error: what names a column that does not exist has no rows
  console.log(selected.data[0]?.price);
  const unrelated = await client.from('order_list').select('id, customer_details(vat)').throwOnError();
  // @ts-expect-error: there is no such relationship
  console.log(unrelated.data[0]?.customer_details.vat);
}
