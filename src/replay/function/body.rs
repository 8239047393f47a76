//! What CREATE FUNCTION checks of a body: SQL is analysed, PL/pgSQL's rules for its signature are kept (its language validators).

use super::super::expr::{Analysis, Columns, OutputColumn, References};
use super::super::{Replayed, SqlError, Stop, do_block, error::state};
use crate::catalog::base::split_search_path;
use crate::catalog::{Catalog, Function, TypeKind, TypeRef, oids};
use crate::source::Span;
use crate::syntax;
use crate::syntax::ast::{ArgMode, CreateFunction, FunctionBody, Statement, StatementKind, StringLiteral, Symbol};

/// The objects that the body depends on (an inline body's only).
pub(super) fn check(cat: &Catalog, stmt: &CreateFunction, function: &Function) -> Replayed<References> {
    let span = stmt.name.span();
    match (&*function.language, &*stmt.body) {
        ("plpgsql", FunctionBody::Text(body)) if cat.session.check_function_bodies => {
            check_plpgsql_signature(cat, function, span)?;
            do_block::check_function(cat, body, function)?;
            Ok(References::default())
        }
        ("sql", body) => {
            let is_text = matches!(body, FunctionBody::Text(_));
            if cat.session.check_function_bodies || !is_text {
                check_sql_signature(cat, function, span)?;
            }
            let path = function.settings.iter().find(|(name, _)| &**name == "search_path");
            match path {
                // The validator runs with the function's own settings; what is no text has been read before.
                Some((_, path)) if is_text => {
                    let mut own = cat.clone();
                    own.session.search_path = split_search_path(path);
                    check_sql_body(&own, body, function)
                }
                _ => check_sql_body(cat, body, function),
            }
        }
        _ => Ok(References::default()),
    }
}

/// Where a body stands that is no string.
pub(super) fn span(body: &FunctionBody) -> Span {
    match body {
        FunctionBody::Return(expr) => expr.span,
        FunctionBody::Atomic(statements) => match (statements.first(), statements.last()) {
            (Some(first), Some(last)) => first.span.to(last.span),
            _ => Span::default(),
        },
        _ => Span::default(),
    }
}

fn refuse(state: &'static str, span: Span, message: impl Into<String>) -> Stop {
    SqlError::new(state, span, message).into()
}

fn is_pseudo(cat: &Catalog, ty: TypeRef) -> bool {
    cat.type_(ty.oid).is_some_and(|t| matches!(t.kind, TypeKind::Pseudo))
}

fn is_polymorphic(cat: &Catalog, ty: TypeRef) -> bool {
    cat.type_(ty.oid).is_some_and(|t| matches!(t.kind, TypeKind::Pseudo) && t.name.starts_with("any"))
}

/// plpgsql_validator and the head of do_compile.
fn check_plpgsql_signature(cat: &Catalog, function: &Function, span: Span) -> Replayed<()> {
    let is_trigger = matches!(function.returns.oid, oids::TRIGGER | oids::EVENT_TRIGGER);
    let returns_ok = is_trigger
        || matches!(function.returns.oid, oids::RECORD | oids::VOID)
        || is_polymorphic(cat, function.returns)
        || !is_pseudo(cat, function.returns);
    if !returns_ok {
        let shown = cat.format_type(function.returns);
        return Err(refuse(
            state::FEATURE_NOT_SUPPORTED,
            span,
            format!("PL/pgSQL functions cannot return type {shown}"),
        ));
    }
    for arg in &function.args {
        if is_pseudo(cat, arg.ty) && arg.ty.oid != oids::RECORD && !is_polymorphic(cat, arg.ty) {
            let shown = cat.format_type(arg.ty);
            return Err(refuse(
                state::FEATURE_NOT_SUPPORTED,
                span,
                format!("PL/pgSQL functions cannot accept type {shown}"),
            ));
        }
    }
    if function.returns.oid == oids::TRIGGER && function.input_args().next().is_some() {
        let error =
            SqlError::new(state::INVALID_FUNCTION_DEFINITION, span, "trigger functions cannot have declared arguments");
        let hint = "The arguments of the trigger can be accessed through TG_NARGS and TG_ARGV instead.";
        return Err(error.hint(hint).into());
    }
    if function.returns.oid == oids::EVENT_TRIGGER && function.input_args().next().is_some() {
        let message = "event trigger functions cannot have declared arguments";
        return Err(refuse(state::INVALID_FUNCTION_DEFINITION, span, message));
    }
    Ok(())
}

