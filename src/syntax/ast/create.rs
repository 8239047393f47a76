//! CREATE statements.

use super::{Expr, FromItem, Name, QualifiedName, Query, RoutineName, Statement, StringLiteral, Symbol, TypeName};
use crate::source::Span;
use crate::syntax::plpgsql::{Block, Code, Mentions};
use std::fmt;
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Persistence {
    #[default]
    Permanent,
    Unlogged,
    Temporary,
}

#[derive(Debug)]
pub struct CreateTable {
    pub name: QualifiedName,
    pub if_not_exists: bool,
    pub persistence: Persistence,
    /// `CREATE FOREIGN TABLE`: its server.
    pub foreign_server: Option<Name>,
    /// `OPTIONS (…)` of a foreign table.
    pub foreign_options: Option<Span>,
    pub elements: Vec<TableElement>,
    pub inherits: Vec<QualifiedName>,
    /// `PARTITION OF parent`.
    pub partition_of: Option<QualifiedName>,
    pub partition_bound: Option<PartitionBound>,
    pub partition_by: Option<PartitionBy>,
    /// `OF type`.
    pub of_type: Option<QualifiedName>,
    pub with: Vec<StorageParameter>,
    pub tablespace: Option<Name>,
    pub access_method: Option<Name>,
    /// `ON COMMIT …`.
    pub on_commit: bool,
}

/// `FOR VALUES …` or `DEFAULT`.
#[derive(Debug)]
pub struct PartitionBound {
    pub span: Span,
    pub kind: PartitionBoundKind,
}

#[derive(Debug)]
pub enum PartitionBoundKind {
    Default,
    List(Vec<Expr>),
    /// MINVALUE and MAXVALUE are columns of that name.
    Range {
        from: Vec<Expr>,
        to: Vec<Expr>,
    },
    Hash {
        modulus: i32,
        remainder: i32,
    },
}

#[derive(Debug)]
pub enum TableElement {
    Column(Box<ColumnDef>),
    Constraint(Arc<TableConstraint>),
    Like(LikeClause),
}

#[derive(Debug)]
pub struct ColumnDef {
    pub name: Name,
    /// `None` for the `column WITH OPTIONS …` of a typed table or partition.
    pub ty: Option<TypeName>,
    pub collation: Option<QualifiedName>,
    pub storage: Option<Name>,
    pub compression: Option<Name>,
    pub constraints: Vec<ColumnConstraint>,
    pub span: Span,
}

#[derive(Debug)]
pub struct ColumnConstraint {
    pub name: Option<Name>,
    pub kind: ColumnConstraintKind,
    pub attributes: ConstraintAttributes,
    pub span: Span,
}

#[derive(Debug)]
pub enum ColumnConstraintKind {
    /// An attribute that no constraint before it takes: the message with which it is refused.
    Misplaced(String),
    NotNull {
        no_inherit: bool,
    },
    Null,
    Default(Arc<Expr>),
    Generated {
        expr: Arc<Expr>,
        stored: bool,
    },
    Identity {
        always: bool,
        options: Vec<SequenceOption>,
    },
    Check {
        expr: Arc<Expr>,
        no_inherit: bool,
    },
    PrimaryKey(Arc<IndexParameters>),
    Unique {
        nulls_not_distinct: bool,
        parameters: Arc<IndexParameters>,
    },
    References(Arc<References>),
}

#[derive(Debug)]
pub struct TableConstraint {
    pub name: Option<Name>,
    pub kind: TableConstraintKind,
    pub attributes: ConstraintAttributes,
    pub span: Span,
}

