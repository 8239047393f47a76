//! DO blocks: a small PL/pgSQL interpreter over the catalog.
//!
//! `parse` reads the body's statements, `run` executes them, `eval` and `query` answer expressions and catalog queries. Values that depend on rows
//! (other than those of tables that are known to be empty) or on what is not modelled are unknown; a statement that runs or not depending on one is not followed: what it may touch becomes unknown (`targets`).

mod asked;
mod call;
mod check;
mod eval;
mod functions;
mod printed;
mod privileges;
mod query;
mod queue;
mod run;
mod spans;
mod tables;
mod targets;
mod value;

pub(super) use call::{call_function, perhaps_call_function};

use super::error::state;
use super::{Effects, Replayed, SqlError, Stop};
use crate::catalog::{Catalog, Function, Oid};
use crate::syntax::ast::{BodyText, Compiled, Do, ObjectKind, Query, Symbol};
use crate::syntax::plpgsql::{Block, Code, Surroundings};
use check::placed;
use eval::{Interpreter, Variable};
use value::Value;

pub(super) fn do_block(cat: &mut Catalog, stmt: &Do) -> Replayed<Effects> {
    if let Some(language) = &stmt.language {
        cat.resolve_other(ObjectKind::Language, Oid::INVALID, language)?;
        if matches!(&*language.text, "sql" | "c" | "internal") {
            let message = format!("language \"{language}\" does not support inline code execution");
            return Err(SqlError::new(state::FEATURE_NOT_SUPPORTED, language.span, message).into());
        }
        if &*language.text != "plpgsql" {
            return Err(Stop::unknown(format!("code in language {language} is not followed")));
        }
    }
    let code = Code::of_literal(&stmt.body, &cat.session.source);
    let block = check::compile(cat, &code, &Surroundings::of_do()).map_err(|stop| placed(stop, &stmt.body))?;
    let source = cat.session.source.clone();
    if stmt.body.body.is_none() {
        cat.session.source = stmt.body.text.clone();
    }
    let effects = execute(cat, &code, &block, Vec::new()).map_err(|stop| placed(stop, &stmt.body))?;
    cat.session.source = source;
    Ok(effects)
}

/// Runs a body with these variables around it.
fn execute(cat: &mut Catalog, code: &Code, block: &Block, parameters: Vec<Variable>) -> Replayed<Effects> {
    let outer = cat.session.variables.clone();
    let mut variables = vec![Variable { name: "found".into(), ty: None, value: Value::Bool(false) }];
    variables.extend(parameters);
    let mut run = Interpreter::new(cat, variables);
    run.announce_variables();
    let result = run.block(code, block);
    let effects = run.effects;
    cat.session.variables = outer;
    result.map(|_| effects)
}

/// Whether a query is certain to have no rows.
pub(super) fn finds_nothing(cat: &mut Catalog, query: &Query) -> bool {
    let found = Interpreter::new(cat, Vec::new()).query(query);
    found.is_ok_and(|found| found.rows.is_empty() && found.uncertain.is_none())
}

/// The body of a function of this signature.
pub(super) fn compile(cat: &Catalog, body: &BodyText, function: &Function) -> Replayed<Compiled> {
    let around = check::surroundings(cat, function);
    #[cfg(not(target_arch = "wasm32"))]
    if let Some(compiled) = check::read_ahead(cat, body, &around) {
        return Ok(compiled);
    }
    let code = Code::of_literal(body, &cat.session.source);
    let block = check::compile(cat, &code, &around)?;
    Ok(Compiled { code, block })
}

/// What CREATE FUNCTION refuses in a PL/pgSQL body.
pub(super) fn check_function(cat: &Catalog, body: &BodyText, function: &Function) -> Replayed<()> {
    let compiled = compile(cat, body, function).map_err(|stop| placed(stop, body))?;
    // For all that look into it later.
    let _ = body.compiled.set(compiled);
    Ok(())
}

/// What a block that could not be followed may have touched.
pub(super) fn mark_unknown(cat: &mut Catalog, body: &str, reason: &Symbol) {
    let code = Code::new(body.into());
    targets::mark(cat, &code, code.all(), reason);
}

#[cfg(test)]
mod tests {
    use crate::replay::testing::{check, verdicts};

