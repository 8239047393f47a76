//! ALTER statements.

use super::{
    Behavior, ColumnDef, Expr, FunctionOption, ObjectKind, ObjectName, PartitionBound, PublicationObject,
    QualifiedName, RoleOption, RoleSpec, RoutineName, SequenceOption, SettingChange, StorageParameter, TableConstraint,
    TypeName,
};
use super::{Name, StringLiteral};
use crate::source::Span;
use std::sync::Arc;

#[derive(Debug)]
pub struct AlterTable {
    /// Table, View, MaterializedView, Index, Sequence, ForeignTable, or Type (of a composite type).
    pub kind: ObjectKind,
    pub name: QualifiedName,
    pub if_exists: bool,
    pub only: bool,
    pub actions: Vec<AlterTableAction>,
}

#[derive(Debug)]
pub struct AlterTableAction {
    pub span: Span,
    pub kind: AlterTableActionKind,
}

#[derive(Debug)]
pub enum AlterTableActionKind {
    /// Also ADD ATTRIBUTE.
    AddColumn {
        column: ColumnDef,
        if_not_exists: bool,
        behavior: Behavior,
    },
    /// Also DROP ATTRIBUTE.
    DropColumn {
        column: Name,
        if_exists: bool,
        behavior: Behavior,
    },
    /// Also ALTER ATTRIBUTE … TYPE.
    ColumnType {
        column: Name,
        ty: TypeName,
        collation: Option<QualifiedName>,
        using: Option<Expr>,
        behavior: Behavior,
    },
    SetDefault {
        column: Name,
        expr: Arc<Expr>,
    },
    DropDefault {
        column: Name,
    },
    SetNotNull {
        column: Name,
    },
    DropNotNull {
        column: Name,
    },
    SetExpression {
        column: Name,
        expr: Arc<Expr>,
    },
    DropExpression {
        column: Name,
        if_exists: bool,
    },
    AddIdentity {
        column: Name,
        always: bool,
        options: Vec<SequenceOption>,
    },
    SetIdentity {
        column: Name,
        always: Option<bool>,
        options: Vec<SequenceOption>,
    },
    DropIdentity {
        column: Name,
        if_exists: bool,
    },
    SetStatistics {
        column: Option<Name>,
        /// `None` for the default.
        target: Option<Name>,
    },
    SetStorage {
        column: Name,
        storage: Name,
    },
    SetCompression {
        column: Name,
        method: Name,
    },
    /// `ALTER COLUMN … SET (…)`, `RESET (…)`.
    ColumnOptions {
        column: Name,
        set: bool,
        options: Vec<StorageParameter>,
    },
    AddConstraint(Arc<TableConstraint>),
    AlterConstraint {
        name: Name,
    },
    ValidateConstraint {
        name: Name,
    },
    DropConstraint {
        name: Name,
        if_exists: bool,
        behavior: Behavior,
    },
    /// `{ENABLE [REPLICA | ALWAYS] | DISABLE} TRIGGER name`; `None` for ALL and USER.
    Trigger {
        enable: bool,
        name: Option<Name>,
    },
    Rule {
        enable: bool,
        name: Name,
    },
    /// `{ENABLE | DISABLE} ROW LEVEL SECURITY`.
    RowSecurity {
        enable: bool,
    },
    /// `[NO] FORCE ROW LEVEL SECURITY`.
    ForceRowSecurity {
        force: bool,
    },
    ClusterOn {
        index: Name,
    },
    SetWithoutCluster,
    SetWithoutOids,
    /// `None` for the default.
    SetAccessMethod(Option<Name>),
    SetTablespace {
        tablespace: Name,
    },
    SetLogged {
        logged: bool,
    },
    SetOptions(Vec<StorageParameter>),
    ResetOptions(Vec<Name>),
    Inherit {
        parent: QualifiedName,
    },
    NoInherit {
        parent: QualifiedName,
    },
    OfType {
        ty: QualifiedName,
    },
    NotOfType,
    /// Among other actions; alone it is `StatementKind::OwnerTo`.
    OwnerTo {
        owner: RoleSpec,
    },
    ReplicaIdentity(ReplicaIdentity),
    AttachPartition {
        partition: QualifiedName,
        bound: PartitionBound,
    },
    AttachIndex {
        index: QualifiedName,
    },
    DetachPartition {
        partition: QualifiedName,
        concurrently: Option<Span>,
    },
    /// OPTIONS (…) of a foreign table.
    ForeignOptions,
}

