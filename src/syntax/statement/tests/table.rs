//! CREATE TABLE, columns, constraints, partitions, indexes.

use crate::syntax::tests::check;

#[test]
fn creates_tables() {
    check(&[
        ("create table t ()", "CreateTable{name: t}"),
        (
            "create table if not exists s.t (a int, b text)",
            "CreateTable{name: s.t, if_not_exists, elements: [Column(ColumnDef{name: a, ty: pg_catalog.int4}), Column(ColumnDef{name: b, ty: text})]}",
        ),
        (
            "create temp table t (a int) on commit drop",
            "CreateTable{name: t, persistence: Temporary, elements: [Column(ColumnDef{name: a, ty: pg_catalog.int4})], on_commit}",
        ),
        (
            "create unlogged table t (a int) with (fillfactor = 70, toast.autovacuum_enabled = false) tablespace x",
            "CreateTable{name: t, persistence: Unlogged, elements: [Column(ColumnDef{name: a, ty: pg_catalog.int4})], with: [StorageParameter{name: fillfactor, value: 70}, StorageParameter{name: toast.autovacuum_enabled}], tablespace: x}",
        ),
        (
            "create table t (like u including all excluding indexes, a int)",
            "CreateTable{name: t, elements: [Like(LikeClause{table: u, including: LikeOptions{comments, compression, constraints, defaults, generated, identity, statistics, storage}}), Column(ColumnDef{name: a, ty: pg_catalog.int4})]}",
        ),
        (
            "create table t (a int) inherits (u, s.v)",
            "CreateTable{name: t, elements: [Column(ColumnDef{name: a, ty: pg_catalog.int4})], inherits: [u, s.v]}",
        ),
        (
            "create table t of ty (a with options not null, primary key (a))",
            "CreateTable{name: t, elements: [Column(ColumnDef{name: a, constraints: [ColumnConstraint{kind: NotNull}]}), Constraint(TableConstraint{kind: PrimaryKey{columns: [a]}})], of_type: ty}",
        ),
        (
            "create table t (a int) partition by range (a, lower(b) collate \"C\" text_ops, (a + 1))",
            "CreateTable{name: t, elements: [Column(ColumnDef{name: a, ty: pg_catalog.int4})], partition_by: PartitionBy{strategy: Range, keys: [IndexElement{expr: Column([a])}, IndexElement{expr: Call{function: lower, args: [Argument{value: Column([b])}]}, collation: C, operator_class: text_ops}, IndexElement{expr: Binary{op: +, left: Column([a]), right: Number(1)}}]}}",
        ),
        (
            "create table p partition of t for values from (1, minvalue) to (10, maxvalue)",
            "CreateTable{name: p, partition_of: t, partition_bound: PartitionBound{kind: Range{from: [Number(1), Column([minvalue])], to: [Number(10), Column([maxvalue])]}}}",
        ),
        (
            "create table p partition of t default partition by list (b)",
            "CreateTable{name: p, partition_of: t, partition_bound: PartitionBound{kind: Default}, partition_by: PartitionBy{strategy: List, keys: [IndexElement{expr: Column([b])}]}}",
        ),
        (
            "create table p partition of t (a default 1) for values in (1, 'x', null)",
            "CreateTable{name: p, elements: [Column(ColumnDef{name: a, constraints: [ColumnConstraint{kind: Default(Number(1))}]})], partition_of: t, partition_bound: PartitionBound{kind: List([Number(1), String(x), Null])}}",
        ),
        (
            "create table p partition of t for values with (modulus 4, remainder 0)",
            "CreateTable{name: p, partition_of: t, partition_bound: PartitionBound{kind: Hash{modulus: 4, remainder: 0}}}",
        ),
        (
            "create foreign table f (a int options (column_name 'x')) server s options (table_name 'y')",
            "CreateTable{name: f, foreign_server: s, foreign_options: Span, elements: [Column(ColumnDef{name: a, ty: pg_catalog.int4})]}",
        ),
        (
            "create table t (a, b) as select 1, 2 with no data",
            "CreateTableAs{name: t, columns: [a, b], query: Query{body: Select{targets: [Target{expr: Number(1)}, Target{expr: Number(2)}]}}}",
        ),
        (
            "create temp table t as execute p (1, 'x')",
            "CreateTableAs{name: t, persistence: Temporary, query: Execute(p), with_data}",
        ),
        (
            "create materialized view if not exists v (a) with (fillfactor = 70) as select 1 with no data",
            "CreateTableAs{name: v, if_not_exists, materialized, columns: [a], query: Query{body: Select{targets: [Target{expr: Number(1)}]}}}",
        ),
        (
            "select 1 into temp t",
            "CreateTableAs{name: t, persistence: Temporary, query: Query{body: Select{targets: [Target{expr: Number(1)}]}}, with_data}",
        ),
    ]);
}