    #[test]
    fn do_blocks_as_postgresql_answers() {
        check(&[
            ("", "do $$ begin create table u (a int); end $$", "ok"),
            ("do $$ begin create table u (a int); end $$", "select a from u", "ok"),
            (
                "create table t (a int primary key, b text)",
                "do $$ begin create table t (a int); end $$",
                "42P07 relation \"t\" already exists",
            ),
            (
                "create table t (a int primary key, b text)",
                "do $$ begin create table t (a int); exception when duplicate_table then raise notice 'there'; end $$",
                "ok",
            ),
            (
                "create table t (a int primary key, b text)",
                "do $$ begin create table t (a int); exception when duplicate_object then null; end $$",
                "42P07 relation \"t\" already exists",
            ),
            (
                "create table t (a int primary key, b text)",
                "do $$ begin create table t (a int); exception when others then null; end $$",
                "ok",
            ),
            (
                "create table t (a int primary key, b text)",
                "do $$ begin create table t (a int); exception when sqlstate '42P07' then null; end $$",
                "ok",
            ),
            (
                "create table t (a int primary key, b text)",
                "do $$ begin create table t (a int); exception when syntax_error_or_access_rule_violation then null; end $$",
                "ok",
            ),
            (
                "create type mood as enum ('sad')",
                "do $$ begin create type mood as enum ('sad'); exception when duplicate_object then null; end $$",
                "ok",
            ),
            (
                "create table t (a int primary key, b text); do $$ begin create table u (a int); create table t (a int); exception when others then null; end $$",
                "select a from u",
                "42P01 relation \"u\" does not exist",
            ),
            (
                "create type mood as enum ()",
                "do $$ begin if not exists (select 1 from pg_type where typname = 'mood') then create type mood as enum (); end if; end $$",
                "ok",
            ),
            (
                "",
                "do $$ begin if not exists (select 1 from pg_type where typname = 'mood') then create type mood as enum (); end if; end $$",
                "ok",
            ),
            (
                "do $$ begin if not exists (select 1 from pg_type where typname = 'mood') then create type mood as enum (); end if; end $$",
                "create type mood as enum ()",
                "42710 type \"mood\" already exists",
            ),
            (
                "create schema s; create type s.mood as enum ()",
                "do $$ begin if not exists (select 1 from pg_type t join pg_namespace n on n.oid = t.typnamespace where t.typname = 'mood' and n.nspname = 'public') then create type mood as enum (); end if; end $$",
                "ok",
            ),
            (
                "create type mood as enum ()",
                "do $$ begin if not exists (select 1 from pg_type t join pg_namespace n on n.oid = t.typnamespace where t.typname = 'mood' and n.nspname = 'public') then create type mood as enum (); end if; end $$",
                "ok",
            ),
            (
                "create type mood as enum ('sad')",
                "do $$ begin if not exists (select 1 from pg_enum e join pg_type t on e.enumtypid = t.oid where t.typname = 'mood' and e.enumlabel = 'sad') then alter type mood add value 'sad'; end if; end $$",
                "ok",
            ),
            (
                "create table t (a int primary key, b text); create policy p on t using (true)",
                "do $$ begin if not exists (select 1 from pg_policies where schemaname = 'public' and tablename = 't' and policyname = 'p') then create policy p on t using (true); end if; end $$",
                "ok",
            ),
            (
                "create table t (a int primary key, b text)",
                "do $$ begin if not exists (select 1 from pg_policies where schemaname = 'public' and tablename = 't' and policyname = 'p') then create policy p on t using (true); end if; create policy p on t using (true); end $$",
                "42710 policy \"p\" for table \"t\" already exists",
            ),
            (
                "create table t (a int primary key, b text); create policy p on t using (true)",
                "do $$ begin if exists (select from pg_policy where polname = 'p' and polrelid = 'public.t'::regclass) then create table u (a int); else create table v (a int); end if; create table u (a int); end $$",
                "42P07 relation \"u\" already exists",
            ),
            (
                "create table t (a int primary key, b text)",
                "do $$ begin if exists (select 1 from pg_class where oid = 'public.nothing'::regclass) then null; end if; end $$",
                "42P01 relation \"public.nothing\" does not exist",
            ),
            (
                "create table t (a int primary key, b text)",
                "do $$ begin if to_regclass('public.nothing') is null and to_regclass('public.t') is not null then create table u (a int); end if; create table u (a int); end $$",
                "42P07 relation \"u\" already exists",
            ),
            (
                "create table t (a int primary key, b text)",
                "do $$ begin if not exists (select 1 from pg_constraint where conname = 't_pkey' and conrelid = 't'::regclass) then create table u (a int); end if; create table u (a int); end $$",
                "ok",
            ),
            (
                "create table t (a int primary key, b text)",
                "do $$ begin if exists (select 1 from information_schema.columns where table_schema = 'public' and table_name = 't' and column_name = 'b' and data_type = 'text') then create table u (a int); end if; create table u (a int); end $$",
                "42P07 relation \"u\" already exists",
            ),
            (
                "create table t (a int primary key, b text)",
                "do $$ begin if exists (select 1 from information_schema.tables where table_schema = 'public' and table_name in ('t', 'u')) then create table u (a int); end if; create table u (a int); end $$",
                "42P07 relation \"u\" already exists",
            ),
            (
                "create table t (a int primary key, b text)",
                "do $$ begin if exists (select 1 from pg_tables where schemaname = 'public' and tablename like 't%') then create table u (a int); end if; create table u (a int); end $$",
                "42P07 relation \"u\" already exists",
            ),
            (
                "create table t (a int primary key, b text)",
                "do $$ begin if exists (select 1 from pg_indexes where tablename = 't' and indexname = 't_pkey') then create table u (a int); end if; create table u (a int); end $$",
                "42P07 relation \"u\" already exists",
            ),
            (
                "create table t (a int primary key, b text)",
                "do $$ begin if exists (select 1 from information_schema.table_constraints where constraint_name = 't_pkey' and constraint_type = 'PRIMARY KEY') then create table u (a int); end if; create table u (a int); end $$",
                "42P07 relation \"u\" already exists",
            ),
            (
                "",
                "do $$ begin if not exists (select 1 from pg_roles where rolname = 'anon') then create role anon; end if; end $$",
                "ok",
            ),
            (
                "",
                "do $$ begin if not exists (select 1 from pg_roles where rolname = 'r') then create role r; end if; create role r; end $$",
                "42710 role \"r\" already exists",
            ),
            (
                "",
                "do $$ begin if exists (select 1 from pg_extension where extname = 'pgcrypto') then create table u (a int); end if; create table u (a int); end $$",
                "42P07 relation \"u\" already exists",
            ),
            (
                "",
                "do $$ begin if exists (select 1 from pg_namespace where nspname = 'auth') then create table u (a int); end if; create table u (a int); end $$",
                "42P07 relation \"u\" already exists",
            ),
            (
                "create table t (a int primary key, b text)",
                "do $$ begin if not exists (select 1 from pg_publication_tables where pubname = 'supabase_realtime' and tablename = 't') then alter publication supabase_realtime add table t; end if; alter publication supabase_realtime add table t; end $$",
                "42710 relation \"t\" is already member of publication \"supabase_realtime\"",
            ),
            (
                "create table t (a int primary key, b text)",
                "do $$ begin if exists (select 1 from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname = 'auth' and p.proname = 'uid') then create table u (a int); end if; create table u (a int); end $$",
                "42P07 relation \"u\" already exists",
            ),
            (
                "create function f() returns int language sql as 'select 1'",
                "do $$ declare r record; begin for r in select p.proname from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname = 'public' loop execute format('create table %I (a int)', r.proname); end loop; create table f (a int); end $$",
                "42P07 relation \"f\" already exists",
            ),
            (
                "create function f() returns int language sql as 'select 1'",
                "do $$ begin if exists (select from pg_proc p join pg_namespace o on true, pg_namespace n where n.nspname = 'auth' and o.nspname = 'public' and p.pronamespace = o.oid and p.proname like 'f') then create table u (a int); end if; create table u (a int); end $$",
                "42P07 relation \"u\" already exists",
            ),
            (
                "create function f() returns int language sql as 'select 1'",
                "do $$ begin if exists (select from pg_proc where pronamespace = 'public'::regnamespace and proname like 'f') and not exists (select from information_schema.routines where routine_schema = 'nope') then create table u (a int); end if; create table u (a int); end $$",
                "42P07 relation \"u\" already exists",
            ),
            (
                "",
                "do $$ begin execute 'create table u (a int)'; create table u (a int); end $$",
                "42P07 relation \"u\" already exists",
            ),
            (
                "",
                "do $$ declare n text := 'u'; begin execute format('create table %I (%s int)', n, 'a'); execute 'create table ' || quote_ident(n) || ' (a int)'; end $$",
                "42P07 relation \"u\" already exists",
            ),
            (
                "",
                "do $$ declare n text; begin foreach n in array array['u', 'v'] loop execute format('create table public.%I (a int)', n); end loop; create table v (a int); end $$",
                "42P07 relation \"v\" already exists",
            ),
            (
                "create table t (a int primary key, b text); create table u (a int)",
                "do $$ declare r record; begin for r in select tablename from pg_tables where schemaname = 'public' order by tablename loop execute format('create policy p on %I using (true)', r.tablename); end loop; create policy p on u using (true); end $$",
                "42710 policy \"p\" for table \"u\" already exists",
            ),
            (
                "",
                "do $$ begin for i in 1..3 loop execute format('create table u%s (a int)', i); end loop; create table u3 (a int); end $$",
                "42P07 relation \"u3\" already exists",
            ),
            (
                "",
                "do $$ declare n int := 0; begin while n < 2 loop n := n + 1; execute 'create table w' || n || ' (a int)'; end loop; create table w2 (a int); end $$",
                "42P07 relation \"w2\" already exists",
            ),
            ("", "do $$ begin raise exception 'no % of %', 1, 'x'; end $$", "P0001 no 1 of x"),
            ("", "do $$ begin raise undefined_table using message = 'gone'; end $$", "42P01 gone"),
            (
                "",
                "do $$ begin begin raise exception 'x'; exception when raise_exception then create table u (a int); end; create table u (a int); end $$",
                "42P07 relation \"u\" already exists",
            ),
            ("", "do $$ begin perform nothing(); end $$", "42883 function nothing() does not exist"),
            ("", "do $$ begin perform 1; if found then null; end if; end $$", "ok"),
            ("", "do $$ begin raise notice '%', 1, 2; end $$", "42601 too many parameters specified for RAISE"),
            ("", "do $$ begin raise notice '% %%'; end $$", "42601 too few parameters specified for RAISE"),
            (
                "",
                "do $$ begin for r in select 1 loop null; end loop; end $$",
                "42601 loop variable of loop over rows must be a record variable or list of scalar variables",
            ),
            (
                "",
                "do $$ begin foreach r in array array[1] loop null; end loop; end $$",
                "42601 loop variable of FOREACH must be a known variable or list of variables",
            ),
            ("", "do $$ begin x := 1; end $$", "42601 \"x\" is not a known variable"),
            ("", "do $$ begin select 1 into x; end $$", "42601 \"x\" is not a known variable"),
            ("", "do $$ begin if 1 = = 1 then null; end if; end $$", "42601 syntax error at or near \"=\""),
            (
                "",
                "create function f() returns int language plpgsql as $$ declare r record; begin for r in select 1 as a loop return r.a; end loop; end $$",
                "ok",
            ),
            (
                "",
                "create function f() returns int language plpgsql as $$ begin retrun 1; end $$",
                "42601 syntax error at or near \"retrun\"",
            ),
            (
                "",
                "create function f() returns int language plpgsql as $$ begin selec 1; return 1; end $$",
                "42601 syntax error at or near \"selec\"",
            ),
            (
                "",
                "create function f(a int) returns setof int language plpgsql as $$ begin return query selec 1; end $$",
                "42601 syntax error at or near \"selec\"",
            ),
            (
                "",
                "create function f(a int) returns setof int language plpgsql as $$ << b >> declare x int; begin b.x := a; f.a := 2; a := x; return next a; return query select a union all select x; return; end $$",
                "ok",
            ),
            (
                "",
                "create function f() returns trigger language plpgsql as $$ begin new.x := old.x; if tg_op = 'INSERT' then return new; end if; return null; exception when others then raise warning '%', sqlerrm; return null; end $$",
                "ok",
            ),
            ("", "do $$ begin perform 1 from nothing; end $$", "42P01 relation \"nothing\" does not exist"),
            ("", "do $$ begin select 1; end $$", "42601 query has no destination for result data"),
            (
                "create table t (a int primary key, b text)",
                "do $$ declare n int; begin select count(*) into n from pg_policies where tablename = 't'; if n = 0 then create table u (a int); end if; create table u (a int); end $$",
                "42P07 relation \"u\" already exists",
            ),
            ("create table t (a int primary key, b text)", "do $$ begin return; create table t (a int); end $$", "ok"),
            (
                "create table t (a int primary key, b text)",
                "do $$ begin insert into t (a, c) values (1, 2); end $$",
                "42703 column \"c\" of relation \"t\" does not exist",
            ),
            (
                "create table t (a int primary key, b text)",
                "do $$ declare c text := 'x'; begin update t set b = c; end $$",
                "ok",
            ),
            (
                "create table t (a int primary key, b text)",
                "do $$ begin create tabel u (a int); end $$",
                "42601 syntax error at or near \"tabel\"",
            ),
            (
                "create table t (a int primary key, b text)",
                "do $$ begin if false then create tabel u (a int); end if; end $$",
                "42601 syntax error at or near \"tabel\"",
            ),
            (
                "create table t (a int primary key, b text)",
                "do $$ begin if false then drop table nothing; end if; end $$",
                "ok",
            ),
            ("create table t (a int primary key, b text)", "do language plpgsql $$ begin null; end $$", "ok"),
            (
                "create table t (a int primary key, b text)",
                "do language nothing $$ begin null; end $$",
                "42704 language \"nothing\" does not exist",
            ),
            (
                "create table t (a int primary key, b text)",
                "do $$ << outer >> begin << inner >> loop exit outer; end loop; create table t (a int); end $$",
                "ok",
            ),
            (
                "create table t (a int primary key, b text)",
                "do $$ begin case 1 when 2 then create table t (a int); else null; end case; end $$",
                "ok",
            ),
            (
                "create table t (a int primary key, b text)",
                "do $$ begin case when exists (select 1 from pg_class where relname = 't') then create table u (a int); end case; create table u (a int); end $$",
                "42P07 relation \"u\" already exists",
            ),
            (
                "create table t (a int primary key, b text)",
                "do $$ declare ok boolean; begin select exists (select 1 from pg_attribute where attrelid = 't'::regclass and attname = 'b' and not attisdropped) into ok; if ok then create table u (a int); end if; create table u (a int); end $$",
                "42P07 relation \"u\" already exists",
            ),
            (
                "create table t (a int primary key, b text)",
                "do $$ declare f regprocedure := to_regprocedure('auth.uid()'); begin execute format('grant execute on function %s to anon', f); execute format('grant execute on function %s to anon', 'nothing()'); end $$",
                "42883 function nothing() does not exist",
            ),
            (
                "create function f(a int, b text) returns int language sql as 'select 1'",
                "do $$ declare r record; begin for r in select p.oid::regprocedure as s from pg_proc p where p.proname = 'f' and p.pronamespace = 'public'::regnamespace loop execute 'drop function ' || r.s; end loop; perform f(1, 'x'); end $$",
                "42883 function f(integer, unknown) does not exist",
            ),
            (
                "create function f(a int, b text default 'x') returns int language plpgsql security definer set search_path = '' as $$ begin return a; end $$",
                "do $$ declare d text; begin d := pg_get_functiondef('f(int, text)'::regprocedure); if strpos(d, 'return a') = 0 or position(' SECURITY DEFINER' in d) = 0 then raise 'drift'; end if; execute replace(d, 'public.f(', 'public.g('); drop function g(int, text); drop function g(int, text); end $$",
                "42883 function g(integer, text) does not exist",
            ),
            // What cannot be followed may make something, and the function may be another from then on.
            (
                "create function f() returns int language plpgsql as $$ begin return 1; end $$; do $$ declare d text; begin d := regexp_replace(pg_get_functiondef('f()'::regprocedure), 'return 1', 'return 2'); execute d; end $$",
                "do $$ begin if strpos(pg_get_functiondef('f()'::regprocedure), 'return 2') = 0 then raise 'drift'; end if; drop function f(); drop function f(); end $$",
                "42883 function f() does not exist",
            ),
            (
                "create function f() returns int language plpgsql as $$ begin return 1; end $$; do $$ declare d text; begin d := regexp_replace(pg_get_functiondef('f()'::regprocedure), '.*f.', 'create function g('); execute d; end $$",
                "select g()",
                "ok",
            ),
            (
                "",
                "do $$ declare t text; begin for t in select unnest(array['a', 'b']) loop execute format('create table %I (a int)', t); end loop; create table b (a int); end $$",
                "42P07 relation \"b\" already exists",
            ),
            (
                "",
                "do $$ declare t text; begin select string_agg(x, ',') into t from unnest(array['a', 'b']) as x; if t = 'a,b' then create table u (a int); end if; create table u (a int); end $$",
                "42P07 relation \"u\" already exists",
            ),
            (
                "create table t (a int primary key, b text); do $$ declare n int; begin select count(*) into n from t; if n > 0 then create table u (a int); end if; end $$",
                "select 1",
                "ok",
            ),
            (
                "",
                "create function f() returns void language plpgsql as $$ declare x nothing; begin end $$",
                "42704 type \"nothing\" does not exist",
            ),
            (
                "",
                "create function f() returns void language plpgsql as $$ declare x nothing%rowtype; begin end $$",
                "42P01 relation \"nothing\" does not exist",
            ),
            (
                "",
                "create function f() returns void language plpgsql as $$ declare x nothing.a%type; begin end $$",
                "42P01 relation \"nothing\" does not exist",
            ),
            (
                "create table t (a int)",
                "create function f() returns void language plpgsql as $$ declare x t.b%type; begin end $$",
                "42703 column \"b\" of relation \"t\" does not exist",
            ),
            (
                "create table t (a int)",
                "create function f(p text) returns void language plpgsql as $$ declare x t%rowtype; y t.a%type; z p%type; w t; v int[]; u public.t%rowtype; r record; begin end $$",
                "ok",
            ),
            (
                "",
                "create function f() returns void language plpgsql as $$ declare current_date date; begin current_date := '2020-01-01'; end $$",
                "42601 syntax error at or near \"current_date\"",
            ),
            // Functions that are called.
            (
                "create function mk(name text) returns void language plpgsql as $$ begin execute format('create table %I (a int)', name); end $$; select mk('u')",
                "select a from u",
                "ok",
            ),
            (
                "create function mk(name text) returns void language plpgsql as $$ begin execute format('create table %I (a int)', name); end $$; select mk('u')",
                "select mk('u')",
                "42P07 relation \"u\" already exists",
            ),
            (
                "create function mk(name text) returns void language plpgsql as $$ begin execute format('create table %I (a int)', name); end $$; do $$ begin perform mk('u'); end $$",
                "create table u (a int)",
                "42P07 relation \"u\" already exists",
            ),
            (
                "create function bad() returns void language plpgsql as $$ begin insert into nothing values (1); end $$",
                "select bad()",
                "42P01 relation \"nothing\" does not exist",
            ),
            (
                "create function bad() returns int language plpgsql as $$ declare n int; begin select count(*) into n from nothing; return n; end $$",
                "select * from bad()",
                "42P01 relation \"nothing\" does not exist",
            ),
            (
                "create function bad() returns void language plpgsql as $$ begin insert into nothing values (1); exception when undefined_table then null; end $$",
                "select bad()",
                "ok",
            ),
            (
                "create schema s; create table s.x (a int); create function f() returns void language plpgsql set search_path = s as $$ begin perform a from x; create table y (a int); end $$; select f()",
                "select a from s.y",
                "ok",
            ),
            (
                "create schema s; create function f() returns void language plpgsql set search_path = s as $$ begin create table y (a int); end $$; select f()",
                "select a from y",
                "42P01 relation \"y\" does not exist",
            ),
            (
                "create procedure p() language plpgsql as $$ begin create table u (a int); end $$; call p()",
                "create table u (a int)",
                "42P07 relation \"u\" already exists",
            ),
            (
                "create function f() returns setof int language plpgsql as $$ begin return next 1; return query select 2; raise exception 'x'; end $$",
                "select * from f()",
                "P0001 x",
            ),
            (
                "create function f(n int) returns void language plpgsql as $$ begin if n > 1 then raise exception 'big %', n; end if; end $$",
                "select f(2)",
                "P0001 big 2",
            ),
            (
                "create function f(n int) returns void language plpgsql as $$ begin if f.n > $1 then raise exception 'big'; end if; end $$",
                "select f(2)",
                "ok",
            ),
            (
                "create function f() returns void language sql as $$ create table u (a int) $$; select f()",
                "create table u (a int)",
                "42P07 relation \"u\" already exists",
            ),
            ("create function f() returns void language plpgsql as $$ begin perform f(); end $$", "select 1", "ok"),
        ]);
    }