#[derive(Debug)]
pub struct AlterPolicy {
    pub name: Name,
    pub table: QualifiedName,
    pub roles: Vec<RoleSpec>,
    pub using: Option<Arc<Expr>>,
    pub with_check: Option<Arc<Expr>>,
}

#[derive(Debug)]
pub struct AlterFunction {
    /// Function, Procedure or Routine.
    pub kind: ObjectKind,
    pub function: RoutineName,
    pub options: Vec<FunctionOption>,
}

#[derive(Debug)]
pub struct AlterEnum {
    pub name: QualifiedName,
    pub action: AlterEnumAction,
}

#[derive(Debug)]
pub enum AlterEnumAction {
    /// The neighbour and whether the new label stands after it.
    AddValue {
        value: Name,
        if_not_exists: bool,
        neighbor: Option<(Name, bool)>,
    },
    RenameValue {
        from: Name,
        to: Name,
    },
}

#[derive(Debug)]
pub struct AlterDomain {
    pub name: QualifiedName,
    pub action: AlterDomainAction,
}

#[derive(Debug)]
pub enum AlterDomainAction {
    SetDefault(Arc<Expr>),
    DropDefault,
    SetNotNull,
    DropNotNull,
    AddConstraint(super::ColumnConstraint),
    DropConstraint { name: Name, if_exists: bool, behavior: Behavior },
    ValidateConstraint { name: Name },
}

#[derive(Debug)]
pub struct AlterSequence {
    pub name: QualifiedName,
    pub if_exists: bool,
    pub options: Vec<SequenceOption>,
}

#[derive(Debug)]
pub struct AlterExtension {
    pub name: Name,
    pub action: AlterExtensionAction,
}

#[derive(Debug)]
pub enum AlterExtensionAction {
    Update {
        version: Option<Name>,
    },
    /// `ADD member` (true), `DROP member`.
    Member {
        add: bool,
        kind: ObjectKind,
        object: Box<ObjectName>,
    },
}

#[derive(Debug)]
pub struct AlterRole {
    pub role: RoleSpec,
    pub options: Vec<RoleOption>,
    /// `ALTER GROUP … ADD | DROP USER`.
    pub group_members: Option<(bool, Vec<RoleSpec>)>,
}

#[derive(Debug)]
pub struct AlterRoleSetting {
    /// `None` for `ALTER ROLE ALL`, and for `ALTER DATABASE`.
    pub role: Option<RoleSpec>,
    pub database: Option<Name>,
    /// `None` for `RESET ALL`; a reset of one has `SettingValue::Default`.
    pub setting: Option<SettingChange>,
}

#[derive(Debug)]
pub struct AlterPublication {
    pub name: Name,
    pub action: AlterPublicationAction,
}

#[derive(Debug)]
pub enum AlterPublicationAction {
    Add(Vec<PublicationObject>),
    Drop(Vec<PublicationObject>),
    Set(Vec<PublicationObject>),
    SetOptions(Vec<StorageParameter>),
}

#[derive(Debug)]
pub struct Rename {
    /// What is renamed; `Column` and `Constraint` name their relation in `object`.
    pub kind: ObjectKind,
    /// For a column, attribute or constraint: the kind of the relation that the statement says (TABLE, VIEW …).
    pub relation_kind: Option<ObjectKind>,
    pub object: ObjectName,
    pub if_exists: bool,
    pub to: Name,
    pub behavior: Behavior,
}

#[derive(Debug)]
pub struct SetSchema {
    pub kind: ObjectKind,
    pub object: ObjectName,
    pub if_exists: bool,
    pub schema: Name,
}

#[derive(Debug)]
pub struct OwnerTo {
    pub kind: ObjectKind,
    pub object: ObjectName,
    pub if_exists: bool,
    pub owner: RoleSpec,
}

#[derive(Debug)]
pub struct DependsOnExtension {
    pub kind: ObjectKind,
    pub object: ObjectName,
    pub remove: bool,
    pub extension: Name,
}

/// `COMMENT ON kind object IS 'text' | NULL`.
#[derive(Debug)]
pub struct Comment {
    pub kind: ObjectKind,
    pub object: ObjectName,
    pub text: Option<StringLiteral>,
}

#[derive(Debug)]
pub struct SecurityLabel {
    pub kind: ObjectKind,
    pub object: ObjectName,
}

#[derive(Debug, PartialEq, Eq)]
pub enum ReplicaIdentity {
    Default,
    Full,
    Nothing,
    Index(Name),
}
