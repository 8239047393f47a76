//! The server's functions that catalog queries and dynamic SQL are made with.

use super::eval::{Interpreter, array_literal, text_of};
use super::privileges;
use super::value::{Alias, Value, shown_oid};
use crate::catalog::{Catalog, ConstraintKind, Lookup, Oid, Relation, TypeRef, quote_identifier, quote_literal};
use crate::letters;
use crate::replay::{Replayed, Stop};
use crate::source::Span;
use crate::syntax::Keyword;
use crate::syntax::ast::FunctionBody;
use std::sync::Arc;

pub(super) fn call(run: &Interpreter, name: &str, args: &[Value], span: Span) -> Replayed<Value> {
    let cat = &*run.cat;
    let unknown = || Err(Stop::unknown(format!("what {name}() returns is not modelled")));
    let text = |value: &Value| text_of(cat, value);
    Ok(match (name, args) {
        ("format", [Value::Text(template), rest @ ..]) => Value::Text(format(run, template, rest)?.into()),
        ("concat", args) => {
            let mut all = String::new();
            for arg in args {
                all.push_str(&arg.shown(cat)?.unwrap_or_default());
            }
            Value::Text(all.into())
        }
        ("to_regclass", [Value::Text(name)]) => named(run, Alias::Class, name, span)?,
        ("to_regtype", [Value::Text(name)]) => named(run, Alias::Type, name, span)?,
        ("to_regprocedure", [Value::Text(name)]) => named(run, Alias::Procedure, name, span)?,
        ("to_regproc", [Value::Text(name)]) => named(run, Alias::Function, name, span)?,
        ("to_regnamespace", [Value::Text(name)]) => named(run, Alias::Namespace, name, span)?,
        ("to_regrole", [Value::Text(name)]) => named(run, Alias::Role, name, span)?,
        ("current_database" | "current_catalog", []) => Value::text("postgres"),
        ("current_schema", []) => match cat.creation_schema() {
            Lookup::Found(oid) => cat.schema(oid).map_or(Value::Null, |s| Value::Text(s.name.clone())),
            Lookup::Absent => Value::Null,
            Lookup::Unknown(reason) => return Err(Stop::Unknown(reason)),
        },
        ("current_user" | "current_role" | "user", []) => {
            cat.role(cat.session.current_role).map_or(Value::Null, |r| Value::Text(r.name.clone()))
        }
        ("session_user", []) => cat.role(cat.session.session_role).map_or(Value::Null, |r| Value::Text(r.name.clone())),
        ("quote_literal" | "quote_nullable", [Value::Null]) => match name {
            "quote_nullable" => Value::text("NULL"),
            _ => Value::Null,
        },
        ("nullif", [a, b]) => match a.compare(b)? {
            Some(std::cmp::Ordering::Equal) => Value::Null,
            _ => a.clone(),
        },
        (name, args) if args.iter().any(Value::is_null) && STRICT.contains(&name) => Value::Null,
        ("lower", [value]) => Value::Text(letters::lower(&text(value)?.unwrap_or_default()).into()),
        ("upper", [value]) => Value::Text(letters::upper(&text(value)?.unwrap_or_default()).into()),
        ("strpos" | "position", [Value::Text(text), Value::Text(part)]) => {
            let before = text.find(&**part).and_then(|at| text.get(..at));
            Value::Int(before.map_or(0, |before| before.chars().count() as i64 + 1))
        }
        ("substr" | "substring", [Value::Text(text), Value::Int(from), rest @ ..]) => {
            let end = match rest {
                [] => i64::MAX,
                [Value::Int(count @ 0..)] => from.saturating_add(*count),
                _ => return unknown(),
            };
            let numbered = (1..end).zip(text.chars()).filter(|(place, _)| place >= from);
            Value::Text(numbered.map(|(_, char)| char).collect::<String>().into())
        }
        ("length" | "char_length", [Value::Text(text)]) => Value::Int(text.chars().count() as i64),
        ("btrim" | "trim", [Value::Text(text)]) => Value::text(text.trim_matches(' ')),
        ("replace", [Value::Text(text), Value::Text(from), Value::Text(to)]) => match from.is_empty() {
            true => Value::Text(text.clone()),
            false => Value::Text(text.replace(&**from, to).into()),
        },
        ("split_part", [Value::Text(text), Value::Text(by), Value::Int(place)]) if *place > 0 && !by.is_empty() => {
            let place = usize::try_from(*place - 1).unwrap_or(usize::MAX);
            Value::text(text.split(&**by).nth(place).unwrap_or(""))
        }
        ("like_escape", [Value::Text(pattern), Value::Text(escape)]) => {
            Value::Text(like_escape(pattern, escape)?.into())
        }
        ("starts_with", [Value::Text(text), Value::Text(prefix)]) => Value::Bool(text.starts_with(&**prefix)),
        ("quote_ident", [value]) => Value::Text(quoted_identifier(&text(value)?.unwrap_or_default()).into()),
        ("quote_literal" | "quote_nullable", [value]) => {
            Value::Text(quote_literal(&text(value)?.unwrap_or_default()).into())
        }
        ("array_length", [Value::Array(items), Value::Int(1)]) => match items.len() {
            0 => Value::Null,
            length => Value::Int(length as i64),
        },
        ("cardinality", [Value::Array(items)]) => Value::Int(items.len() as i64),
        ("array_append", [Value::Array(items), item]) => {
            Value::Array(Arc::new(items.iter().chain([item]).cloned().collect()))
        }
        ("array_to_string", [Value::Array(items), Value::Text(by)]) => {
            let mut shown = Vec::with_capacity(items.len());
            for item in items.iter() {
                shown.extend(item.shown(cat)?);
            }
            Value::Text(shown.join(by).into())
        }
        ("string_to_array", [Value::Text(text), Value::Text(by)]) if !by.is_empty() => {
            let items = if text.is_empty() { Vec::new() } else { text.split(&**by).map(Value::text).collect() };
            Value::Array(Arc::new(items))
        }
        ("format_type", [Value::Oid(_, oid), rest @ ..]) => {
            let modifier = match rest {
                [Value::Int(modifier)] => i32::try_from(*modifier).unwrap_or(-1),
                _ => -1,
            };
            Value::Text(cat.format_type(TypeRef { oid: *oid, modifier }).into())
        }
        ("pg_get_functiondef", [Value::Oid(_, oid)]) => match cat.function(*oid) {
            None => Value::Null,
            Some(function) => match function.body.as_deref() {
                Some(FunctionBody::Text(body)) if !function.details_unknown => {
                    Value::Text(cat.function_definition(function, &body.text).into())
                }
                _ => return unknown(),
            },
        },
        ("pg_get_constraintdef", [Value::Oid(_, oid), ..]) => match constraint_definition(cat, *oid) {
            Some(definition) => definition,
            None => return unknown(),
        },
        // Of a column that holds an expression.
        ("pg_get_expr", [printed @ (Value::Printed(_) | Value::Null), ..]) => printed.clone(),
        ("pg_get_function_identity_arguments", [Value::Oid(_, oid)]) => {
            cat.function(*oid).map_or(Value::Null, |f| Value::Text(cat.function_identity_arguments(f).into()))
        }
        ("pg_get_function_result", [Value::Oid(_, oid)]) => {
            let function = cat.function(*oid).filter(|f| !f.is_procedure());
            function.map_or(Value::Null, |f| Value::Text(cat.function_result(f).into()))
        }
        ("pg_get_userbyid", [Value::Oid(_, oid)]) => {
            cat.role(*oid).map_or(Value::Null, |r| Value::Text(r.name.clone()))
        }
        ("acldefault", [Value::Text(kind), Value::Oid(_, owner)]) => match privileges::default_of(kind, *owner) {
            Some(list) => list,
            None => return unknown(),
        },
        (name, [_, _, ..]) if name.starts_with("has_") || name == "pg_has_role" => {
            match args.iter().any(Value::is_null) {
                true => Value::Null,
                false => privileges::inquire(run, name, args, span)?,
            }
        }
        ("pg_table_is_visible", [Value::Oid(_, oid)]) => {
            let visible = |r: &crate::catalog::Relation| cat.visible_relation(&r.name).is_some_and(|v| v.oid == r.oid);
            cat.relation(*oid).map_or(Value::Null, |r| Value::Bool(visible(r)))
        }
        _ => return unknown(),
    })
}

