//! What PL/pgSQL refuses before anything runs.

use crate::catalog::{Catalog, Function, FunctionKind, Oid, TypeKind, oids};
use crate::replay::{Replayed, SqlError, Stop};
use crate::syntax::SyntaxError;
use crate::syntax::ast::{ArgMode, StringLiteral};
#[cfg(not(target_arch = "wasm32"))]
use crate::syntax::ast::{BodyText, Compiled};
use crate::syntax::plpgsql::{self, Block, Code, Declared, Kind, Returns, Surroundings, Variable};
use std::cell::RefCell;

/// Reads a body as PostgreSQL compiles it; an error's span is an offset in the code's text.
pub(super) fn compile(cat: &Catalog, code: &Code, around: &Surroundings) -> Replayed<Block> {
    // A type that is missing has more to its error than one of syntax.
    let missing = RefCell::new(None);
    let types = |declared: Declared| match declared_kind(cat, declared) {
        Ok(kind) => Ok(kind),
        Err(Stop::Unknown(_)) => Ok(Kind::Unknown),
        Err(Stop::Refused(error)) => {
            let stand_in = SyntaxError::new(error.span, error.message.clone());
            *missing.borrow_mut() = Some(error);
            Err(stand_in)
        }
    };
    plpgsql::read(code, around, &types).map_err(|error| match missing.take() {
        Some(error) => Stop::Refused(error),
        None => refused(error),
    })
}

/// The body as it was read with its file, where that holds.
#[cfg(not(target_arch = "wasm32"))]
pub(super) fn read_ahead(cat: &Catalog, body: &BodyText, around: &Surroundings) -> Option<Compiled> {
    let ahead = body.ahead.lock().ok()?.take()?;
    ahead.by(around, &|declared| match declared_kind(cat, declared) {
        Ok(kind) => Ok(kind),
        Err(Stop::Unknown(_)) => Ok(Kind::Unknown),
        Err(Stop::Refused(error)) => Err(SyntaxError::new(error.span, error.message.clone())),
    })
}

pub(super) fn refused(error: SyntaxError) -> Stop {
    let error = error.into_report();
    let refused = SqlError::new(error.sqlstate, error.span, error.message);
    match error.help {
        Some(help) => refused.hint(help).into(),
        None => refused.into(),
    }
}

/// An error in a text that is not the file's is about the constant as a whole.
pub(super) fn placed(stop: Stop, body: &StringLiteral) -> Stop {
    match stop {
        Stop::Refused(mut error) if body.body.is_none() => {
            error.span = body.span;
            Stop::Refused(error)
        }
        stop => stop,
    }
}

fn declared_kind(cat: &Catalog, declared: Declared) -> Replayed<Kind> {
    match declared {
        Declared::RowOf(name) => cat.resolve_relation(name).map(|_| Kind::Record),
        Declared::Type(ty) => Ok(kind_of(cat, cat.resolve_type(ty)?.oid)),
    }
}

/// What PL/pgSQL needs to know of a type (build_datatype).
fn kind_of(cat: &Catalog, ty: Oid) -> Kind {
    if ty == oids::REFCURSOR {
        return Kind::Cursor { bound: None };
    }
    match cat.type_(ty).map(|t| &t.kind) {
        _ if ty == oids::RECORD => Kind::Record,
        Some(TypeKind::Composite(_)) => Kind::Record,
        Some(TypeKind::Domain(domain)) => kind_of(cat, domain.base.oid),
        // A polymorphic parameter may be of any type.
        Some(TypeKind::Pseudo) | None => Kind::Unknown,
        Some(_) => Kind::Scalar,
    }
}

/// What stands around a function's body.
pub(super) fn surroundings(cat: &Catalog, function: &Function) -> Surroundings {
    let mut variables = Vec::new();
    let mut declare = |name: &str, kind| variables.push(Variable { name: name.into(), kind, constant: false });
    for (index, arg) in function.args.iter().enumerate() {
        let kind = kind_of(cat, arg.ty.oid);
        if arg.mode != ArgMode::Table {
            declare(&format!("${}", index + 1), kind.clone());
        }
        if let Some(name) = &arg.name {
            declare(name, kind);
        }
    }
    declare("found", Kind::Scalar);
    let special: &[&str] = match function.returns.oid {
        oids::TRIGGER => {
            declare("new", Kind::Record);
            declare("old", Kind::Record);
            plpgsql::TRIGGER_VARIABLES
        }
        oids::EVENT_TRIGGER => plpgsql::EVENT_TRIGGER_VARIABLES,
        _ => &[],
    };
    special.iter().for_each(|name| declare(name, Kind::Scalar));
    let is_out = |mode| matches!(mode, ArgMode::Out | ArgMode::InOut | ArgMode::Table);
    let has_out = function.args.iter().any(|a| is_out(a.mode));
    let returns = match (function.returns_set, has_out) {
        (true, true) => Returns::SetOfOut,
        (true, false) => Returns::Set,
        (false, true) => Returns::Out,
        (false, false) if function.kind == FunctionKind::Procedure => Returns::Procedure,
        (false, false) if matches!(function.returns.oid, oids::VOID | oids::EVENT_TRIGGER) => Returns::Nothing,
        (false, false) => Returns::Value,
    };
    Surroundings { label: Some(function.name.clone()), variables, returns }
}
