//! Relations: tables, views, indexes, sequences, composite types; and what belongs to them.

use super::{Acl, Columns, Definition, Oid, Origin, TypeRef};
use crate::source::Span;
use crate::syntax::ast::{
    Expr, ForeignKeyAction, PartitionStrategy, Persistence, PolicyCommand, Query, RuleEvent, Symbol, TransitionTable,
    TriggerEvent, TriggerTiming,
};
use std::sync::Arc;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RelationKind {
    Table,
    PartitionedTable,
    ForeignTable,
    View,
    MaterializedView,
    Index,
    PartitionedIndex,
    Sequence,
    CompositeType,
}

impl RelationKind {
    /// As PostgreSQL's messages say it.
    pub const fn noun(self) -> &'static str {
        match self {
            RelationKind::Table | RelationKind::PartitionedTable => "table",
            RelationKind::ForeignTable => "foreign table",
            RelationKind::View => "view",
            RelationKind::MaterializedView => "materialized view",
            RelationKind::Index | RelationKind::PartitionedIndex => "index",
            RelationKind::Sequence => "sequence",
            RelationKind::CompositeType => "composite type",
        }
    }

    /// Has rows of its own or of its partitions: TABLE in the grammar.
    pub const fn is_table(self) -> bool {
        matches!(self, RelationKind::Table | RelationKind::PartitionedTable)
    }

    pub const fn is_index(self) -> bool {
        matches!(self, RelationKind::Index | RelationKind::PartitionedIndex)
    }
}

/// What a statement that could not be followed may have changed of a relation.
#[derive(Clone, Debug, Default)]
pub struct Doubt {
    /// Row security, policies, rules, the owner, storage parameters; a view's query.
    pub security: bool,
    /// It may have more constraints and indexes. (One that may be gone is known by its name.)
    pub keys: bool,
    /// It may have more indexes on these columns.
    pub indexed: Vec<Symbol>,
}

impl Doubt {
    /// Whether there may be one more index on columns of these names.
    pub fn may_index(&self, columns: &[&str]) -> bool {
        self.keys || columns.iter().all(|column| self.indexed.iter().any(|indexed| **indexed == **column))
    }
}

#[derive(Clone, Debug)]
pub struct Relation {
    pub oid: Oid,
    pub schema: Oid,
    pub name: Symbol,
    pub kind: RelationKind,
    pub persistence: Persistence,
    pub owner: Oid,
    pub acl: Option<Acl>,
    pub origin: Origin,
    pub columns: Columns,
    /// The column list could not be worked out (why): lookups in it answer Unknown.
    pub columns_unknown: Option<Symbol>,
    pub doubt: Doubt,
    /// The type of its rows.
    pub row_type: Oid,
    pub constraints: Vec<Arc<Constraint>>,
    pub triggers: Vec<Arc<Trigger>>,
    pub policies: Vec<Arc<Policy>>,
    pub indexes: Vec<Oid>,
    pub row_security: RowSecurity,
    /// Parents by inheritance or partitioning.
    pub inherits: Vec<Oid>,
    pub is_partition: bool,
    pub partition_by: Option<Arc<PartitionKey>>,
    /// Of a partition: the rows that it takes.
    pub bound: Option<Arc<PartitionBound>>,
    /// Of a foreign table: its server, and `OPTIONS (…)` as they were given and altered.
    pub foreign: Option<(Oid, Vec<Definition>)>,
    /// For indexes.
    pub index: Option<Arc<Index>>,
    /// For views and materialized views.
    pub query: Option<Arc<Query>>,
    pub definition: Definition,
    /// Of a view that takes writes by itself: the relation that they go to; else invalid.
    pub writes_to: Oid,
    /// For sequences.
    pub sequence: Option<Arc<Sequence>>,
    /// reloptions: `security_invoker`, `fillfactor` …
    pub options: Vec<(Symbol, Symbol)>,
    /// `CREATE TABLE … OF type`.
    pub of_type: Oid,
    /// `CREATE RULE`: a view's own `_RETURN` apart.
    pub rules: Vec<Arc<Rule>>,
    pub replica_identity: ReplicaIdentity,
    /// Of a materialized view: whether it was filled (relispopulated).
    pub populated: bool,
    /// Of a table: whether a statement can have put rows into it.
    pub may_have_rows: bool,
}