/// Functions that give NULL for a NULL.
const STRICT: [&str; 23] = [
    "like_escape",
    "lower",
    "upper",
    "length",
    "char_length",
    "btrim",
    "trim",
    "replace",
    "split_part",
    "starts_with",
    "strpos",
    "position",
    "substr",
    "substring",
    "quote_ident",
    "array_length",
    "cardinality",
    "to_regclass",
    "to_regprocedure",
    "to_regtype",
    "pg_get_functiondef",
    "pg_get_function_identity_arguments",
    "pg_get_function_result",
];

fn named(run: &Interpreter, alias: Alias, name: &str, span: Span) -> Replayed<Value> {
    Ok(run.object_named(alias, name, span, false)?.map_or(Value::Null, |oid| Value::Oid(alias, oid)))
}

/// quote_ident: keywords that are not free to use as names are quoted too.
fn quoted_identifier(name: &str) -> String {
    let quoted = quote_identifier(name);
    match Keyword::find(name) {
        Some(keyword) if keyword.category() != crate::syntax::Category::Unreserved && !quoted.starts_with('"') => {
            format!("\"{name}\"")
        }
        _ => quoted,
    }
}

/// format(): `%s`, `%I`, `%L`, `%%`, with positions and without widths.
fn format(run: &Interpreter, template: &str, args: &[Value]) -> Replayed<String> {
    let spread: Vec<Value>;
    let args = match args {
        // VARIADIC is not told apart: a single array with several places means it.
        [Value::Array(items)] if template.matches('%').count() > 1 => {
            spread = items.to_vec();
            &spread
        }
        args => args,
    };
    let mut result = String::with_capacity(template.len());
    let mut next = 0;
    let mut rest = template;
    while let Some(place) = rest.find('%') {
        result.push_str(rest.get(..place).unwrap_or(""));
        rest = rest.get(place + 1..).unwrap_or("");
        if let Some(after) = rest.strip_prefix('%') {
            result.push('%');
            rest = after;
            continue;
        }
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        if digits > 0 && rest.get(digits..).is_some_and(|r| r.starts_with('$')) {
            next = rest.get(..digits).and_then(|d| d.parse::<usize>().ok()).unwrap_or(1).saturating_sub(1);
            rest = rest.get(digits + 1..).unwrap_or("");
        }
        let Some(value) = args.get(next) else { return Err(Stop::unknown("format() has too few arguments")) };
        next += 1;
        let shown = value.shown(run.cat)?;
        match rest.chars().next() {
            Some('s') => result.push_str(&shown.unwrap_or_default()),
            Some('I') => match shown {
                Some(name) => result.push_str(&quoted_identifier(&name)),
                None => return Err(Stop::unknown("NULL is no identifier")),
            },
            Some('L') => result.push_str(&shown.map_or_else(|| "NULL".to_string(), |text| quote_literal(&text))),
            _ => return Err(Stop::unknown("this format is not modelled")),
        }
        rest = rest.get(1..).unwrap_or("");
    }
    result.push_str(rest);
    Ok(result)
}

