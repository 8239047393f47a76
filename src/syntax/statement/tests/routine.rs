//! Functions, procedures, triggers, views, policies, types, sequences, schemas.

use crate::syntax::tests::check;

#[test]
fn creates_functions() {
    check(&[
        (
            "create function f() returns int language sql as 'select 1'",
            "CreateFunction{name: f, returns: pg_catalog.int4, options: [FunctionOption{kind: Language(sql)}], body: Text(select 1)}",
        ),
        (
            "create or replace function s.f(a int, in b text default 'x', out c int, inout d int = 5, variadic e text[]) returns record as $$x$$ language plpgsql volatile strict security definer parallel safe cost 10 rows 5 set search_path to '', public leakproof window",
            "CreateFunction{name: s.f, or_replace, args: [FunctionArg{name: a, ty: pg_catalog.int4}, FunctionArg{name: b, ty: text, default: String(x)}, FunctionArg{mode: Out, name: c, ty: pg_catalog.int4}, FunctionArg{mode: InOut, name: d, ty: pg_catalog.int4, default: Number(5)}, FunctionArg{mode: Variadic, name: e, ty: text[]}], returns: record, options: [FunctionOption{kind: Language(plpgsql)}, FunctionOption{kind: Volatility(Volatile)}, FunctionOption{kind: Strict(true)}, FunctionOption{kind: SecurityDefiner(true)}, FunctionOption{kind: Parallel(safe)}, FunctionOption{kind: Cost(Number(10))}, FunctionOption{kind: Rows(Number(5))}, FunctionOption{kind: Set(SettingChange{name: search_path, value: Values([, public])})}, FunctionOption{kind: Leakproof(true)}, FunctionOption{kind: Window}], body: Text(x)}",
        ),
        (
            "create function f(int, double precision, double x, setof y) returns setof t.a%type immutable language sql return 1",
            "CreateFunction{name: f, args: [FunctionArg{ty: pg_catalog.int4}, FunctionArg{ty: pg_catalog.float8}, FunctionArg{name: double, ty: x}, FunctionArg{ty: setof y}], returns: setof t.a%type, options: [FunctionOption{kind: Volatility(Immutable)}, FunctionOption{kind: Language(sql)}], body: Return(Number(1))}",
        ),
        (
            "create function f(a in int) returns table (b int, c text) stable called on null input language sql begin atomic select 1; select 2; end",
            "CreateFunction{name: f, args: [FunctionArg{name: a, ty: pg_catalog.int4}, FunctionArg{mode: Table, name: b, ty: pg_catalog.int4}, FunctionArg{mode: Table, name: c, ty: text}], returns_table, options: [FunctionOption{kind: Volatility(Stable)}, FunctionOption{kind: Strict(false)}, FunctionOption{kind: Language(sql)}], body: Atomic([Statement{kind: Query{body: Select{targets: [Target{expr: Number(1)}]}}}, Statement{kind: Query{body: Select{targets: [Target{expr: Number(2)}]}}}])}",
        ),
        (
            "create procedure p(a int) language c as 'lib', 'sym' external security invoker",
            "CreateFunction{name: p, procedure, args: [FunctionArg{name: a, ty: pg_catalog.int4}], options: [FunctionOption{kind: Language(c)}, FunctionOption{kind: SecurityDefiner(false)}], body: External(lib, sym)}",
        ),
        (
            "create function f() returns trigger language plpgsql transform for type hstore, for type int support s.g not leakproof set timezone from current as ''",
            "CreateFunction{name: f, returns: trigger, options: [FunctionOption{kind: Language(plpgsql)}, FunctionOption{kind: Transform([hstore, pg_catalog.int4])}, FunctionOption{kind: Support(s.g)}, FunctionOption{kind: Leakproof(false)}, FunctionOption{kind: Set(SettingChange{name: timezone, value: FromCurrent})}], body: Text()}",
        ),
        (
            "create function f() returns int returns null on null input language sql begin atomic return 1; end",
            "CreateFunction{name: f, returns: pg_catalog.int4, options: [FunctionOption{kind: Strict(true)}, FunctionOption{kind: Language(sql)}], body: Atomic([Statement{kind: Query{body: Select{targets: [Target{expr: Number(1)}]}}}])}",
        ),
    ]);
}