    #[test]
    fn what_depends_on_rows_is_unknown_and_nothing_else_is() {
        let table = "create table t (a int primary key, b text); insert into t values (1, 'x');";
        let branch = "do $$ declare n int; begin select count(*) into n from t; if n > 0 then create table u (a int); end if; end $$;";
        assert_eq!(
            verdicts(&format!("{table} {branch} select a from u; select b from t; select x from v;"))[3..],
            ["ok", "ok", "42P01 relation \"v\" does not exist",]
        );
        let unknown = |sql: &str| verdicts(sql).last().is_some_and(|v| v.starts_with("unknown"));
        assert!(unknown(&format!("{table} {branch} create table u (a int)")));
        assert!(unknown(&format!("{table} {branch} drop table u")));
        let drops = "do $$ begin if exists (select 1 from t) then execute 'drop policy p on t'; end if; end $$;";
        assert!(unknown(&format!(
            "{table} create policy p on t using (true); {drops} create policy p on t using (true)"
        )));
        let checks = "create table c (a text check (a::int > 0));";
        let prints = |word: &str| {
            format!(
                "{checks} do $$ begin if exists (select from pg_constraint where conrelid = 'c'::regclass and pg_get_constraintdef(oid) like '%{word}%') then create table u (a int); end if; end $$; create table u (a int)"
            )
        };
        assert!(unknown(&prints("integer")) && !unknown(&prints("bounded")));
        let dynamic = "do $$ declare r record; begin for r in select b from t loop execute format('create table %I (a int)', r.b); end loop; end $$;";
        assert!(unknown(&format!("{table} {dynamic} drop table v")));
    }

