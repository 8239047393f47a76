use crate::replay::testing::run;

/// The locks of the last statement, as `relation MODE [rewrite] [scan] [build]`.
fn locks(setup: &str, statement: &str) -> String {
    let replayed = run(&format!("{setup};\n{statement}"));
    let Some(step) = replayed.steps.last() else { return String::new() };
    let mut lines: Vec<String> = Vec::new();
    for lock in super::of(step) {
        let name = step.before.relation(lock.relation).map_or("", |r| &r.name);
        let mut line = format!("{name} {}", lock.mode.words());
        for (does, word) in [(lock.rewrite, " rewrite"), (lock.scan, " scan"), (lock.build, " build")] {
            line.push_str(if does { word } else { "" });
        }
        lines.push(line);
    }
    lines.join(", ")
}

#[test]
fn locks_as_postgresql_takes_them() {
    let tables = "create table t (id int primary key, a int, v varchar(10)); create table o (id int primary key)";
    let cases = [
        ("alter table t add b int default 1", "t ACCESS EXCLUSIVE"),
        (
            "alter table t add b uuid default gen_random_uuid()",
            "t ACCESS EXCLUSIVE rewrite, t_pkey ACCESS EXCLUSIVE rewrite",
        ),
        ("alter table t alter v type varchar(20)", "t ACCESS EXCLUSIVE"),
        ("alter table t alter v type varchar(5)", "t ACCESS EXCLUSIVE rewrite, t_pkey ACCESS EXCLUSIVE rewrite"),
        ("alter table t alter a set not null", "t ACCESS EXCLUSIVE scan"),
        ("alter table t add check (a > 0) not valid", "t ACCESS EXCLUSIVE"),
        ("alter table t add unique (a)", "t ACCESS EXCLUSIVE build"),
        ("alter table t add foreign key (a) references o not valid", "t SHARE ROW EXCLUSIVE, o SHARE ROW EXCLUSIVE"),
        (
            "alter table t add foreign key (a) references o",
            "t SHARE ROW EXCLUSIVE scan, t_pkey ACCESS SHARE, o SHARE ROW EXCLUSIVE, o_pkey ACCESS SHARE",
        ),
        ("create index on t (a)", "t SHARE build"),
        ("create index concurrently on t (a)", "t SHARE UPDATE EXCLUSIVE build"),
        ("drop table t", "t ACCESS EXCLUSIVE, t_pkey ACCESS EXCLUSIVE"),
        ("vacuum full o", "o ACCESS EXCLUSIVE rewrite, o_pkey ACCESS EXCLUSIVE rewrite"),
        ("create table n (id int references o)", "o SHARE ROW EXCLUSIVE"),
        ("do $$ begin alter table t add b int; end $$", "t ACCESS EXCLUSIVE"),
        ("alter table nothing add b int", ""),
        ("grant select on t to anon", ""),
    ];
    for (statement, expected) in cases {
        assert_eq!(locks(tables, statement), expected, "{statement}");
    }
}

/// CREATE TABLE checks what it creates: nothing is left to validate.
#[test]
fn not_valid_in_create_table_is_validated() {
    let setup = "create table t (a int, constraint c check (a > 0) not valid)";
    assert_eq!(locks(setup, "alter table t validate constraint c"), "t SHARE UPDATE EXCLUSIVE");
}

#[test]
fn a_type_changes_in_grandchildren_too() {
    let setup = "create table p (a int); create table c () inherits (p); create table g () inherits (c)";
    let expected = "p ACCESS EXCLUSIVE rewrite, c ACCESS EXCLUSIVE rewrite, g ACCESS EXCLUSIVE rewrite";
    assert_eq!(locks(setup, "alter table p alter a type bigint"), expected);
}