#[test]
fn refuses_functions() {
    check(&[
        ("create function f returns int", "syntax error at or near \"returns\""),
        ("create function f() language sql returns int", "syntax error at or near \"int\""),
        ("create function f(a int b int) returns int", "syntax error at or near \"b\""),
        ("create function f(a int,) returns int", "syntax error at or near \")\""),
        ("create function f() returns int as", "syntax error at end of input"),
        ("create function f() returns int language", "syntax error at end of input"),
        ("create procedure p() returns int", "syntax error at or near \"int\""),
        (
            "create function f(out a int) returns table (b int) language sql as ''",
            "OUT and INOUT arguments aren't allowed in TABLE functions",
        ),
        ("create function f() returns int cost x", "syntax error at or near \"x\""),
        ("create function if not exists f() returns int", "syntax error at or near \"not\""),
        ("create function f() returns int language sql begin atomic select 1 end", "syntax error at end of input"),
        ("create function time() returns int", "syntax error at or near \"(\""),
    ]);
}

#[test]
fn creates_triggers() {
    check(&[
        (
            "create trigger g before insert or update of a, b or delete on s.t for each row when (new.a > 0) execute function s.f('x', 1, y)",
            "CreateTrigger{name: g, timing: Before, events: [Insert, Update([a, b]), Delete], table: s.t, for_each_row, when: Binary{op: >, left: Column([new, a]), right: Number(0)}, function: s.f, args: [x, 1, y]}",
        ),
        (
            "create or replace trigger g instead of insert on v execute procedure f()",
            "CreateTrigger{name: g, or_replace, timing: InsteadOf, events: [Insert], table: v, function: f}",
        ),
        (
            "create constraint trigger g after update on t from u deferrable initially deferred for each row execute function f()",
            "CreateTrigger{name: g, constraint, timing: After, events: [Update([])], table: t, from: u, deferrable, initially_deferred, for_each_row, function: f}",
        ),
        (
            "create trigger g after truncate on t referencing old table as o new table n for statement execute function f()",
            "CreateTrigger{name: g, timing: After, events: [Truncate], table: t, transition_tables: [TransitionTable{name: o}, TransitionTable{name: n, new}], function: f}",
        ),
        (
            "create event trigger g on ddl_command_end when tag in ('a', 'b') and x in ('c') execute function f()",
            "CreateEventTrigger{name: g, event: ddl_command_end, filters: [(tag, [a, b]), (x, [c])], function: f}",
        ),
        (
            "create rule r as on insert to t where a do instead (select 1; delete from u)",
            "CreateRule{name: r, event: Insert, table: t, condition: Column([a]), instead, actions: [Statement{kind: Query{body: Select{targets: [Target{expr: Number(1)}]}}}, Statement{kind: Delete{table: u}}]}",
        ),
        (
            "create or replace rule r as on select to t do instead nothing",
            "CreateRule{name: r, or_replace, event: Select, table: t, instead}",
        ),
    ]);
}

#[test]
fn refuses_triggers() {
    check(&[
        ("create trigger g on t execute function f()", "syntax error at or near \"on\""),
        (
            "create trigger g before insert or insert on t execute function f()",
            "duplicate trigger events specified at or near \"insert\"",
        ),
        ("create trigger g before insert on t execute f()", "syntax error at or near \"f\""),
        ("create trigger g before insert on t for row execute function f", "syntax error at end of input"),
        (
            "create or replace constraint trigger g after insert on t for each row execute function f()",
            "CREATE OR REPLACE CONSTRAINT TRIGGER is not supported",
        ),
        (
            "create constraint trigger g before insert on t for each row execute function f()",
            "syntax error at or near \"before\"",
        ),
        ("create trigger if not exists g before insert on t execute function f()", "syntax error at or near \"not\""),
        (
            "create trigger g before insert on t for each row when new.a execute function f()",
            "syntax error at or near \"new\"",
        ),
        ("create rule r as on insert to t do create", "syntax error at or near \"create\""),
    ]);
}

