//! INSERT, UPDATE, DELETE, MERGE, COPY.

use super::{CommonTable, Expr, FromItem, Name, QualifiedName, Query, Symbol, Target};
use crate::source::Span;
use std::sync::Arc;

#[derive(Debug)]
pub struct Insert {
    pub with: Vec<CommonTable>,
    pub table: QualifiedName,
    pub alias: Option<Name>,
    /// The column list; empty when none is given.
    pub columns: Vec<TargetColumn>,
    /// `OVERRIDING { SYSTEM | USER } VALUE`.
    pub overriding: bool,
    pub source: InsertSource,
    pub on_conflict: Option<OnConflict>,
    pub returning: Vec<Target>,
}

#[derive(Debug)]
pub enum InsertSource {
    DefaultValues,
    Query(Box<Query>),
}

#[derive(Debug)]
pub struct OnConflict {
    pub span: Span,
    pub target: Option<ConflictTarget>,
    /// `None` for DO NOTHING.
    pub update: Option<(Vec<Assignment>, Option<Expr>)>,
}

#[derive(Debug)]
pub enum ConflictTarget {
    /// The index expressions and the predicate.
    Columns(Vec<Arc<Expr>>, Option<Expr>),
    Constraint(Name),
}

#[derive(Debug)]
pub struct Update {
    pub with: Vec<CommonTable>,
    pub table: QualifiedName,
    pub alias: Option<Name>,
    pub assignments: Vec<Assignment>,
    pub from: Vec<FromItem>,
    pub filter: Option<Expr>,
    pub returning: Vec<Target>,
}

/// A column that is written to.
#[derive(Debug)]
pub struct TargetColumn {
    pub name: Name,
    /// It goes on (`a[1]`, `a.b`): a part of the column's value is written.
    pub partial: bool,
}

/// `column = value`, `(a, b) = (…)`.
#[derive(Debug)]
pub struct Assignment {
    pub columns: Vec<TargetColumn>,
    pub value: Expr,
}

#[derive(Debug)]
pub struct Delete {
    pub with: Vec<CommonTable>,
    pub table: QualifiedName,
    pub alias: Option<Name>,
    pub using: Vec<FromItem>,
    pub filter: Option<Expr>,
    pub returning: Vec<Target>,
}

#[derive(Debug)]
pub struct Merge {
    pub with: Vec<CommonTable>,
    pub table: QualifiedName,
    pub alias: Option<Name>,
    pub source: FromItem,
    pub on: Expr,
    pub whens: Vec<MergeWhen>,
    pub returning: Vec<Target>,
}

#[derive(Debug)]
pub struct MergeWhen {
    pub matched: MergeMatch,
    pub condition: Option<Expr>,
    pub action: MergeAction,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MergeMatch {
    Matched,
    /// `NOT MATCHED [BY TARGET]`.
    NotInTarget,
    /// `NOT MATCHED BY SOURCE`.
    NotInSource,
}

#[derive(Debug)]
pub enum MergeAction {
    Insert { columns: Vec<TargetColumn>, values: Vec<Expr> },
    Update(Vec<Assignment>),
    Delete,
    Nothing,
}

#[derive(Debug)]
pub struct Copy {
    /// `None` for `COPY (query) TO`.
    pub table: Option<QualifiedName>,
    pub columns: Vec<Name>,
    pub query: Option<Box<Query>>,
    pub from: bool,
    /// The file or program named, `None` for STDIN and STDOUT.
    pub file: Option<Symbol>,
}