impl Relation {
    /// The live columns in order.
    pub fn live_columns(&self) -> impl Iterator<Item = &Arc<Column>> {
        // Not flatten(), which is compiled in anew, with two ends, wherever it is used.
        self.columns.iter().filter_map(Option::as_ref)
    }

    pub fn column(&self, name: &str) -> Option<&Arc<Column>> {
        self.live_columns().find(|c| &*c.name == name)
    }

    pub fn column_by_number(&self, number: u16) -> Option<&Arc<Column>> {
        self.columns.get(usize::from(number).checked_sub(1)?)?.as_ref()
    }

    pub fn column_mut(&mut self, number: u16) -> Option<&mut Column> {
        self.columns.get_mut(usize::from(number).checked_sub(1)?)?.as_mut().map(Arc::make_mut)
    }

    pub fn constraint(&self, name: &str) -> Option<&Arc<Constraint>> {
        self.constraints.iter().find(|c| &*c.name == name)
    }

    pub fn policy(&self, name: &str) -> Option<&Arc<Policy>> {
        self.policies.iter().find(|p| &*p.name == name)
    }

    pub fn trigger(&self, name: &str) -> Option<&Arc<Trigger>> {
        self.triggers.iter().find(|t| &*t.name == name)
    }

    pub fn primary_key(&self) -> Option<&Arc<Constraint>> {
        self.constraints.iter().find(|c| matches!(c.kind, ConstraintKind::PrimaryKey { .. }))
    }

    pub fn option(&self, name: &str) -> Option<&str> {
        self.options.iter().find(|(key, _)| &**key == name).map(|(_, value)| &**value)
    }

    pub fn is_temporary(&self) -> bool {
        self.persistence == Persistence::Temporary
    }
}

/// What logical replication tells a row by (relreplident).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ReplicaIdentity {
    #[default]
    Default,
    Full,
    Nothing,
    Index(Oid),
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RowSecurity {
    pub enabled: bool,
    pub forced: bool,
}

#[derive(Clone, Debug)]
pub struct Rule {
    pub name: Symbol,
    pub event: RuleEvent,
    pub instead: bool,
    pub has_condition: bool,
    /// What stands after the relation's name: condition and actions.
    pub definition: Definition,
}

#[derive(Clone, Debug)]
pub struct PartitionKey {
    pub strategy: PartitionStrategy,
    /// Column numbers; 0 for an expression.
    pub columns: Vec<u16>,
    /// The expression of each key that is none of these columns.
    pub definitions: Vec<Definition>,
    /// Operator classes and collations, as written after the keys.
    pub options: Vec<Symbol>,
}

#[derive(Clone, Debug)]
pub struct PartitionBound {
    pub kind: BoundKind,
    /// `FOR VALUES …`, `DEFAULT`.
    pub definition: Definition,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BoundKind {
    Default,
    List(Vec<BoundValue>),
    Range { from: Vec<BoundValue>, to: Vec<BoundValue> },
    Hash { modulus: i32, remainder: i32 },
}

/// A constant of a bound, as far as it can be compared with others of its type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BoundValue {
    MinValue,
    MaxValue,
    Null,
    /// Numbers, booleans, dates and times, enum labels by their place.
    Number(i128),
    /// Compared byte by byte.
    Bytes(Symbol),
    /// Equal when its bytes are; the order is the collation's.
    Text(Symbol),
    Unknown,
}

