//! Functions, procedures and aggregates, by signature.

use super::{Acl, Definition, Oid, Origin, TypeRef};
use crate::syntax::ast::{ArgMode, FunctionBody, Symbol, Volatility};
use std::sync::Arc;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FunctionKind {
    Function,
    Procedure,
    Aggregate,
    Window,
}

impl FunctionKind {
    pub const fn noun(self) -> &'static str {
        match self {
            FunctionKind::Function | FunctionKind::Window => "function",
            FunctionKind::Procedure => "procedure",
            FunctionKind::Aggregate => "aggregate",
        }
    }
}

#[derive(Clone, Debug)]
pub struct Function {
    pub oid: Oid,
    pub schema: Oid,
    pub name: Symbol,
    pub kind: FunctionKind,
    pub args: Vec<FunctionArgument>,
    pub returns: TypeRef,
    pub returns_set: bool,
    pub returns_table: bool,
    pub language: Symbol,
    pub volatility: Volatility,
    pub strict: bool,
    pub security_definer: bool,
    pub leakproof: bool,
    pub parallel: char,
    /// prorows, where given.
    pub rows: Option<f64>,
    pub cost: Option<f64>,
    /// proconfig: `search_path` and others.
    pub settings: Vec<(Symbol, Symbol)>,
    pub body: Option<Arc<FunctionBody>>,
    /// The body that is no string: `RETURN …`, `BEGIN ATOMIC … END`.
    pub body_definition: Definition,
    /// A statement that could not be followed may have given it another body or other settings.
    pub details_unknown: bool,
    pub owner: Oid,
    pub acl: Option<Acl>,
    pub origin: Origin,
}

#[derive(Clone, Debug)]
pub struct FunctionArgument {
    pub name: Option<Symbol>,
    pub mode: ArgMode,
    pub ty: TypeRef,
    pub has_default: bool,
    pub default: Definition,
}

impl Function {
    /// The arguments that make up its identity (proargtypes): IN, INOUT and VARIADIC.
    pub fn input_args(&self) -> impl Iterator<Item = &FunctionArgument> {
        self.args.iter().filter(|a| matches!(a.mode, ArgMode::In | ArgMode::InOut | ArgMode::Variadic))
    }

    pub fn has_input_types(&self, types: &[Oid]) -> bool {
        self.input_args().map(|a| a.ty.oid).eq(types.iter().copied())
    }

    pub fn is_procedure(&self) -> bool {
        self.kind == FunctionKind::Procedure
    }
}
