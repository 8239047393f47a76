//! What CREATE FUNCTION checks of a body: SQL is analysed, PL/pgSQL's rules for its signature are kept (its language validators).

use super::super::expr::{Analysis, References};
use super::super::{Replayed, SqlError, Stop, do_block, error::state};
use crate::catalog::{Catalog, Function, TypeKind, TypeRef, oids};
use crate::source::Span;
use crate::syntax;
use crate::syntax::ast::{CreateFunction, FunctionBody, Statement, StatementKind, StringLiteral};

/// The objects that the body depends on (an inline body's only).
pub(super) fn check(cat: &Catalog, stmt: &CreateFunction, function: &Function) -> Replayed<References> {
    let span = stmt.name.span();
    match (&*function.language, &stmt.body) {
        ("plpgsql", FunctionBody::Text(body)) if cat.session.check_function_bodies => {
            check_plpgsql_signature(cat, function, span)?;
            do_block::check_function(cat, body, function)?;
            Ok(References::default())
        }
        ("sql", body) => {
            if cat.session.check_function_bodies || !matches!(body, FunctionBody::Text(_)) {
                check_sql_signature(cat, function, span)?;
            }
            check_sql_body(cat, body, function)
        }
        _ => Ok(References::default()),
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

fn check_sql_body(cat: &Catalog, body: &FunctionBody, function: &Function) -> Replayed<References> {
    let mut walk = Analysis::new(cat);
    walk.variables.push(function.name.clone());
    walk.variables.extend(function.args.iter().filter_map(|a| a.name.clone()));
    match body {
        FunctionBody::Return(expr) => {
            walk.expr(expr)?;
        }
        FunctionBody::Atomic(statements) => {
            for statement in statements {
                analyse(&mut walk, statement)?;
            }
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
    for statement in parsed.statements.iter().filter_map(|s| s.result.as_ref().ok()) {
        if let Err(Stop::Refused(mut error)) = analyse(walk, statement) {
            error.span = place(error.span);
            return Err(Stop::Refused(error));
        }
    }
    Ok(())
}

/// Parse analysis of one statement of a body. Utility statements are not analysed before they run.
fn analyse(walk: &mut Analysis, statement: &Statement) -> Replayed<()> {
    match &statement.kind {
        StatementKind::Query(query) => walk.query(query, None).map(|_| ()),
        StatementKind::Insert(insert) => walk.insert(insert).map(|_| ()),
        StatementKind::Update(update) => walk.update(update).map(|_| ()),
        StatementKind::Delete(delete) => walk.delete(delete).map(|_| ()),
        StatementKind::Merge(merge) => walk.merge(merge).map(|_| ()),
        _ => Ok(()),
    }
}