#[derive(Clone, Debug)]
pub struct Column {
    /// The attribute number, from 1.
    pub number: u16,
    pub name: Symbol,
    pub ty: TypeRef,
    pub collation: Option<Symbol>,
    /// attnotnull: NOT NULL, a primary key, or identity.
    pub not_null: bool,
    pub default: Option<Arc<ColumnDefault>>,
    pub identity: Option<Identity>,
    pub generated: Option<Generated>,
    /// Inherited from this many parents.
    pub inherited: u16,
    /// Declared by the table itself (not only inherited).
    pub local: bool,
    pub acl: Option<Acl>,
    /// How its values are kept, where ALTER or CREATE says so.
    pub settings: Option<Arc<ColumnSettings>>,
    /// The type could not be worked out: nothing is said of it.
    pub type_unknown: bool,
    /// Of a view: the column that it passes on.
    pub passes: Option<Passed>,
    /// Where its name stands in the statement that created it (in the file of `origin.created`).
    pub span: Span,
    pub origin: Origin,
}

/// A relation's column as a query passes it on (resorigtbl, resorigcol).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Passed {
    pub relation: Oid,
    pub column: u16,
    /// It may be null though the column is not: on the nullable side of an outer join, under grouping sets, of an outer query.
    pub or_null: bool,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct ColumnSettings {
    /// `EXTERNAL`, `MAIN` …
    pub storage: Option<Symbol>,
    pub compression: Option<Symbol>,
    pub statistics: Option<i32>,
    pub options: Vec<(Symbol, Symbol)>,
}

impl Column {
    /// A column with a name and a type (`None`: not known), and nothing more.
    pub fn new(number: u16, name: Symbol, ty: Option<TypeRef>, span: Span, origin: Origin) -> Self {
        Self {
            number,
            name,
            ty: ty.unwrap_or(TypeRef::plain(Oid::INVALID)),
            collation: None,
            not_null: false,
            default: None,
            identity: None,
            generated: None,
            inherited: 0,
            local: true,
            acl: None,
            settings: None,
            type_unknown: ty.is_none(),
            passes: None,
            span,
            origin,
        }
    }
}

