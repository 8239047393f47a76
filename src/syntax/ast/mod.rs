//! Our own statement tree: small, typed for the replay, every name and clause with its byte span.
//!
//! Statements and their words follow PostgreSQL's manual and, where it helps, the node names of its parser.

mod alter;
mod create;
mod dml;
mod expr;
mod name;
mod object;
mod privilege;
mod render;
mod tag;

pub use alter::*;
pub use create::*;
pub use dml::*;
pub use expr::*;
pub use name::*;
pub use object::*;
pub use privilege::*;

use crate::source::Span;

/// One SQL statement, without its closing `;`.
#[derive(Debug)]
pub struct Statement {
    pub span: Span,
    pub kind: StatementKind,
}

#[derive(Debug)]
pub enum StatementKind {
    CreateTable(Box<CreateTable>),
    /// `CREATE TABLE … AS`, `CREATE MATERIALIZED VIEW … AS`, `SELECT … INTO`.
    CreateTableAs(Box<CreateTableAs>),
    CreateView(Box<CreateView>),
    CreateIndex(Box<CreateIndex>),
    CreatePolicy(Box<CreatePolicy>),
    CreateFunction(Box<CreateFunction>),
    CreateTrigger(Box<CreateTrigger>),
    CreateRule(Box<CreateRule>),
    CreateAggregate(Box<CreateAggregate>),
    CreateOperator(Box<CreateOperator>),
    CreateCast(Box<CreateCast>),
    CreateStatistics(Box<CreateStatistics>),
    CreateType(Box<CreateType>),
    CreateDomain(Box<CreateDomain>),
    CreateSequence(Box<CreateSequence>),
    CreateSchema(Box<CreateSchema>),
    CreateExtension(Box<CreateExtension>),
    CreateRole(Box<CreateRole>),
    CreatePublication(Box<CreatePublication>),

    /// `ALTER TABLE`, and `ALTER INDEX | VIEW | MATERIALIZED VIEW | SEQUENCE | FOREIGN TABLE | TYPE` where they take table actions.
    AlterTable(Box<AlterTable>),
    AlterPolicy(Box<AlterPolicy>),
    AlterFunction(Box<AlterFunction>),
    AlterEnum(Box<AlterEnum>),
    AlterDomain(Box<AlterDomain>),
    AlterSequence(Box<AlterSequence>),
    AlterExtension(Box<AlterExtension>),
    AlterRole(Box<AlterRole>),
    /// `ALTER ROLE … SET`, `ALTER DATABASE … SET`.
    AlterRoleSetting(Box<AlterRoleSetting>),
    AlterPublication(Box<AlterPublication>),
    /// `ALTER … RENAME` of anything, columns and constraints included.
    Rename(Box<Rename>),
    /// `ALTER … SET SCHEMA`.
    SetSchema(Box<SetSchema>),
    /// `ALTER … OWNER TO` (tables too).
    OwnerTo(Box<OwnerTo>),
    /// `ALTER … [NO] DEPENDS ON EXTENSION`.
    DependsOnExtension(Box<DependsOnExtension>),

    Drop(Box<Drop>),
    DropOwned(Box<DropOwned>),
    Comment(Box<Comment>),
    SecurityLabel(Box<SecurityLabel>),
    Grant(Box<Grant>),
    GrantRole(Box<GrantRole>),
    AlterDefaultPrivileges(Box<AlterDefaultPrivileges>),

    Do(Box<Do>),
    Set(Box<SetStatement>),
    Reset(Box<Reset>),
    Show(Name),
    SetConstraints(Box<SetConstraints>),
    Transaction(Transaction),
    Truncate(Box<Truncate>),
    Lock(Box<Lock>),
    Reindex(Box<Reindex>),
    /// `VACUUM`, `ANALYZE`, `CLUSTER`.
    Maintenance(Box<Maintenance>),
    RefreshMaterializedView(Box<RefreshMaterializedView>),

    Query(Box<Query>),
    Insert(Box<Insert>),
    Update(Box<Update>),
    Delete(Box<Delete>),
    Merge(Box<Merge>),
    Copy(Box<Copy>),
    Call(Box<Expr>),
    CreateEventTrigger(Box<CreateEventTrigger>),