#[test]
fn reads_columns() {
    check(&[
        (
            "create table t (a int not null default 1 + 2 unique primary key)",
            "CreateTable{name: t, elements: [Column(ColumnDef{name: a, ty: pg_catalog.int4, constraints: [ColumnConstraint{kind: NotNull}, ColumnConstraint{kind: Default(Binary{op: +, left: Number(1), right: Number(2)})}, ColumnConstraint{kind: Unique}, ColumnConstraint{kind: PrimaryKey(IndexParameters)}]})]}",
        ),
        (
            "create table t (a text collate \"C\" default 'x'::text not null check (a <> '') no inherit)",
            "CreateTable{name: t, elements: [Column(ColumnDef{name: a, ty: text, collation: C, constraints: [ColumnConstraint{kind: Default(Cast{expr: String(x), to: text})}, ColumnConstraint{kind: NotNull}, ColumnConstraint{kind: Check{expr: Binary{op: <>, left: Column([a]), right: String()}, no_inherit}}]})]}",
        ),
        (
            "create table t (a int constraint c references u (b) match full on update cascade on delete set null (a) deferrable initially deferred)",
            "CreateTable{name: t, elements: [Column(ColumnDef{name: a, ty: pg_catalog.int4, constraints: [ColumnConstraint{name: c, kind: References{table: u, columns: [b], match_full, on_delete: SetNull, on_delete_columns: [a], on_update: Cascade}, attributes: ConstraintAttributes{deferrable, initially_deferred}}]})]}",
        ),
        (
            "create table t (a int generated always as (b * 2) stored, c int generated always as (1) virtual)",
            "CreateTable{name: t, elements: [Column(ColumnDef{name: a, ty: pg_catalog.int4, constraints: [ColumnConstraint{kind: Generated{expr: Binary{op: *, left: Column([b]), right: Number(2)}, stored}}]}), Column(ColumnDef{name: c, ty: pg_catalog.int4, constraints: [ColumnConstraint{kind: Generated{expr: Number(1)}}]})]}",
        ),
        (
            "create table t (a int generated by default as identity (start with 10 increment by -5 no maxvalue cycle))",
            "CreateTable{name: t, elements: [Column(ColumnDef{name: a, ty: pg_catalog.int4, constraints: [ColumnConstraint{kind: Identity{options: [Start(10), Increment(-5), MaxValue(None), Cycle(true)]}}]})]}",
        ),
        (
            "create table t (a int null unique nulls not distinct with (fillfactor = 50) using index tablespace x)",
            "CreateTable{name: t, elements: [Column(ColumnDef{name: a, ty: pg_catalog.int4, constraints: [ColumnConstraint{kind: Null}, ColumnConstraint{kind: Unique{nulls_not_distinct, parameters: IndexParameters{with: [StorageParameter{name: fillfactor, value: 50}], tablespace: x}}}]})]}",
        ),
        (
            "create table t (a text storage external compression lz4)",
            "CreateTable{name: t, elements: [Column(ColumnDef{name: a, ty: text, storage: external, compression: lz4})]}",
        ),
        (
            "create table t (a int check (a > 0) not enforced, b int references u not enforced)",
            "CreateTable{name: t, elements: [Column(ColumnDef{name: a, ty: pg_catalog.int4, constraints: [ColumnConstraint{kind: Check{expr: Binary{op: >, left: Column([a]), right: Number(0)}}, attributes: ConstraintAttributes{not_enforced}}]}), Column(ColumnDef{name: b, ty: pg_catalog.int4, constraints: [ColumnConstraint{kind: References{table: u}, attributes: ConstraintAttributes{not_enforced}}]})]}",
        ),
        (
            "create table t (\"A b\" numeric(10, 2)[] default '{}', b timestamp(3) with time zone default now())",
            "CreateTable{name: t, elements: [Column(ColumnDef{name: A b, ty: pg_catalog.numeric(Number(10), Number(2))[], constraints: [ColumnConstraint{kind: Default(String({}))}]}), Column(ColumnDef{name: b, ty: pg_catalog.timestamptz(Number(3)), constraints: [ColumnConstraint{kind: Default(Call{function: now})}]})]}",
        ),
    ]);
}