/// A pg_attrdef row: a default or a generation expression.
#[derive(Clone, Debug)]
pub struct ColumnDefault {
    pub oid: Oid,
    /// `None` for the `nextval(…)` of a serial column.
    pub expr: Option<Arc<Expr>>,
    /// The expression's text as written.
    pub text: Symbol,
    pub definition: Definition,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Identity {
    Always,
    ByDefault,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Generated {
    Stored,
    Virtual,
}

#[derive(Clone, Debug)]
pub struct Constraint {
    pub oid: Oid,
    pub name: Symbol,
    pub kind: ConstraintKind,
    pub deferrable: bool,
    pub initially_deferred: bool,
    pub validated: bool,
    pub enforced: bool,
    /// Comes from a parent table's constraint (conparentid, or inherited CHECK).
    pub parent: Oid,
    pub no_inherit: bool,
    pub span: Span,
    pub origin: Origin,
}

#[derive(Clone, Debug)]
pub enum ConstraintKind {
    Check {
        expr: Arc<Expr>,
        text: Symbol,
        definition: Definition,
        columns: Vec<u16>,
    },
    PrimaryKey {
        columns: Vec<u16>,
        index: Oid,
    },
    Unique {
        columns: Vec<u16>,
        index: Oid,
    },
    Exclude {
        columns: Vec<u16>,
        index: Oid,
        /// The operator of each, as written.
        operators: Vec<Symbol>,
    },
    ForeignKey(ForeignKey),
    /// PostgreSQL 18's named NOT NULL.
    NotNull {
        column: u16,
    },
    /// A constraint trigger.
    Trigger,
}

impl ConstraintKind {
    /// The columns of the constrained table, in the constraint's order.
    pub fn columns(&self) -> &[u16] {
        match self {
            ConstraintKind::Check { columns, .. }
            | ConstraintKind::PrimaryKey { columns, .. }
            | ConstraintKind::Unique { columns, .. }
            | ConstraintKind::Exclude { columns, .. } => columns,
            ConstraintKind::ForeignKey(key) => &key.columns,
            ConstraintKind::NotNull { column } => std::slice::from_ref(column),
            ConstraintKind::Trigger => &[],
        }
    }

    /// The index that enforces it.
    pub fn index(&self) -> Option<Oid> {
        match self {
            ConstraintKind::PrimaryKey { index, .. }
            | ConstraintKind::Unique { index, .. }
            | ConstraintKind::Exclude { index, .. } => Some(*index),
            _ => None,
        }
    }
}

#[derive(Clone, Debug)]
pub struct ForeignKey {
    pub columns: Vec<u16>,
    pub references: Oid,
    pub referenced_columns: Vec<u16>,
    /// The unique index of the referenced table that it relies on.
    pub referenced_index: Oid,
    pub on_delete: ForeignKeyAction,
    pub on_update: ForeignKeyAction,
    /// The columns of ON DELETE SET NULL (…).
    pub on_delete_columns: Vec<u16>,
    pub match_full: bool,
}

#[derive(Clone, Debug)]
pub struct Index {
    pub table: Oid,
    pub method: Symbol,
    pub unique: bool,
    pub primary: bool,
    pub nulls_not_distinct: bool,
    /// The key columns; INCLUDE columns stand after.
    pub keys: Vec<IndexKey>,
    pub include: Vec<u16>,
    pub filter: Option<Arc<Expr>>,
    /// The WHERE clause as written, for comparison.
    pub filter_text: Option<Symbol>,
    pub filter_definition: Definition,
    /// The constraint that owns it.
    pub constraint: Oid,
    pub valid: bool,
}

#[derive(Clone, Debug)]
pub struct IndexKey {
    /// 0 for an expression.
    pub column: u16,
    pub expr: Option<Arc<Expr>>,
    /// The expression as written; empty for a column.
    pub text: Symbol,
    pub definition: Definition,
    pub operator_class: Option<Symbol>,
    pub operator_class_options: Vec<(Symbol, Symbol)>,
    pub collation: Option<Symbol>,
    pub descending: bool,
    pub nulls_first: bool,
}

#[derive(Clone, Debug)]
pub struct Sequence {
    pub ty: Oid,
    /// The column that owns it (serial, OWNED BY, identity).
    pub owned_by: Option<(Oid, u16)>,
    /// Made by an identity column.
    pub identity: bool,
    pub numbers: SequenceNumbers,
}

/// A row of pg_sequence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SequenceNumbers {
    pub increment: i64,
    pub min: i64,
    pub max: i64,
    pub start: i64,
    pub cache: i64,
    pub cycle: bool,
}

#[derive(Clone, Debug)]
pub struct Policy {
    pub oid: Oid,
    pub name: Symbol,
    pub command: PolicyCommand,
    pub permissive: bool,
    /// `Oid::INVALID` stands for PUBLIC.
    pub roles: Vec<Oid>,
    /// False when the statement had no TO clause.
    pub roles_given: bool,
    pub using: Option<Arc<Expr>>,
    pub with_check: Option<Arc<Expr>>,
    pub using_definition: Definition,
    pub with_check_definition: Definition,
    /// The whole statement's span, in the file of `origin.created`.
    pub span: Span,
    pub origin: Origin,
}

#[derive(Clone, Debug)]
pub struct Trigger {
    pub oid: Oid,
    pub name: Symbol,
    pub function: Oid,
    pub timing: TriggerTiming,
    pub events: Vec<TriggerEvent>,
    pub for_each_row: bool,
    pub enabled: bool,
    pub constraint: Oid,
    /// The columns of UPDATE OF.
    pub columns: Vec<u16>,
    pub has_condition: bool,
    pub condition: Definition,
    pub transition_tables: Vec<TransitionTable>,
    pub args: Vec<Symbol>,
    /// FROM of a constraint trigger.
    pub from: Oid,
    pub deferrable: bool,
    pub initially_deferred: bool,
    pub origin: Origin,
}
