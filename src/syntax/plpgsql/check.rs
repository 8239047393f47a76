//! The bodies of functions and DO blocks, as far as their text alone says whether they are right.

use super::{Code, Surroundings, TypeKinds, kind_by_name, read};
use crate::source::Span;
use crate::syntax;
use crate::syntax::ast::{
    CreateFunction, Do, FunctionBody, FunctionOptionKind, Name, Statement, StatementKind, StringLiteral,
};
use crate::syntax::error::{Result, SyntaxError};

/// The error in the body that a CREATE FUNCTION or DO carries.
pub fn check_statement(statement: &Statement) -> Result<()> {
    match &statement.kind {
        StatementKind::CreateFunction(stmt) => check_function(stmt, &kind_by_name),
        StatementKind::Do(stmt) => check_do(stmt, &kind_by_name),
        _ => Ok(()),
    }
}

/// Checks the body of a function in PL/pgSQL or SQL.
pub fn check_function(stmt: &CreateFunction, types: TypeKinds) -> Result<()> {
    let FunctionBody::Text(body) = &*stmt.body else { return Ok(()) };
    match language(stmt) {
        Some("plpgsql") => check_body(body, &Surroundings::of_function(stmt, types), types),
        Some("sql") => {
            let parsed = syntax::parse(&body.text);
            let error = parsed.statements.into_iter().find_map(|statement| statement.result.err());
            error.map_or(Ok(()), |error| Err(placed(error, body)))
        }
        _ => Ok(()),
    }
}

/// Checks a DO block in PL/pgSQL.
pub fn check_do(stmt: &Do, types: TypeKinds) -> Result<()> {
    match stmt.language.as_deref() {
        None | Some("plpgsql") => check_body(&stmt.body, &Surroundings::of_do(), types),
        Some(_) => Ok(()),
    }
}

pub(super) fn language(stmt: &CreateFunction) -> Option<&str> {
    stmt.options.iter().find_map(|option| match &option.kind {
        FunctionOptionKind::Language(Name { text, .. }) => Some(&**text),
        _ => None,
    })
}

fn check_body(body: &StringLiteral, around: &Surroundings, types: TypeKinds) -> Result<()> {
    let code = Code::new(body.text.clone());
    read(&code, around, types).map(|_| ()).map_err(|error| placed(error, body))
}

/// An error in a body's text, where it stands in the file; in a text that is not the file's, about the constant as a whole.
fn placed(mut error: SyntaxError, body: &StringLiteral) -> SyntaxError {
    error.span = match body.body {
        Some(start) => Span::new(start + error.span.start, start + error.span.end),
        None => body.span,
    };
    error
}