#[test]
fn creates_views() {
    check(&[
        (
            "create view v as select 1",
            "CreateView{name: v, query: Query{body: Select{targets: [Target{expr: Number(1)}]}}}",
        ),
        (
            "create or replace temp view s.v (a, b) with (security_invoker, check_option = local) as select 1, 2 with cascaded check option",
            "CreateView{name: s.v, or_replace, persistence: Temporary, columns: [a, b], with: [StorageParameter{name: security_invoker}, StorageParameter{name: check_option, value: local}], query: Query{body: Select{targets: [Target{expr: Number(1)}, Target{expr: Number(2)}]}}, check_option}",
        ),
        (
            "create recursive view v (a) as select 1 union all select a + 1 from v",
            "CreateView{name: v, recursive, columns: [a], query: Query{body: SetOperation{op: Union, all, left: Select{targets: [Target{expr: Number(1)}]}, right: Select{targets: [Target{expr: Binary{op: +, left: Column([a]), right: Number(1)}}], from: [Table{name: v}]}}}}",
        ),
        (
            "refresh materialized view concurrently v with no data",
            "RefreshMaterializedView{name: v, concurrently: Span}",
        ),
    ]);
}

#[test]
fn refuses_views() {
    check(&[
        ("create view v", "syntax error at end of input"),
        ("create view v as", "syntax error at end of input"),
        ("create view if not exists v as select 1", "syntax error at or near \"not\""),
        ("create recursive view v as select 1", "syntax error at or near \"as\""),
        (
            "create recursive view v (a) as select 1 with check option",
            "WITH CHECK OPTION not supported on recursive views",
        ),
        ("create or replace unlogged table t (a int)", "syntax error at or near \"table\""),
        ("refresh view v", "syntax error at or near \"view\""),
    ]);
}

#[test]
fn creates_policies() {
    check(&[
        ("create policy p on s.t", "CreatePolicy{name: p, table: s.t, permissive, command: All}"),
        (
            "create policy \"My p\" on t as restrictive for update to anon, public, current_user using (a = 1) with check (b)",
            "CreatePolicy{name: My p, table: t, command: Update, roles: [Name(anon), Public(Span), CurrentUser(Span)], using: Binary{op: =, left: Column([a]), right: Number(1)}, with_check: Column([b])}",
        ),
        (
            "create policy p on t as permissive for all using (true)",
            "CreatePolicy{name: p, table: t, permissive, command: All, using: Bool(true)}",
        ),
    ]);
}

#[test]
fn refuses_policies() {
    check(&[
        ("create policy p t", "syntax error at or near \"t\""),
        ("create policy p on t as restricted", "unrecognized row security option \"restricted\""),
        ("create policy p on t as \"Permissive\"", "unrecognized row security option \"Permissive\""),
        ("create policy p on t for truncate", "syntax error at or near \"truncate\""),
        ("create policy p on t for insert, update", "syntax error at or near \",\""),
        ("create policy p on t to anon for select", "syntax error at or near \"for\""),
        ("create policy p on t using true", "syntax error at or near \"true\""),
        ("create policy p on t with check (a) using (b)", "syntax error at or near \"using\""),
        ("create policy if not exists p on t", "syntax error at or near \"not\""),
        ("create policy p on t to none", "role name \"none\" is reserved"),
    ]);
}

