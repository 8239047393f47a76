//! Verdicts that a PostgreSQL 17 server gave.

use super::check_statement;
use crate::syntax;

/// The error of the one statement in a text: its message, and the text under its span.
fn error(sql: &str) -> Option<(String, String)> {
    let parsed = syntax::parse(sql);
    let [statement] = &parsed.statements[..] else { panic!("one statement: {sql}") };
    let error = check_statement(statement.result.as_ref().unwrap()).err()?;
    Some((error.message.clone(), sql[error.span.range()].to_string()))
}

fn in_do(body: &str) -> Option<(String, String)> {
    error(&format!("do $$ {body} $$"))
}

#[test]
fn bodies_that_postgresql_accepts() {
    for body in [
        "begin null; end",
        "declare x int := 1; y constant text default 'a'; z int[] not null = '{}'; begin x := y::int + z[1]; z[1:2] := '{1,2}'; end;",
        "<<a>> declare x int; begin <<b>> for i in reverse 3..1 by 1 loop a.x := i; continue b when x > 1; exit a; end loop b; end a",
        "declare r record; begin for r in select 1 as v loop raise notice '% %%', r.v using hint = 'h'; end loop; end",
        "declare c cursor (a int, b text) for select a, b; begin open c(b := 'y', a := 1); move forward 2 from c; close c; for r in c(1, '') loop null; end loop; end",
        "declare x int; begin execute 'select 1' using 1, 2 into strict x; get diagnostics x = row_count; end",
        "begin begin perform 1/0; exception when division_by_zero or sqlstate '22000' then raise; when others then raise notice '%', sqlerrm; end; end",
        "begin case 1 when 1, 2 then null; else null; end case; if true then null; elsif false then null; elseif true then null; else null; end if; end",
        "declare comment text; begin comment := 'x'; comment on table t is 'y'; perform; commit; assert true, 'm'; end",
        "begin create rule r as on insert to t do also (delete from t; delete from t); end",
        "declare x int; begin with q as (select 1 as a) select a into x from q; insert into t values (1) returning id into x; x := distinct id from t limit 1; end",
    ] {
        assert_eq!(in_do(body), None, "{body}");
    }
}

#[test]
fn errors_as_postgresql_words_them() {
    for (body, message, at) in [
        ("begin x := 1; end", "\"x\" is not a known variable", "x"),
        ("begin null end", "syntax error at or near \"end\"", "end"),
        ("begin if true then null; end", "syntax error at end of input", ""),
        ("declare x int; declare x int; begin null; end", "duplicate declaration at or near \"x\"", "x"),
        ("declare x constant int := 1; begin x := 2; end", "variable \"x\" is declared CONSTANT", "x"),
        ("declare x int; begin x := 1 2; end", "syntax error at or near \"2\"", "2"),
        ("begin perform 1 from t where; end", "syntax error at end of input", ""),
        ("begin return 1; end", "RETURN cannot have a parameter in function returning void", "1"),
        ("begin exit; end", "EXIT cannot be used outside a loop, unless it has a label", "exit"),
        ("begin raise notice '% %', 1; end", "too few parameters specified for RAISE", "raise notice '% %', 1"),
        ("begin raise nosuch; end", "unrecognized exception condition \"nosuch\"", "nosuch"),
        (
            "begin for i in select 1 loop null; end loop; end",
            "loop variable of loop over rows must be a record variable or list of scalar variables",
            "i",
        ),
        ("begin if (1 = 1 then null; end if; end", "mismatched parentheses at or near \";\"", ";"),
        ("begin while true; end loop; end", "missing \"LOOP\" at end of SQL expression", ";"),
    ] {
        assert_eq!(in_do(body), Some((message.to_string(), at.to_string())), "{body}");
    }
}

#[test]
fn what_return_may_say_depends_on_the_function() {
    let function = |head: &str, body: &str| {
        error(&format!("create {head} language plpgsql as $$ begin {body} end $$")).map(|e| e.0)
    };
    for (head, body, message) in [
        ("function f() returns int", "return;", Some("missing expression at or near \";\"")),
        ("function f() returns event_trigger", "return;", None),
        ("procedure f()", "return 1;", Some("RETURN cannot have a parameter in a procedure")),
        ("function f(out a int)", "return a;", Some("RETURN cannot have a parameter in function with OUT parameters")),
        (
            "function f() returns setof int",
            "return 1;",
            Some("RETURN cannot have a parameter in function returning set"),
        ),
        ("function f() returns setof int", "return next 1; return query select 1; return;", None),
        ("function f() returns int", "return next 1;", Some("cannot use RETURN NEXT in a non-SETOF function")),
        ("function f() returns trigger", "new.id := tg_nargs; return coalesce(new, old);", None),
        ("function f(a int, text)", "f.a := $1; $2 := 'x';", None),
    ] {
        assert_eq!(function(head, body).as_deref(), message, "{head}: {body}");
    }
}

#[test]
fn bodies_in_sql() {
    assert_eq!(error("create function f() returns int language sql as 'select 1; select 2'"), None);
    let refused = error("create function f() returns int language sql as 'select 1; selec 2'");
    assert_eq!(refused, Some(("syntax error at or near \"selec\"".into(), "selec".into())));
}

#[test]
fn blocks_nest_to_the_limit() {
    let nested = |depth: usize| format!("{}null;{}", "begin ".repeat(depth), " end;".repeat(depth));
    assert_eq!(in_do(&nested(400)), None);
    assert_eq!(in_do(&nested(20_000)).map(|e| e.0), Some("stack depth limit exceeded".into()));
}