#[test]
fn reads_table_constraints() {
    check(&[
        (
            "create table t (constraint c check (a > 0) no inherit not valid)",
            "CreateTable{name: t, elements: [Constraint(TableConstraint{name: c, kind: Check{expr: Binary{op: >, left: Column([a]), right: Number(0)}, no_inherit}, attributes: ConstraintAttributes{not_valid}})]}",
        ),
        (
            "create table t (primary key (a, b) include (c) with (fillfactor = 50), unique nulls not distinct (a))",
            "CreateTable{name: t, elements: [Constraint(TableConstraint{kind: PrimaryKey{columns: [a, b], parameters: IndexParameters{include: [c], with: [StorageParameter{name: fillfactor, value: 50}]}}}), Constraint(TableConstraint{kind: Unique{columns: [a], nulls_not_distinct}})]}",
        ),
        (
            "create table t (constraint k primary key (a, b without overlaps), foreign key (a, period b) references u (a, period b))",
            "CreateTable{name: t, elements: [Constraint(TableConstraint{name: k, kind: PrimaryKey{columns: [a, b], without_overlaps}}), Constraint(TableConstraint{kind: ForeignKey{columns: [a, b], period, references: References{table: u, columns: [a, b], period}}})]}",
        ),
        (
            "create table t (foreign key (a, b) references s.u on delete set default on update restrict not deferrable)",
            "CreateTable{name: t, elements: [Constraint(TableConstraint{kind: ForeignKey{columns: [a, b], references: References{table: s.u, on_delete: SetDefault, on_update: Restrict}}})]}",
        ),
        (
            "create table t (exclude using gist (a with =, b range_ops with pg_catalog.&&) where (c))",
            "CreateTable{name: t, elements: [Constraint(TableConstraint{kind: Exclude{method: gist, elements: [(IndexElement{expr: Column([a])}, =), (IndexElement{expr: Column([b]), operator_class: range_ops}, &&)], filter: Column([c])}})]}",
        ),
        (
            "create table t (exclude (a with operator(public.=)))",
            "CreateTable{name: t, elements: [Constraint(TableConstraint{kind: Exclude{elements: [(IndexElement{expr: Column([a])}, =)]}})]}",
        ),
        (
            "create table t (constraint n not null a no inherit)",
            "CreateTable{name: t, elements: [Constraint(TableConstraint{name: n, kind: NotNull{column: a, no_inherit}})]}",
        ),
    ]);
}