    /// Of a block that is not followed, the names that it puts together count for their class, schema and table.
    #[test]
    fn what_a_name_that_is_put_together_leaves_known() {
        let start = "create schema s; create table t (a int); create table s.u (a int); create type mood as enum ('x');
            create materialized view m as select 1 as a; create index on t (a); create function f() returns int language sql as 'select 1'; create policy p on t using (true); create policy q on s.u using (true);
            create table names (n text); insert into names values ('x');";
        let after = |command: &str, sql: &str| {
            let block = format!(
                "do $$ declare r record; begin for r in select n from names loop execute format('{command}', r.n); end loop; end $$"
            );
            let last = verdicts(&format!("{start} {block}; {sql}")).pop().unwrap();
            if last.starts_with("unknown") { "unknown".to_string() } else { last }
        };
        for (command, sql, expected) in [
            ("drop policy %I on public.t", "drop policy p on t", "unknown"),
            ("drop policy %I on public.t", "drop policy q on s.u", "ok"),
            ("drop policy %I on t", "alter table t add b mood", "ok"),
            ("create policy %I on t", "drop policy r on t", "unknown"),
            ("create policy %I on t", "create table v (a int)", "ok"),
            ("create policy %I on t", "drop table v", "42P01 table \"v\" does not exist"),
            ("create table s.%I (a int)", "drop table v", "unknown"),
            ("create table %I (a int)", "drop function g()", "42883 function g() does not exist"),
            ("create index %I on t (a)", "select f() from t", "ok"),
            ("create or replace function %I() returns int language sql as $f$ select 1 $f$", "select f() from t", "ok"),
            (
                "create or replace function %I() returns int language sql as $f$ select 1 $f$",
                "drop function g()",
                "unknown",
            ),
            ("alter function %I() set search_path = public", "select f(), g()", "42883 function g() does not exist"),
            ("drop function %I()", "drop function f()", "unknown"),
            ("drop function s.%I()", "drop function f()", "ok"),
            ("drop type %I", "alter table t add b mood", "unknown"),
            ("drop type %I", "insert into t values (1)", "ok"),
            ("alter table %I enable row level security", "insert into t values (1)", "ok"),
            ("alter table ' || r.n || ' enable row level security", "insert into t values (1)", "ok"),
            ("drop materialized view %I", "drop materialized view m", "unknown"),
            ("alter index %I rename to %I", "drop index t_a_idx", "unknown"),
            ("alter type mood rename to %I", "alter table t add b mood", "unknown"),
            ("alter table t drop constraint %I", "insert into t values (1)", "ok"),
        ] {
            assert_eq!(after(command, sql), expected, "{command}; {sql}");
        }
    }
}