/// The head of fmgr_sql_validator.
fn check_sql_signature(cat: &Catalog, function: &Function, span: Span) -> Replayed<()> {
    let returns = function.returns;
    if is_pseudo(cat, returns) && !matches!(returns.oid, oids::RECORD | oids::VOID) && !is_polymorphic(cat, returns) {
        let message = format!("SQL functions cannot return type {}", cat.format_type(returns));
        return Err(refuse(state::INVALID_FUNCTION_DEFINITION, span, message));
    }
    for arg in function.input_args() {
        if is_pseudo(cat, arg.ty) && !is_polymorphic(cat, arg.ty) {
            let message = format!("SQL functions cannot have arguments of type {}", cat.format_type(arg.ty));
            return Err(refuse(state::INVALID_FUNCTION_DEFINITION, span, message));
        }
    }
    Ok(())
}

pub(super) fn check_sql_body(cat: &Catalog, body: &FunctionBody, function: &Function) -> Replayed<References> {
    let mut walk = Analysis::new(cat);
    let plain = |ty: TypeRef| Some(ty).filter(|ty| !is_pseudo(cat, *ty));
    walk.function = Some(function.name.clone());
    walk.variables.extend(function.args.iter().filter_map(|a| Some((a.name.clone()?, plain(a.ty)))));
    walk.parameters = Some(function.input_args().map(|a| plain(a.ty)).collect());
    let span = Span::default();
    match body {
        FunctionBody::Return(expr) => {
            let ty = walk.expr(expr)?;
            let column = OutputColumn { name: Symbol::from(""), ty, source: None, passes: None };
            check_result(&walk, function, Some(Some(vec![column])), expr.span)?;
        }
        FunctionBody::Atomic(statements) => {
            let mut last = None;
            for statement in statements {
                last = analyse(&mut walk, statement)?;
            }
            check_result(&walk, function, last, span)?;
        }
        FunctionBody::Text(text) => {
            if cat.session.check_function_bodies {
                check_text(&mut walk, text, function)?;
            }
            // The server keeps no dependencies of a body that is text.
            return Ok(References::default());
        }
        FunctionBody::External(..) | FunctionBody::Missing => {}
    }
    Ok(walk.references)
}

fn check_text(walk: &mut Analysis, body: &StringLiteral, function: &Function) -> Replayed<()> {
    let place = |span: Span| match body.body {
        Some(start) => Span::new(start + span.start, start + span.end),
        None => body.span,
    };
    let polymorphic = function.input_args().any(|a| is_polymorphic(walk.cat, a.ty));
    let parsed = syntax::parse(&body.text);
    for statement in &parsed.statements {
        if let Err(error) = &statement.result {
            return Err(refuse(error.sqlstate, place(error.span), error.message.clone()));
        }
    }
    if polymorphic {
        return Ok(());
    }
    let at_place = |stop: Stop| match stop {
        Stop::Refused(mut error) => {
            error.span = place(error.span);
            Stop::Refused(error)
        }
        unknown => unknown,
    };
    let mut last = None;
    for statement in parsed.statements.iter().filter_map(|s| s.result.as_ref().ok()) {
        match analyse(walk, statement) {
            Ok(columns) => last = columns,
            // What cannot be known of one statement is not known of the result, either.
            Err(Stop::Unknown(_)) => last = Some(None),
            Err(refused) => return Err(at_place(refused)),
        }
    }
    check_result(walk, function, last, Span::default()).map_err(at_place)
}

