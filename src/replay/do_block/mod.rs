//! DO blocks: a small PL/pgSQL interpreter over the catalog.
//!
//! `parse` reads the body's statements, `run` executes them, `eval` and `query` answer expressions and catalog queries. Values that depend on rows or
//! on what is not modelled are unknown; a statement that runs or not depending on one is not followed: what it may touch becomes unknown (`targets`).

mod conditions;
mod eval;
mod functions;
mod parse;
mod query;
mod run;
mod spans;
mod tables;
mod targets;
mod value;

use super::{Effects, Replayed, SqlError, Stop};
use crate::catalog::{Catalog, Oid};
use crate::source::Span;
use crate::syntax::ast::{Do, ObjectKind, StringLiteral, Symbol};
use eval::{Interpreter, Variable};
use parse::{Block, Code, Step, StepKind};
use value::Value;

pub(super) fn do_block(cat: &mut Catalog, stmt: &Do) -> Replayed<Effects> {
    if let Some(language) = &stmt.language {
        cat.resolve_other(ObjectKind::Language, Oid::INVALID, language)?;
        if &*language.text != "plpgsql" {
            return Err(Stop::unknown(format!("code in language {language} is not followed")));
        }
    }
    let code = read(&stmt.body);
    let Ok(block) = code.block() else { return Err(Stop::unknown("the block's PL/pgSQL was not read")) };
    let variables = cat.session.variables.clone();
    let mut run = Interpreter {
        cat,
        variables: vec![Variable { name: "found".into(), ty: None, value: Value::Bool(false) }],
        scopes: Vec::new(),
        groups: Vec::new(),
        ctes: Vec::new(),
        effects: Effects::none(),
        rows_seen: 0,
        steps: 0,
        caught: Vec::new(),
    };
    let result = check_syntax(&code, &block).and_then(|()| run.block(&code, &block));
    let effects = run.effects;
    cat.session.variables = variables;
    match result {
        Ok(_) => Ok(effects),
        Err(Stop::Refused(mut error)) if stmt.body.body.is_none() => {
            // The text is not the file's: the constant as a whole is what the error is about.
            error.span = stmt.body.span;
            Err(Stop::Refused(error))
        }
        Err(stop) => Err(stop),
    }
}

/// The body with spans that are offsets in the file, where its text is the file's.
fn read(body: &StringLiteral) -> Code {
    match body.body {
        Some(start) => {
            let mut text = " ".repeat(start as usize);
            text.push_str(&body.text);
            let end = text.len() as u32;
            Code::new(text, Span::new(start, end))
        }
        None => Code::new(body.text.to_string(), Span::new(0, body.text.len() as u32)),
    }
}

/// SQL in the body that does not parse is refused before anything runs (check_sql_expr).
fn check_syntax(code: &Code, block: &Block) -> Replayed<()> {
    block.body.iter().chain(block.handlers.iter().flat_map(|h| &h.body)).try_for_each(|step| check_step(code, step))
}

fn check_step(code: &Code, step: &Step) -> Replayed<()> {
    let all = |steps: &[Step]| steps.iter().try_for_each(|s| check_step(code, s));
    match &step.kind {
        StepKind::Sql { pieces, .. } => match code.statement(pieces) {
            Ok(_) => Ok(()),
            Err(error) => Err(SqlError::new(error.sqlstate, error.span, error.message).into()),
        },
        StepKind::Block(block) => check_syntax(code, block),
        StepKind::If { branches, otherwise } => {
            branches.iter().try_for_each(|(_, body)| all(body))?;
            all(otherwise)
        }
        StepKind::Case { branches, otherwise, .. } => {
            branches.iter().try_for_each(|(_, body)| all(body))?;
            otherwise.as_ref().map_or(Ok(()), |body| all(body))
        }
        StepKind::Loop(run) => all(&run.body),
        _ => Ok(()),
    }
}

/// What a block that could not be followed may have touched.
pub(super) fn mark_unknown(cat: &mut Catalog, body: &str, reason: &Symbol) {
    let code = Code::new(body.to_string(), Span::new(0, body.len() as u32));
    targets::mark(cat, &code, code.all(), reason);
}
