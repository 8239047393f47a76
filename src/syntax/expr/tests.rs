//! Expressions and queries: what is accepted, how it groups, and that every span covers its text.

use crate::syntax::ast::{Expr, ExprKind};
use crate::syntax::cursor::Cursor;
use crate::syntax::{lex, walk};

fn parse(sql: &str) -> Result<Expr, String> {
    let lexed = lex(sql);
    let mut cursor = Cursor::new(sql, &lexed.tokens);
    let expr = cursor.expr().map_err(|e| e.into_report().message)?;
    if cursor.is_at_end() { Ok(expr) } else { Err(cursor.error().into_report().message) }
}

/// The expression with a pair of brackets around every operation.
fn grouped(expr: &Expr) -> String {
    match &expr.kind {
        ExprKind::Column(parts) => parts.iter().map(|p| p.to_string()).collect::<Vec<_>>().join("."),
        ExprKind::Number(n) => n.to_string(),
        ExprKind::String(s) => format!("'{s}'"),
        ExprKind::Null => "null".into(),
        ExprKind::And(a, b) => format!("[{} and {}]", grouped(a), grouped(b)),
        ExprKind::Or(a, b) => format!("[{} or {}]", grouped(a), grouped(b)),
        ExprKind::Not(e) => format!("[not {}]", grouped(e)),
        ExprKind::Unary { op, expr } => format!("[{op} {}]", grouped(expr)),
        ExprKind::Binary { op, left, right } => format!("[{} {op} {}]", grouped(left), grouped(right)),
        ExprKind::Is { expr, test, negated } => {
            format!("[{} is {}{test:?}]", grouped(expr), if *negated { "not " } else { "" })
        }
        ExprKind::Between { expr, low, high, .. } => {
            format!("[{} between {} {}]", grouped(expr), grouped(low), grouped(high))
        }
        ExprKind::InList { expr, list, .. } => format!("[{} in {}]", grouped(expr), list.len()),
        ExprKind::Cast { expr, to } => format!("[{}::{}]", grouped(expr), to.name),
        ExprKind::Paren(e) => format!("({})", grouped(e)),
        ExprKind::Call(call) => {
            format!("{}({})", call.function, call.args.iter().map(|a| grouped(&a.value)).collect::<Vec<_>>().join(","))
        }
        ExprKind::Collate { expr, collation } => format!("[{} collate {collation}]", grouped(expr)),
        ExprKind::Subquery(_) => "(query)".into(),
        ExprKind::Exists(_) => "exists".into(),
        ExprKind::Quantified { expr, op, all, .. } => {
            format!("[{} {op} {}]", grouped(expr), if *all { "all" } else { "any" })
        }
        ExprKind::Row(items) => format!("row{}", items.len()),
        other => format!("{other:?}").split([' ', '(']).next().unwrap_or("").to_lowercase(),
    }
}

#[test]
fn groups_operators_as_postgresql_does() {
    for (sql, expected) in [
        ("a + b * c", "[a + [b * c]]"),
        ("a or b and not c = d", "[a or [b and [not [c = d]]]]"),
        ("- a ^ b", "[[- a] ^ b]"),
        ("a = b is null", "[[a = b] is Null]"),
        ("a is not null and b isnull", "[[a is not Null] and [b is Null]]"),
        ("a like b || '%'", "[a ~~ [b || '%']]"),
        ("a not ilike 'x'", "[a !~~* 'x']"),
        ("a between 1 and 2 and b", "[[a between 1 2] and b]"),
        ("a ->> 'b' = 'c'", "[[a ->> 'b'] = 'c']"),
        ("a::int::text || b", "[[[a::pg_catalog.int4]::text] || b]"),
        ("x::timestamp at time zone 'utc'", "attimezone"),
        ("a collate \"C\" < b", "[[a collate C] < b]"),
        ("auth.uid() = user_id", "[auth.uid() = user_id]"),
        ("(select auth.uid()) = t.user_id", "[(query) = t.user_id]"),
        ("a = any (select 1)", "[a = any]"),
        ("a <> all (array[1, 2])", "[a <> all]"),
        ("a in (1, 2)", "[a in 2]"),
        ("((select 1) + 1)", "([(query) + 1])"),
        ("((select 1))", "(query)"),
        ("(a, b) = (1, 2)", "[row2 = row2]"),
        ("coalesce(a, 'x'::public.citext)", "coalesce(a,['x'::public.citext])"),
        ("extract(epoch from now())", "extract('epoch',now())"),
        ("now() + interval '1 day'", "[now() + ['1 day'::pg_catalog.interval]]"),
        ("date '2020-01-01'", "['2020-01-01'::date]"),
        ("count(*) filter (where a > 1)", "count()"),
        ("f(a => 1, b := 2)", "f(1,2)"),
        ("not exists (select from t)", "[not exists]"),
        ("case when a then b end", "case"),
        ("a is distinct from b", "[a is distinct from b]"),
        ("current_setting('x', true)::json ->> 'y'", "[[current_setting('x',bool)::pg_catalog.json] ->> 'y']"),
    ] {
        assert_eq!(parse(sql).map(|e| grouped(&e)).as_deref(), Ok(expected), "{sql}");
    }
}

#[test]
fn refuses_what_postgresql_refuses() {
    for (sql, message) in [
        ("a = b = c", "syntax error at or near \"=\""),
        ("a < b < c", "syntax error at or near \"<\""),
        ("a like b like c", "syntax error at or near \"like\""),
        ("a in ()", "syntax error at or near \")\""),
        ("case end", "syntax error at or near \"end\""),
        ("a +", "syntax error at end of input"),
        ("select", "syntax error at or near \"select\""),
        ("f(a,)", "syntax error at or near \")\""),
    ] {
        assert_eq!(parse(sql).map(|e| grouped(&e)), Err(message.to_string()), "{sql}");
    }
}

#[test]
fn bounds_depth_and_length() {
    let deep = format!("{}1{}", "(".repeat(5000), ")".repeat(5000));
    assert_eq!(parse(&deep).map(|_| ()), Err("stack depth limit exceeded".into()));
    let long = format!("1{}", " + 1".repeat(10_000));
    assert_eq!(parse(&long).map(|_| ()), Err("stack depth limit exceeded".into()));
    assert!(parse(&format!("1{}", " + 1".repeat(4_000))).is_ok());
}

#[test]
fn spans_cover_the_text() {
    let sql = "(select auth.uid()) = user_id and (auth.jwt() ->> 'role') in ('a', 'b') or x[1]::int > 2";
    let expr = parse(sql).unwrap();
    let mut calls = Vec::new();
    walk::expr(&expr, &mut |e| {
        assert!(sql.is_char_boundary(e.span.start as usize) && e.span.start < e.span.end);
        if let ExprKind::Call(_) = e.kind {
            calls.push(&sql[e.span.range()]);
        }
        if let ExprKind::Subquery(_) = e.kind {
            calls.push(&sql[e.span.range()]);
        }
    });
    assert_eq!(calls, ["(select auth.uid())", "auth.uid()", "auth.jwt()"]);
    assert_eq!(&sql[expr.span.range()], sql);
}