#[test]
fn refuses_in_tables() {
    check(&[
        ("create table t (a int,)", "syntax error at or near \")\""),
        ("create table t (a int b text)", "syntax error at or near \"b\""),
        ("create table t (a int not)", "syntax error at or near \")\""),
        ("create table t (int)", "syntax error at end of input"),
        ("create table t", "syntax error at end of input"),
        ("create table t (a int) inherits ()", "syntax error at or near \")\""),
        ("create table (a int)", "syntax error at or near \"(\""),
        ("create table t (a int primary)", "syntax error at or near \")\""),
        ("create table t (a int references)", "syntax error at or near \")\""),
        ("create table t (a int collate \"C\" collate \"D\")", "multiple COLLATE clauses not allowed"),
        (
            "create table t (a int generated by default as (1) stored)",
            "for a generated column, GENERATED ALWAYS must be specified",
        ),
        ("create table t (a int generated always as 1)", "syntax error at or near \"1\""),
        ("create table t (a int references u match partial)", "MATCH PARTIAL not yet implemented"),
        (
            "create table t (foreign key (a) references u on update set null (a))",
            "a column list with SET NULL is only supported for ON DELETE actions",
        ),
        (
            "create table t (foreign key (a) references u on delete cascade on delete cascade)",
            "syntax error at or near \"delete\"",
        ),
        ("create table t (unique (a) not valid)", "UNIQUE constraints cannot be marked NOT VALID"),
        ("create table t (check (a) deferrable)", "CHECK constraints cannot be marked DEFERRABLE"),
        (
            "create table t (foreign key (a) references u not deferrable initially deferred)",
            "constraint declared INITIALLY DEFERRED must be DEFERRABLE",
        ),
        ("create table t (primary key a)", "syntax error at or near \"a\""),
        ("create table t (like u including)", "syntax error at or near \")\""),
        ("create table t (a int) partition by rang (a)", "unrecognized partitioning strategy \"rang\""),
        ("create table p partition of t for values with (modulus 4)", "remainder for hash partition must be specified"),
        (
            "create table p partition of t for values with (modulus 4, remaindr 1)",
            "unrecognized hash partition bound specification \"remaindr\"",
        ),
        ("create table p partition t default", "syntax error at or near \"t\""),
        ("create table t (a int) with oids", "syntax error at or near \"oids\""),
        ("create global table t (a int)", "syntax error at or near \"table\""),
        ("create temp materialized view v as select 1", "syntax error at or near \"materialized\""),
        ("create table a.b.c.d (a int)", "improper qualified name (too many dotted names): a.b.c.d"),
        ("create or replace table t (a int)", "syntax error at or near \"table\""),
    ]);
}

#[test]
fn creates_indexes() {
    check(&[
        ("create index on t (a)", "CreateIndex{table: t, elements: [IndexElement{expr: Column([a])}]}"),
        (
            "create unique index concurrently if not exists i on only s.t using gin (a gin_trgm_ops, lower(b) collate \"C\" text_pattern_ops desc nulls last, (a + b)) include (c, d) nulls not distinct with (fastupdate = off) tablespace x where a is not null",
            "CreateIndex{name: i, if_not_exists, unique, concurrently: Span, table: s.t, only, method: gin, elements: [IndexElement{expr: Column([a]), operator_class: gin_trgm_ops}, IndexElement{expr: Call{function: lower, args: [Argument{value: Column([b])}]}, collation: C, operator_class: text_pattern_ops, descending}, IndexElement{expr: Binary{op: +, left: Column([a]), right: Column([b])}}], include: [c, d], nulls_not_distinct, with: [StorageParameter{name: fastupdate, value: off}], tablespace: x, filter: Is{expr: Column([a]), test: Null, negated}}",
        ),
        (
            "create index i on t (coalesce(a, b), s.f(a) asc, current_date)",
            "CreateIndex{name: i, table: t, elements: [IndexElement{expr: Call{function: coalesce, args: [Argument{value: Column([a])}, Argument{value: Column([b])}], builtin_syntax}}, IndexElement{expr: Call{function: s.f, args: [Argument{value: Column([a])}]}}, IndexElement{expr: Call{function: current_date, builtin_syntax}}]}",
        ),
        (
            "create index i on t using gist (a gist_trgm_ops (siglen = 32))",
            "CreateIndex{name: i, table: t, method: gist, elements: [IndexElement{expr: Column([a]), operator_class: gist_trgm_ops, operator_class_options: [StorageParameter{name: siglen, value: 32}]}]}",
        ),
    ]);
}

#[test]
fn refuses_in_indexes() {
    check(&[
        ("create index i on t", "syntax error at end of input"),
        ("create index i on t ()", "syntax error at or near \")\""),
        ("create index i t (a)", "syntax error at or near \"t\""),
        ("create index if not exists on t (a)", "syntax error at or near \"on\""),
        ("create index i on t (a + b)", "syntax error at or near \"+\""),
        ("create index i on t (f(a) + 1)", "syntax error at or near \"+\""),
        ("create index i on t (a desc asc)", "syntax error at or near \"asc\""),
        ("create index concurrently concurrently i on t (a)", "syntax error at or near \"concurrently\""),
    ]);
}
