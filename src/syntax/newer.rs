//! Syntax that not every supported version of PostgreSQL reads. Found by running the grammars of 15, 16, 17 and 18 on the same statements.

use crate::source::Span;

/// The oldest version that a project can target, and the newest, which is the one whose grammar is read.
pub const VERSIONS: std::ops::RangeInclusive<u8> = 15..=18;

/// A construct that came after the oldest version.
#[derive(Debug, PartialEq, Eq)]
pub struct Feature {
    /// The first version that reads it.
    pub since: u8,
    pub what: &'static str,
    /// What to write for an older one.
    pub instead: Option<&'static str>,
}

/// Such a construct in a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Newer {
    pub span: Span,
    pub feature: &'static Feature,
}

macro_rules! features {
    ($($name:ident: $since:literal, $what:literal $(, $instead:literal)?;)*) => {
        $(pub(super) static $name: Feature = Feature { since: $since, what: $what, instead: features!(@ $($instead)?) };)*
    };
    (@) => { None };
    (@ $instead:literal) => { Some($instead) };
}

features! {
    SQL_JSON_CONSTRUCTOR: 16, "a constructor of SQL/JSON", "write `jsonb_build_object`, `jsonb_build_array`, `jsonb_object_agg` or `jsonb_agg`";
    IS_JSON: 16, "IS JSON";
    NUMBER_FORM: 16, "a number in hexadecimal, octal or binary, or with underscores", "write it in decimal, without underscores";
    SUBQUERY_WITHOUT_ALIAS: 16, "a subquery in FROM without an alias", "give it an alias: `from (select …) as t`";
    ROLE_OPTIONS: 16, "INHERIT and SET of a role's membership";
    UNNAMED_STATISTICS: 16, "CREATE STATISTICS without a name", "give the statistics a name";
    UNNAMED_REINDEX: 16, "REINDEX SYSTEM or DATABASE without a name", "name the current database";
    COLUMN_STORAGE: 16, "STORAGE of a new column, or STORAGE DEFAULT", "write `alter table … alter column … set storage …` after it";
    XML_INDENT: 16, "INDENT in XMLSERIALIZE";
    MERGE_RETURNING: 17, "RETURNING in MERGE";
    MERGE_BY: 17, "WHEN NOT MATCHED BY in MERGE";
    MERGE_IN_WITH: 17, "MERGE in WITH";
    JSON_TABLE: 17, "JSON_TABLE", "write `jsonb_to_recordset`, or `jsonb_path_query` in FROM";
    SQL_JSON_FUNCTION: 17, "a query function of SQL/JSON", "write `jsonb_path_query_first` or `jsonb_path_exists`";
    SET_EXPRESSION: 17, "ALTER COLUMN … SET EXPRESSION", "drop the column and add it anew";
    DEFAULT_ACCESS_METHOD: 17, "SET ACCESS METHOD DEFAULT", "name the access method: `heap`";
    AT_LOCAL: 17, "AT LOCAL", "write `at time zone current_setting('timezone')`";
    DEFAULT_STATISTICS: 17, "SET STATISTICS DEFAULT", "write `set statistics -1`";
    VIRTUAL_COLUMN: 18, "a virtual generated column", "write STORED after the expression";
    ENFORCED: 18, "[NOT] ENFORCED";
    ALTER_INHERITANCE: 18, "ALTER CONSTRAINT … [NO] INHERIT";
    NOT_NULL_CONSTRAINT: 18, "NOT NULL as a table constraint", "write `alter column … set not null`, or NOT NULL after the column's type";
    TEMPORAL_KEY: 18, "WITHOUT OVERLAPS", "write `exclude using gist (… with =, … with &&)`";
    PERIOD: 18, "PERIOD in a foreign key";
    RETURNING_ALIASES: 18, "RETURNING WITH (OLD AS …, NEW AS …)";
    VACUUM_ONLY: 18, "ONLY in VACUUM and ANALYZE";
    LARGE_OBJECT_DEFAULTS: 18, "default privileges on large objects";
}

#[cfg(test)]
mod tests {
    use crate::syntax::parse;

    /// The version from which on a statement is read: what the grammars of 15, 16, 17 and 18 said of it.
    #[test]
    fn constructs_by_version() {
        for (since, statements) in [
            (
                15,
                &[
                    "select json_object('{a,1}'), json_array(1), json_arrayagg(a), json_value(a, b), json_exists(a, b) from t",
                    "merge into t using s on true when matched then delete",
                    "create table t (a int unique nulls not distinct, b int generated always as (a) stored)",
                    "alter table t alter a set statistics -1, alter a set storage external, set access method heap",
                    "grant a to b with admin option; reindex database d; create statistics s on a, b from t",
                    "create table enforced (period int, without int, source int)",
                ][..],
            ),
            (
                16,
                &[
                    "select json_object('a': 1)",
                    "select json_object(a value 1)",
                    "select json_array(select 1)",
                    "select json_array(1 null on null)",
                    "select json_objectagg(a: b) from t",
                    "select json_arrayagg(a returning jsonb) from t",
                    "select a is json object from t",
                    "select 1_000",
                    "select 0x1F",
                    "select * from (select 1)",
                    "grant a to b with inherit true",
                    "grant a to b with admin true",
                    "revoke set option for a from b",
                    "create statistics on a, b from t",
                    "reindex system",
                    "create table t (a text storage external)",
                    "alter table t alter a set storage default",
                    "select xmlserialize(content a as text no indent)",
                ],
            ),
            (
                17,
                &[
                    "merge into t using s on true when matched then delete returning 1",
                    "merge into t using s on true when not matched by source then delete",
                    "select * from json_table('{}', '$' columns (a int))",
                    "select json_value('{}', '$.a' returning int)",
                    "select json_exists('{}', '$.a' passing 1 as x)",
                    "alter table t alter a set expression as (b + 1)",
                    "alter table t set access method default",
                    "select a at local from t",
                    "alter table t alter a set statistics default",
                    "alter statistics s set statistics default",
                ],
            ),
            (
                18,
                &[
                    "create table t (a int generated always as (b) virtual)",
                    "create table t (a int generated always as (b))",
                    "create table t (a int check (a > 0) not enforced)",
                    "alter table t alter constraint c not enforced",
                    "alter table t alter constraint c inherit",
                    "alter table t alter constraint c no inherit",
                    "alter table t add constraint c not null a not valid",
                    "create table t (a int, b daterange, primary key (a, b without overlaps))",
                    "create table t (a int, b daterange, foreign key (a, period b) references u (a, period b))",
                    "insert into t values (1) returning with (old as o) o.a",
                    "vacuum only t",
                    "alter default privileges grant select on large objects to a",
                ],
            ),
        ] {
            for sql in statements {
                let parsed = parse(sql).statements;
                assert!(parsed.iter().all(|s| s.result.is_ok()), "{sql}");
                let found = parsed.iter().flat_map(|s| &s.newer).map(|newer| newer.feature.since).max();
                assert_eq!(found.unwrap_or(15), since, "{sql}");
            }
        }
    }
}
