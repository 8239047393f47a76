//! The names in scope in a body (pl_funcs.c): variables and labels, block by block.

use super::{Kind, Variable};
use crate::syntax::ast::Symbol;

/// What a name in the body stands for.
#[derive(Clone, Debug)]
pub(super) enum Datum {
    /// A variable, on its own or after its block's label.
    Variable(Variable),
    /// A field of a record variable.
    Field { constant: bool, name: Symbol },
}

impl Datum {
    pub fn kind(&self) -> Kind {
        match self {
            Datum::Variable(variable) => variable.kind.clone(),
            Datum::Field { .. } => Kind::Scalar,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LabelKind {
    Block,
    Loop,
    /// The arguments of a cursor.
    Other,
}

struct Level {
    label: Option<Symbol>,
    kind: LabelKind,
    variables: Vec<Variable>,
}

#[derive(Default)]
pub(super) struct Scope {
    levels: Vec<Level>,
}

impl Scope {
    pub fn push(&mut self, label: Option<Symbol>, kind: LabelKind) {
        self.levels.push(Level { label, kind, variables: Vec::new() });
    }

    pub fn pop(&mut self) {
        self.levels.pop();
    }

    pub fn declare(&mut self, variable: Variable) {
        if let Some(level) = self.levels.last_mut() {
            level.variables.push(variable);
        }
    }

    /// Whether the innermost block declares this name.
    pub fn is_declared_here(&self, name: &str) -> bool {
        self.levels.last().is_some_and(|level| level.variables.iter().any(|v| &*v.name == name))
    }

    /// `a`, `a.b` or `a.b.c`: a variable, a field of one, or one after its block's label (plpgsql_ns_lookup).
    pub fn lookup(&self, parts: &[Symbol]) -> Option<Datum> {
        let (first, rest) = parts.split_first()?;
        for level in self.levels.iter().rev() {
            if let Some(variable) = find(level, first, rest.is_empty()) {
                return Some(datum(variable, rest));
            }
            if let ([second, rest @ ..], true) = (rest, level.label.as_ref() == Some(first))
                && let Some(variable) = find(level, second, rest.is_empty())
            {
                return Some(datum(variable, rest));
            }
        }
        None
    }

    /// The kind of the label, innermost first.
    pub fn label(&self, label: &str) -> Option<LabelKind> {
        self.levels.iter().rev().find(|l| l.label.as_deref() == Some(label)).map(|l| l.kind)
    }

    pub fn is_in_loop(&self) -> bool {
        self.levels.iter().any(|level| level.kind == LabelKind::Loop)
    }
}

/// The level's variable of that name. A scalar has no fields.
fn find<'l>(level: &'l Level, name: &str, alone: bool) -> Option<&'l Variable> {
    // Of several the last: what is declared twice is refused elsewhere, or hides the first.
    let variable = level.variables.iter().rev().find(|v| &*v.name == name);
    variable.filter(|v| alone || matches!(v.kind, Kind::Record | Kind::Unknown))
}

fn datum(variable: &Variable, fields: &[Symbol]) -> Datum {
    if fields.is_empty() {
        Datum::Variable(variable.clone())
    } else {
        Datum::Field { constant: variable.constant, name: variable.name.clone() }
    }
}