    /// A statement that parses and that the replay does not follow, with its command tag (`CREATE OPERATOR`).
    Other(Box<Other>),
}

/// A statement outside of what the replay models.
#[derive(Debug, Default)]
pub struct Other {
    /// PostgreSQL's command tag, in capitals.
    pub tag: &'static str,
    /// What it creates, alters or drops, where the grammar knows it.
    pub name: Option<QualifiedName>,
    /// IF NOT EXISTS, or of ALTER IF EXISTS.
    pub if_not_exists: bool,
    /// Another object that must be there: the wrapper of a server, the server of a user mapping.
    pub needs: Option<(ObjectKind, Name)>,
    /// The functions that it names, each with its part: `handler`, `validator`.
    pub functions: Vec<(&'static str, QualifiedName)>,
    pub options: Vec<DefinitionItem>,
    /// `FROM name` of CREATE COLLATION.
    pub from: Option<QualifiedName>,
    /// The role of a user mapping.
    pub role: Option<RoleSpec>,
    /// CREATE OR REPLACE.
    pub or_replace: bool,
}

/// `BEGIN`, `COMMIT` and their kin.
#[derive(Debug, PartialEq, Eq)]
pub enum Transaction {
    Begin,
    Commit {
        chain: bool,
    },
    Rollback {
        chain: bool,
    },
    Savepoint(Name),
    Release(Name),
    RollbackTo(Name),
    Prepare,
    CommitPrepared,
    RollbackPrepared,
    /// `SET TRANSACTION …`, `SET SESSION CHARACTERISTICS …`.
    Characteristics,
}

/// `DO [LANGUAGE name] 'body'`.
#[derive(Debug)]
pub struct Do {
    pub language: Option<Name>,
    pub body: StringLiteral,
}

/// A string constant as written: its decoded text, and where it stands.
#[derive(Debug, PartialEq, Eq)]
pub struct StringLiteral {
    pub text: Symbol,
    /// The whole constant, quotes included.
    pub span: Span,
    /// Where the text begins in the file, when the text is a verbatim copy of it (dollar quotes, or no escapes inside):
    /// byte k of `text` is then byte `body + k` of the file.
    pub body: Option<u32>,
}

/// `SET [SESSION | LOCAL] name { TO | = } value, …`, `SET TIME ZONE`, `SET ROLE`, `SET SESSION AUTHORIZATION`.
#[derive(Debug)]
pub struct SetStatement {
    pub local: bool,
    /// Lower-cased, dotted for a custom parameter; `role`, `session_authorization`, `timezone` for the special forms.
    pub name: Name,
    pub value: SettingValue,
}

#[derive(Debug, PartialEq, Eq)]
pub enum SettingValue {
    /// The items of the list, unquoted.
    Values(Vec<Name>),
    Default,
    FromCurrent,
}

#[derive(Debug)]
pub struct Reset {
    /// `None` for `RESET ALL`.
    pub name: Option<Name>,
    /// `DISCARD ALL | PLANS | …` is a reset too: true for it.
    pub discard: bool,
}

#[derive(Debug)]
pub struct SetConstraints {
    pub names: Vec<QualifiedName>,
    pub deferred: bool,
}

#[derive(Debug)]
pub struct Truncate {
    pub tables: Vec<QualifiedName>,
    pub restart_identity: bool,
    pub behavior: Behavior,
}

#[derive(Debug)]
pub struct Lock {
    pub tables: Vec<QualifiedName>,
    /// `ACCESS EXCLUSIVE` unless another is named.
    pub mode: Symbol,
}

#[derive(Debug)]
pub struct Reindex {
    pub kind: ReindexKind,
    pub name: Option<QualifiedName>,
    pub concurrently: Option<Span>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReindexKind {
    Index,
    Table,
    Schema,
    Database,
    System,
}

#[derive(Debug)]
pub struct Maintenance {
    pub command: MaintenanceCommand,
    pub full: bool,
    pub tables: Vec<(QualifiedName, Vec<Name>)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MaintenanceCommand {
    Vacuum,
    Analyze,
    Cluster,
}

#[derive(Debug)]
pub struct RefreshMaterializedView {
    pub name: QualifiedName,
    pub concurrently: Option<Span>,
    pub with_data: bool,
}