#[derive(Debug)]
pub enum TableConstraintKind {
    Check {
        expr: Arc<Expr>,
        no_inherit: bool,
    },
    PrimaryKey {
        columns: Vec<Name>,
        without_overlaps: bool,
        parameters: Arc<IndexParameters>,
    },
    Unique {
        columns: Vec<Name>,
        nulls_not_distinct: bool,
        without_overlaps: bool,
        parameters: Arc<IndexParameters>,
    },
    ForeignKey {
        columns: Vec<Name>,
        period: bool,
        references: Arc<References>,
    },
    Exclude {
        method: Option<Name>,
        elements: Vec<(IndexElement, Symbol)>,
        filter: Option<Arc<Expr>>,
        parameters: Arc<IndexParameters>,
    },
    /// PostgreSQL 18's table constraint form.
    NotNull {
        column: Name,
        no_inherit: bool,
    },
    /// `PRIMARY KEY | UNIQUE USING INDEX name`.
    UsingIndex {
        primary: bool,
        index: Name,
    },
}

#[derive(Debug, Default)]
pub struct IndexParameters {
    pub include: Vec<Name>,
    pub with: Vec<StorageParameter>,
    pub tablespace: Option<Name>,
}

#[derive(Debug)]
pub struct References {
    pub table: QualifiedName,
    pub columns: Vec<Name>,
    pub period: bool,
    pub match_full: bool,
    pub on_delete: ForeignKeyAction,
    /// `ON DELETE SET NULL (column, …)`.
    pub on_delete_columns: Vec<Name>,
    pub on_update: ForeignKeyAction,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum ForeignKeyAction {
    #[default]
    NoAction,
    Restrict,
    Cascade,
    SetNull,
    SetDefault,
}

impl ForeignKeyAction {
    /// As SQL has it after ON DELETE.
    pub const fn words(self) -> &'static str {
        match self {
            ForeignKeyAction::NoAction => "no action",
            ForeignKeyAction::Restrict => "restrict",
            ForeignKeyAction::Cascade => "cascade",
            ForeignKeyAction::SetNull => "set null",
            ForeignKeyAction::SetDefault => "set default",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct ConstraintAttributes {
    pub deferrable: bool,
    pub initially_deferred: bool,
    pub not_valid: bool,
    pub not_enforced: bool,
}

#[derive(Debug)]
pub struct LikeClause {
    pub table: QualifiedName,
    /// Which of `defaults constraints indexes …` are included; `ALL` gives all of them.
    pub including: LikeOptions,
    pub span: Span,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LikeOptions {
    pub comments: bool,
    pub compression: bool,
    pub constraints: bool,
    pub defaults: bool,
    pub generated: bool,
    pub identity: bool,
    pub indexes: bool,
    pub statistics: bool,
    pub storage: bool,
}

#[derive(Debug)]
pub struct PartitionBy {
    pub strategy: PartitionStrategy,
    /// Columns or expressions.
    pub keys: Vec<IndexElement>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartitionStrategy {
    Range,
    List,
    Hash,
}

/// `name [= value]` in WITH (…) and SET (…).
#[derive(Debug)]
pub struct StorageParameter {
    pub name: Name,
    pub value: Option<Name>,
}

#[derive(Debug)]
pub struct CreateTableAs {
    pub name: QualifiedName,
    pub if_not_exists: bool,
    pub materialized: bool,
    pub persistence: Persistence,
    pub columns: Vec<Name>,
    pub query: TableSource,
    pub with_data: bool,
}

#[derive(Debug)]
pub enum TableSource {
    Query(Arc<Query>),
    /// `EXECUTE prepared`.
    Execute(Name),
}

#[derive(Debug)]
pub struct CreateView {
    pub name: QualifiedName,
    pub or_replace: bool,
    pub persistence: Persistence,
    pub recursive: bool,
    pub columns: Vec<Name>,
    /// `security_invoker`, `security_barrier`, `check_option`.
    pub with: Vec<StorageParameter>,
    pub query: Arc<Query>,
    pub check_option: bool,
}

#[derive(Debug)]
pub struct CreateIndex {
    pub name: Option<Name>,
    pub if_not_exists: bool,
    pub unique: bool,
    /// Where CONCURRENTLY stands.
    pub concurrently: Option<Span>,
    pub table: QualifiedName,
    pub only: bool,
    pub method: Option<Name>,
    pub elements: Vec<IndexElement>,
    pub include: Vec<Name>,
    pub nulls_not_distinct: bool,
    pub with: Vec<StorageParameter>,
    pub tablespace: Option<Name>,
    pub filter: Option<Arc<Expr>>,
    /// Where `INDEX` ends: what a fix inserts after.
    pub index_keyword: Span,
}

#[derive(Debug)]
pub struct IndexElement {
    /// A plain column is `ExprKind::Column` of one part.
    pub expr: Arc<Expr>,
    pub collation: Option<QualifiedName>,
    pub operator_class: Option<QualifiedName>,
    pub operator_class_options: Vec<StorageParameter>,
    pub descending: bool,
    pub nulls_first: Option<bool>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PolicyCommand {
    All,
    Select,
    Insert,
    Update,
    Delete,
}

#[derive(Debug)]
pub struct CreatePolicy {
    pub name: Name,
    pub table: QualifiedName,
    pub permissive: bool,
    pub command: PolicyCommand,
    /// Empty when there is no TO clause (which means PUBLIC).
    pub roles: Vec<RoleSpec>,
    pub using: Option<Arc<Expr>>,
    pub with_check: Option<Arc<Expr>>,
}

/// A role where a statement takes one.
#[derive(Debug, PartialEq, Eq)]
pub enum RoleSpec {
    Name(Name),
    Public(Span),
    CurrentUser(Span),
    CurrentRole(Span),
    SessionUser(Span),
}

impl RoleSpec {
    pub fn span(&self) -> Span {
        match self {
            RoleSpec::Name(name) => name.span,
            RoleSpec::Public(span)
            | RoleSpec::CurrentUser(span)
            | RoleSpec::CurrentRole(span)
            | RoleSpec::SessionUser(span) => *span,
        }
    }
}

#[derive(Debug)]
pub struct CreateFunction {
    pub name: QualifiedName,
    pub or_replace: bool,
    pub procedure: bool,
    pub args: Vec<FunctionArg>,
    pub returns: Option<TypeName>,
    /// `RETURNS TABLE (…)`: the columns stand in `args` with mode `Table`.
    pub returns_table: bool,
    pub options: Vec<FunctionOption>,
    /// Shared with the function that it makes.
    pub body: Arc<FunctionBody>,
}

#[derive(Debug)]
pub struct FunctionArg {
    pub mode: ArgMode,
    pub name: Option<Name>,
    pub ty: TypeName,
    pub default: Option<Expr>,
    pub span: Span,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArgMode {
    In,
    Out,
    InOut,
    Variadic,
    Table,
}

#[derive(Debug)]
pub struct FunctionOption {
    pub span: Span,
    pub kind: FunctionOptionKind,
}

#[derive(Debug)]
pub enum FunctionOptionKind {
    Language(Name),
    Volatility(Volatility),
    /// `STRICT`, `RETURNS NULL ON NULL INPUT` (true), `CALLED ON NULL INPUT` (false).
    Strict(bool),
    SecurityDefiner(bool),
    Leakproof(bool),
    Parallel(Name),
    Cost(Expr),
    Rows(Expr),
    Support(QualifiedName),
    Window,
    Transform(Vec<TypeName>),
    Set(SettingChange),
    /// `ALTER FUNCTION … RESET name | ALL`.
    Reset(Option<Name>),
}

/// `SET name TO value` as a clause.
#[derive(Debug)]
pub struct SettingChange {
    pub name: Name,
    pub value: super::SettingValue,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Volatility {
    Immutable,
    Stable,
    Volatile,
}

/// A function's body as text.
pub struct BodyText {
    literal: StringLiteral,
    /// Of PL/pgSQL, once it was compiled.
    pub compiled: OnceLock<Compiled>,
    /// The same, read with the file.
    #[cfg(not(target_arch = "wasm32"))]
    pub ahead: std::sync::Mutex<Option<Box<crate::syntax::plpgsql::Ahead>>>,
    /// What its words name, once it was asked for.
    pub mentions: OnceLock<Box<Mentions>>,
}

/// A body's tokens, and its blocks.
pub struct Compiled {
    pub code: Code,
    pub block: Block,
}

impl BodyText {
    pub fn new(literal: StringLiteral) -> Self {
        Self {
            literal,
            compiled: OnceLock::new(),
            mentions: OnceLock::new(),
            #[cfg(not(target_arch = "wasm32"))]
            ahead: std::sync::Mutex::default(),
        }
    }
}

impl fmt::Debug for BodyText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.literal.fmt(f)
    }
}

impl Deref for BodyText {
    type Target = StringLiteral;

    fn deref(&self) -> &StringLiteral {
        &self.literal
    }
}

#[derive(Debug)]
pub enum FunctionBody {
    /// `AS 'body'`.
    Text(BodyText),
    /// `AS 'object file', 'link symbol'`.
    External(StringLiteral, StringLiteral),
    /// `RETURN expr`.
    Return(Box<Expr>),
    /// `BEGIN ATOMIC … END`.
    Atomic(Vec<Statement>),
    Missing,
}

#[derive(Debug)]
pub struct CreateTrigger {
    pub name: Name,
    pub or_replace: bool,
    pub constraint: bool,
    pub timing: TriggerTiming,
    pub events: Vec<TriggerEvent>,
    pub table: QualifiedName,
    /// `FROM referenced_table` of a constraint trigger.
    pub from: Option<QualifiedName>,
    pub deferrable: bool,
    pub initially_deferred: bool,
    pub for_each_row: bool,
    pub transition_tables: Vec<TransitionTable>,
    pub when: Option<Expr>,
    pub function: QualifiedName,
    pub args: Vec<Symbol>,
}

/// `{OLD | NEW} {TABLE | ROW} [AS] name`.
#[derive(Clone, Debug)]
pub struct TransitionTable {
    pub name: Name,
    pub new: bool,
    pub row: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TriggerTiming {
    Before,
    After,
    InsteadOf,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TriggerEvent {
    Insert,
    /// The columns of `UPDATE OF`.
    Update(Vec<Name>),
    Delete,
    Truncate,
}

#[derive(Debug)]
pub struct CreateType {
    pub name: QualifiedName,
    pub definition: TypeDefinition,
}

#[derive(Debug)]
pub enum TypeDefinition {
    Enum(Vec<Name>),
    Composite(Vec<ColumnDef>),
    /// The options by name; `subtype` and `multirange_type_name` are what the replay reads.
    Range(Vec<(Name, Option<TypeName>)>),
    /// A base type with its options.
    Base(Vec<(Name, Option<TypeName>)>),
    Shell,
}

#[derive(Debug)]
pub struct CreateDomain {
    pub name: QualifiedName,
    pub ty: TypeName,
    pub collation: Option<QualifiedName>,
    pub constraints: Vec<ColumnConstraint>,
}

#[derive(Debug)]
pub struct CreateSequence {
    pub name: QualifiedName,
    pub if_not_exists: bool,
    pub persistence: Persistence,
    pub options: Vec<SequenceOption>,
}

#[derive(Debug)]
pub enum SequenceOption {
    As(TypeName),
    /// The table and column of `OWNED BY table.column`; `None` for `OWNED BY NONE`.
    OwnedBy(Option<(QualifiedName, Name)>),
    Increment(Symbol),
    MinValue(Option<Symbol>),
    MaxValue(Option<Symbol>),
    Start(Symbol),
    Restart(Option<Symbol>),
    Cache(Symbol),
    Cycle(bool),
    SequenceName(QualifiedName),
    Logged(bool),
}

#[derive(Debug)]
pub struct CreateSchema {
    /// `None` for `CREATE SCHEMA AUTHORIZATION role`, whose name is the role's.
    pub name: Option<Name>,
    pub if_not_exists: bool,
    pub authorization: Option<RoleSpec>,
    pub elements: Vec<Statement>,
}

#[derive(Debug)]
pub struct CreateExtension {
    pub name: Name,
    pub if_not_exists: bool,
    pub schema: Option<Name>,
    pub version: Option<Name>,
    pub cascade: bool,
}

#[derive(Debug)]
pub struct CreateRole {
    pub name: Name,
    /// `CREATE USER`: may log in.
    pub login: bool,
    pub options: Vec<RoleOption>,
}

#[derive(Debug)]
pub enum RoleOption {
    Superuser(bool),
    CreateDb(bool),
    CreateRole(bool),
    Inherit(bool),
    Login(bool),
    Replication(bool),
    BypassRls(bool),
    ConnectionLimit,
    Password(Option<StringLiteral>),
    ValidUntil,
    /// `IN ROLE`, `IN GROUP`.
    InRole(Vec<RoleSpec>),
    /// `ROLE`, `USER`: these become members.
    Members(Vec<RoleSpec>),
    Admin(Vec<RoleSpec>),
    SysId,
}

#[derive(Debug)]
pub struct CreatePublication {
    pub name: Name,
    pub all_tables: bool,
    pub objects: Vec<PublicationObject>,
    pub with: Vec<StorageParameter>,
}

#[derive(Debug)]
pub enum PublicationObject {
    Table {
        name: QualifiedName,
        only: bool,
        columns: Vec<Name>,
        filter: Option<Expr>,
    },
    /// `TABLES IN SCHEMA`; `None` for CURRENT_SCHEMA.
    Schema(Option<Name>, Span),
}

/// `name [= value]` in the definition of an operator or an aggregate.
#[derive(Debug)]
pub struct DefinitionItem {
    pub name: Name,
    /// The value's text; a string's is decoded.
    pub value: Option<Name>,
    /// The type, or the function's name, that the value can be read as.
    pub ty: Option<TypeName>,
}

#[derive(Debug)]
pub struct CreateAggregate {
    pub name: QualifiedName,
    pub or_replace: bool,
    pub args: Vec<FunctionArg>,
    /// How many of the arguments stand before ORDER BY; `None` without one.
    pub direct: Option<usize>,
    /// The form of before PostgreSQL 8.2, with its argument as BASETYPE.
    pub old_style: bool,
    pub options: Vec<DefinitionItem>,
}

#[derive(Debug)]
pub struct CreateOperator {
    pub name: QualifiedName,
    pub options: Vec<DefinitionItem>,
}

#[derive(Debug)]
pub struct CreateCast {
    pub from: TypeName,
    pub to: TypeName,
    pub method: CastMethod,
    pub implicit: bool,
    pub assignment: bool,
}

#[derive(Debug)]
pub enum CastMethod {
    Function(RoutineName),
    InOut,
    /// WITHOUT FUNCTION.
    Binary,
}

#[derive(Debug)]
pub struct CreateRule {
    pub name: Name,
    pub or_replace: bool,
    pub event: RuleEvent,
    pub table: QualifiedName,
    pub condition: Option<Expr>,
    pub instead: bool,
    pub actions: Vec<Statement>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuleEvent {
    Select,
    Insert,
    Update,
    Delete,
}

#[derive(Debug)]
pub struct CreateStatistics {
    pub name: Option<QualifiedName>,
    pub if_not_exists: bool,
    pub kinds: Vec<Name>,
    /// A plain column is `ExprKind::Column` of one part.
    pub exprs: Vec<Expr>,
    pub from: Vec<FromItem>,
}

#[derive(Debug)]
pub struct CreateEventTrigger {
    pub name: Name,
    pub event: Name,
    /// `WHEN variable IN (value, …)`.
    pub filters: Vec<(Name, Vec<StringLiteral>)>,
    pub function: QualifiedName,
}