/// Parse analysis of one statement of a body: what it returns, `None` if it returns nothing. Utility statements are not analysed before they run.
fn analyse(walk: &mut Analysis, statement: &Statement) -> Replayed<Option<Columns>> {
    let returning = |columns: Columns, given: bool| given.then_some(columns);
    Ok(match &statement.kind {
        StatementKind::Query(query) => Some(walk.query(query, None)?),
        StatementKind::Insert(insert) => returning(walk.insert(insert)?, !insert.returning.is_empty()),
        StatementKind::Update(update) => returning(walk.update(update)?, !update.returning.is_empty()),
        StatementKind::Delete(delete) => returning(walk.delete(delete)?, !delete.returning.is_empty()),
        StatementKind::Merge(merge) => returning(walk.merge(merge)?, !merge.returning.is_empty()),
        _ => None,
    })
}

/// Whether the final statement returns what the function is declared to (check_sql_fn_retval).
fn check_result(walk: &Analysis, function: &Function, last: Option<Columns>, span: Span) -> Replayed<()> {
    let cat = walk.cat;
    let returns = function.returns;
    if returns.oid == oids::VOID || function.is_procedure() && returns.oid != oids::RECORD {
        return Ok(());
    }
    let mismatch = |detail: String| {
        let message = format!("return type mismatch in function declared to return {}", cat.format_type(returns));
        Err(SqlError::new(state::INVALID_FUNCTION_DEFINITION, span, message).detail(detail).into())
    };
    let Some(columns) = last else {
        let detail = "Function's final statement must be SELECT or INSERT/UPDATE/DELETE/MERGE RETURNING.";
        return mismatch(detail.into());
    };
    let Some(columns) = columns else { return Ok(()) };
    let fits = |column: &OutputColumn, ty: TypeRef| walk.is_assignable(column.ty, ty);
    let wanted: Vec<TypeRef> = match cat.type_(returns.oid).map(|t| &t.kind) {
        None => return Ok(()),
        Some(TypeKind::Composite(relation)) => {
            if let [only] = &columns[..]
                && (only.ty.is_none() || fits(only, returns))
            {
                return Ok(());
            }
            let Some(relation) = cat.relation(*relation) else { return Ok(()) };
            if relation.columns_unknown.is_some() || relation.live_columns().any(|c| c.type_unknown) {
                return Ok(());
            }
            relation.live_columns().map(|c| c.ty).collect()
        }
        Some(TypeKind::Pseudo) if returns.oid == oids::RECORD => {
            let outputs = function.args.iter().filter(|a| !matches!(a.mode, ArgMode::In | ArgMode::Variadic));
            let outputs: Vec<TypeRef> = outputs.map(|a| a.ty).collect();
            let one_record = matches!(&columns[..], [only] if only.ty.is_none_or(|ty| ty.oid == oids::RECORD));
            if outputs.is_empty() || one_record {
                return Ok(());
            }
            outputs
        }
        Some(TypeKind::Pseudo) => return Ok(()),
        Some(_) => {
            let [only] = &columns[..] else {
                return mismatch("Final statement must return exactly one column.".into());
            };
            let actual = only.ty.map_or_else(String::new, |ty| cat.format_type(TypeRef::plain(ty.oid)));
            return if fits(only, returns) { Ok(()) } else { mismatch(format!("Actual return type is {actual}.")) };
        }
    };
    for (place, (column, wanted)) in columns.iter().zip(&wanted).enumerate() {
        if !is_pseudo(cat, *wanted) && !fits(column, *wanted) {
            let shown = |ty: TypeRef| cat.format_type(TypeRef::plain(ty.oid));
            let (given, wanted) = (column.ty.map_or_else(String::new, shown), shown(*wanted));
            return mismatch(format!("Final statement returns {given} instead of {wanted} at column {}.", place + 1));
        }
    }
    match columns.len().cmp(&wanted.len()) {
        std::cmp::Ordering::Greater => mismatch("Final statement returns too many columns.".into()),
        std::cmp::Ordering::Less => mismatch("Final statement returns too few columns.".into()),
        std::cmp::Ordering::Equal => Ok(()),
    }
}