#[test]
fn creates_types() {
    check(&[
        ("create type e as enum ('a', 'b c')", "CreateType{name: e, definition: Enum([a, b c])}"),
        ("create type e as enum ()", "CreateType{name: e, definition: Enum([])}"),
        (
            "create type s.c as (a int, b text collate \"C\")",
            "CreateType{name: s.c, definition: Composite([ColumnDef{name: a, ty: pg_catalog.int4}, ColumnDef{name: b, ty: text, collation: C}])}",
        ),
        (
            "create type r as range (subtype = float8, subtype_diff = s.f)",
            "CreateType{name: r, definition: Range([(subtype, float8), (subtype_diff, s.f)])}",
        ),
        (
            "create type b (input = f, internallength = 16, passedbyvalue, alignment = double)",
            "CreateType{name: b, definition: Base([(input, f), (internallength, None), (passedbyvalue, None), (alignment, double)])}",
        ),
        ("create type t", "CreateType{name: t, definition: Shell}"),
        (
            "create domain d as text collate \"C\" default 'x' constraint c check (value <> '') not null",
            "CreateDomain{name: d, ty: text, collation: C, constraints: [ColumnConstraint{kind: Default(String(x))}, ColumnConstraint{name: c, kind: Check{expr: Binary{op: <>, left: Column([value]), right: String()}}}, ColumnConstraint{kind: NotNull}]}",
        ),
        ("create domain d int", "CreateDomain{name: d, ty: pg_catalog.int4}"),
    ]);
}

#[test]
fn refuses_types() {
    check(&[
        ("create type e as enum ('a',)", "syntax error at or near \")\""),
        ("create type e as enum (a)", "syntax error at or near \"a\""),
        ("create type t as", "syntax error at end of input"),
        ("create type t as (a)", "syntax error at or near \")\""),
        ("create domain d", "syntax error at end of input"),
        ("create domain d as", "syntax error at end of input"),
        ("create type if not exists e as enum ('a')", "syntax error at or near \"not\""),
    ]);
}

#[test]
fn creates_sequences() {
    check(&[
        (
            "create sequence if not exists s as int increment by 2 minvalue -5 no maxvalue start with 1 cache 10 no cycle owned by t.a",
            "CreateSequence{name: s, if_not_exists, options: [As(pg_catalog.int4), Increment(2), MinValue(-5), MaxValue(None), Start(1), Cache(10), Cycle(false), OwnedBy((t, a))]}",
        ),
        ("create temp sequence s", "CreateSequence{name: s, persistence: Temporary}"),
    ]);
}

#[test]
fn refuses_sequences() {
    check(&[
        ("create sequence s increment x", "syntax error at or near \"x\""),
        ("create sequence s no", "syntax error at end of input"),
        ("create sequence s as int[]", "syntax error at or near \"[\""),
        ("create sequence s owned by a", "invalid OWNED BY option"),
    ]);
}

#[test]
fn creates_schemas_and_extensions() {
    check(&[
        ("create schema s", "CreateSchema{name: s}"),
        (
            "create schema if not exists s authorization r",
            "CreateSchema{name: s, if_not_exists, authorization: Name(r)}",
        ),
        (
            "create schema authorization current_user create table t (a int) create index on t (a) create view v as select 1 grant all on t to r",
            "CreateSchema{authorization: CurrentUser(Span), elements: [Statement{kind: CreateTable{name: t, elements: [Column(ColumnDef{name: a, ty: pg_catalog.int4})]}}, Statement{kind: CreateIndex{table: t, elements: [IndexElement{expr: Column([a])}]}}, Statement{kind: CreateView{name: v, query: Query{body: Select{targets: [Target{expr: Number(1)}]}}}}, Statement{kind: Grant{privileges: All, target: Objects{kind: Table, objects: [Name(t)]}, grantees: [Name(r)]}}]}",
        ),
        (
            "create extension if not exists \"uuid-ossp\" with schema s version '1.1' cascade",
            "CreateExtension{name: uuid-ossp, if_not_exists, schema: s, version: 1.1, cascade}",
        ),
        ("create extension e schema s", "CreateExtension{name: e, schema: s}"),
    ]);
}

#[test]
fn refuses_schemas_and_extensions() {
    check(&[
        ("create schema", "syntax error at end of input"),
        (
            "create schema if not exists s create table t (a int)",
            "CREATE SCHEMA IF NOT EXISTS cannot include schema elements",
        ),
        ("create schema s create role r", "syntax error at or near \"role\""),
        ("create schema s drop table t", "syntax error at or near \"drop\""),
        ("create extension e from '1.0'", "CREATE EXTENSION ... FROM is no longer supported"),
        ("create extension e schema a schema b", "conflicting or redundant options"),
        ("create extension uuid-ossp", "syntax error at or near \"-\""),
    ]);
}
