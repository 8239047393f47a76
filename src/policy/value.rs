//! What an operand of a comparison is: its one spelling, and what is known of it for a client that is not signed in, or that is.

use crate::syntax::ast::{Call, Expr, ExprKind, Query, QueryBody};

/// The spelling of `auth.uid()`.
pub const UID: &str = "auth.uid()";

/// What is known of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Known {
    Null,
    NotNull,
    Text(&'static str),
    Nothing,
}

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    Anonymous,
    SignedIn,
}

/// `(select …)` without FROM, WHERE and the like: its one item.
pub fn scalar(query: &Query) -> Option<&Expr> {
    let QueryBody::Select(select) = &query.body else { return None };
    let bare = query.with.is_empty() && query.limit.is_none() && query.offset.is_none();
    match &select.targets[..] {
        [target] if bare && select.from.is_empty() && select.filter.is_none() && select.having.is_none() => {
            Some(&target.expr)
        }
        _ => None,
    }
}

/// The expression without the parentheses and scalar subqueries around it.
pub fn bare(expr: &Expr) -> &Expr {
    match &expr.kind {
        ExprKind::Paren(inner) => bare(inner),
        ExprKind::Subquery(query) => scalar(query).map_or(expr, bare),
        _ => expr,
    }
}

/// A session function's `name()`.
fn session_name(call: &Call) -> Option<&str> {
    let name = &*call.function.name;
    match call.function.schema.as_deref() {
        Some("auth") if call.args.is_empty() => matches!(name, "uid" | "role" | "email" | "jwt").then_some(name),
        None if call.builtin_syntax => {
            matches!(name, "current_user" | "current_role" | "user").then_some("current_user")
        }
        _ => None,
    }
}

/// Whether a call asks who is connected.
pub fn is_session(call: &Call) -> bool {
    let setting = &*call.function.name == "current_setting"
        && matches!(call.function.schema.as_deref(), None | Some("pg_catalog"));
    setting || session_name(call).is_some() || (call.builtin_syntax && &*call.function.name == "session_user")
}

/// What the value is for who asks.
pub fn known(expr: &Expr, who: Who) -> Known {
    let anonymous = who == Who::Anonymous;
    match &bare(expr).kind {
        ExprKind::Null => Known::Null,
        ExprKind::Cast { expr, .. } => known(expr, who),
        ExprKind::Call(call) => match session_name(call) {
            Some("uid" | "email") if anonymous => Known::Null,
            Some("uid" | "email" | "jwt") => Known::NotNull,
            Some(_) => Known::Text(if anonymous { "anon" } else { "authenticated" }),
            None => Known::Nothing,
        },
        ExprKind::Binary { op, left, right } if is_short(expr) && matches!(&**op, "->" | "->>") => {
            claim(left, right, who)
        }
        // Its operators answer NULL to NULL; array || does not.
        ExprKind::Binary { op, left, right }
            if is_short(expr) && op.bytes().all(|b| b.is_ascii_punctuation()) && &**op != "||" =>
        {
            let is_null = |e: &Expr| known(e, who) == Known::Null;
            if is_null(left) || is_null(right) { Known::Null } else { Known::Nothing }
        }
        _ => Known::Nothing,
    }
}

/// A claim of the token: that of the anon key has no user in it.
fn claim(json: &Expr, key: &Expr, who: Who) -> Known {
    let is_token = matches!(&bare(json).kind, ExprKind::Call(call) if session_name(call) == Some("jwt"));
    if !is_token {
        return if known(json, who) == Known::Null { Known::Null } else { Known::Nothing };
    }
    let ExprKind::String(key) = &bare(key).kind else { return Known::Nothing };
    match (&**key, who) {
        ("role", Who::Anonymous) => Known::Text("anon"),
        ("role", Who::SignedIn) => Known::Text("authenticated"),
        ("iss" | "ref" | "iat" | "exp" | "aud", _) => Known::Nothing,
        (_, Who::Anonymous) => Known::Null,
        ("sub", Who::SignedIn) => Known::NotNull,
        _ => Known::Nothing,
    }
}

/// One spelling of a value. What holds a query is spelt as it is written.
pub fn key(expr: &Expr, written: &dyn Fn(&Expr) -> String) -> String {
    let expr = bare(expr);
    match &expr.kind {
        // Outside subqueries a qualified column is the table's too.
        ExprKind::Column(parts) => parts.last().map_or(String::new(), |name| crate::catalog::quote_identifier(name)),
        ExprKind::Call(call) if session_name(call).is_some() => {
            let name = session_name(call).unwrap_or_default();
            if name == "current_user" { name.to_string() } else { format!("auth.{name}()") }
        }
        ExprKind::Cast { expr: inner, to } => {
            let inner = key(inner, written);
            let type_name = if to.array_dimensions == 0 { &*to.name.name.text } else { "[]" };
            // Of the type already, or a string constant, which has none yet.
            let same = matches!((&*inner, type_name), (UID, "uuid") | ("auth.role()" | "auth.email()", "text"));
            if same || (inner.starts_with('\'') && !inner.contains("::")) { inner } else { format!("{inner}::{to}") }
        }
        ExprKind::Binary { op, left, right } if is_short(expr) => {
            format!("({} {op} {})", key(left, written), key(right, written))
        }
        _ => written(expr),
    }
}

/// Whether a chain of operators is one that recursion may follow.
fn is_short(expr: &Expr) -> bool {
    let mut expr = bare(expr);
    for _ in 0..16 {
        let ExprKind::Binary { left, .. } = &expr.kind else { return true };
        expr = left;
    }
    false
}

/// Whether two keys are string constants that no type takes for the same value.
pub fn are_distinct_constants(a: &str, b: &str) -> bool {
    // Numbers, dates, booleans and blanks have several spellings: only words count.
    let word = |text: &str| {
        let inner = text.strip_prefix('\'')?.strip_suffix('\'')?.to_ascii_lowercase();
        let plain = inner.len() > 1 && inner.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
        let other_spelling =
            matches!(&*inner, "true" | "false" | "yes" | "no" | "on" | "off" | "now" | "today" | "infinity" | "epoch");
        (plain && !other_spelling).then_some(inner)
    };
    matches!((word(a), word(b)), (Some(a), Some(b)) if a != b)
}