fn constraint_definition(cat: &Catalog, oid: Oid) -> Option<Value> {
    let constraints = cat.relations().flat_map(|table| table.constraints.iter().map(move |c| (table, c)));
    let (table, constraint) = constraints.into_iter().find(|(_, constraint)| constraint.oid == oid)?;
    if let ConstraintKind::Check { definition, .. } = &constraint.kind {
        return Some(Value::printed(Some(definition)));
    }
    let seen = |relation: &Relation| shown_oid(cat, Alias::Class, relation.oid).unwrap_or_default();
    let definition = cat.key_definition(table, constraint, &seen)?;
    Some(Value::Text((definition + &constraint.qualifiers()).into()))
}

/// LIKE … ESCAPE: the same pattern with a backslash for what escapes.
fn like_escape(pattern: &str, escape: &str) -> Replayed<String> {
    let mut chars = escape.chars();
    let escape = chars.next();
    if chars.next().is_some() {
        return Err(Stop::unknown("an escape of more than one character"));
    }
    let mut result = String::with_capacity(pattern.len());
    let mut escaped = false;
    for char in pattern.chars() {
        if escape == Some(char) && !escaped {
            result.push('\\');
            escaped = true;
            continue;
        }
        if char == '\\' && !escaped {
            result.push('\\');
        }
        result.push(char);
        escaped = false;
    }
    Ok(result)
}

/// An array written as text, for FOREACH.
pub(super) fn items(value: Value) -> Replayed<Vec<Value>> {
    match value {
        Value::Array(items) => Ok(items.to_vec()),
        Value::Text(text) => array_literal(&text),
        Value::Unknown(reason) => Err(Stop::Unknown(reason)),
        _ => Err(Stop::unknown("what FOREACH runs over is no array")),
    }
}
