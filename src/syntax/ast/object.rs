//! How statements name the object that they drop, alter, comment on or grant on.

use super::{FunctionArg, Name, QualifiedName, RoleSpec, Symbol, TypeName};
use crate::source::Span;

/// The kinds of object, in the words of the grammar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ObjectKind {
    AccessMethod,
    Aggregate,
    Attribute,
    Cast,
    Collation,
    Column,
    Constraint,
    Conversion,
    Database,
    Domain,
    DomainConstraint,
    EventTrigger,
    Extension,
    ForeignDataWrapper,
    ForeignTable,
    Function,
    Index,
    Language,
    LargeObject,
    MaterializedView,
    Operator,
    OperatorClass,
    OperatorFamily,
    Parameter,
    Policy,
    Procedure,
    Publication,
    Role,
    Routine,
    Rule,
    Schema,
    Sequence,
    Server,
    Statistics,
    Subscription,
    Table,
    Tablespace,
    TextSearchConfiguration,
    TextSearchDictionary,
    TextSearchParser,
    TextSearchTemplate,
    Transform,
    Trigger,
    Type,
    UserMapping,
    View,
}

impl ObjectKind {
    /// As messages say it: `materialized view`.
    pub const fn noun(self) -> &'static str {
        use ObjectKind::*;
        match self {
            AccessMethod => "access method",
            Aggregate => "aggregate",
            Attribute => "attribute",
            Cast => "cast",
            Collation => "collation",
            Column => "column",
            Constraint | DomainConstraint => "constraint",
            Conversion => "conversion",
            Database => "database",
            Domain => "domain",
            EventTrigger => "event trigger",
            Extension => "extension",
            ForeignDataWrapper => "foreign-data wrapper",
            ForeignTable => "foreign table",
            Function => "function",
            Index => "index",
            Language => "language",
            LargeObject => "large object",
            MaterializedView => "materialized view",
            Operator => "operator",
            OperatorClass => "operator class",
            OperatorFamily => "operator family",
            Parameter => "parameter",
            Policy => "policy",
            Procedure => "procedure",
            Publication => "publication",
            Role => "role",
            Routine => "routine",
            Rule => "rule",
            Schema => "schema",
            Sequence => "sequence",
            Server => "server",
            Statistics => "statistics object",
            Subscription => "subscription",
            Table => "table",
            Tablespace => "tablespace",
            TextSearchConfiguration => "text search configuration",
            TextSearchDictionary => "text search dictionary",
            TextSearchParser => "text search parser",
            TextSearchTemplate => "text search template",
            Transform => "transform",
            Trigger => "trigger",
            Type => "type",
            UserMapping => "user mapping",
            View => "view",
        }
    }
}

#[derive(Debug)]
pub enum ObjectName {
    /// Relations, types, schemas, roles, extensions: anything that a (qualified) name names.
    Name(QualifiedName),
    /// Types and domains in COMMENT and DROP, where an array or a grammar's spelling may stand.
    Type(TypeName),
    /// Functions, procedures, routines, aggregates.
    Routine(RoutineName),
    /// Columns (`table.column`) and attributes.
    Column {
        relation: QualifiedName,
        column: Name,
    },
    /// Triggers, policies, rules and table constraints: `name ON relation`.
    OnRelation {
        name: Name,
        relation: QualifiedName,
    },
    /// `CONSTRAINT name ON DOMAIN domain`.
    OnDomain {
        name: Name,
        domain: QualifiedName,
    },
    /// `name USING access_method`.
    OperatorClass {
        name: QualifiedName,
        method: Name,
    },
    Operator {
        name: QualifiedName,
        left: Option<TypeName>,
        right: Option<TypeName>,
    },
    Cast {
        from: TypeName,
        to: TypeName,
    },
    Transform {
        ty: TypeName,
        language: Name,
    },
    UserMapping {
        user: RoleSpec,
        server: Name,
    },
    LargeObject {
        oid: Symbol,
        span: Span,
    },
}

impl ObjectName {
    pub fn span(&self) -> Span {
        match self {
            ObjectName::Name(name) => name.span(),
            ObjectName::Type(ty) => ty.span,
            ObjectName::Routine(routine) => routine.span,
            ObjectName::Column { relation, column } => relation.span().to(column.span),
            ObjectName::OnRelation { name, relation } => name.span.to(relation.span()),
            ObjectName::OnDomain { name, domain } => name.span.to(domain.span()),
            ObjectName::OperatorClass { name, method } => name.span().to(method.span),
            ObjectName::Operator { name, .. } => name.span(),
            ObjectName::Cast { from, to } => from.span.to(to.span),
            ObjectName::Transform { ty, language } => ty.span.to(language.span),
            ObjectName::UserMapping { user, server } => user.span().to(server.span),
            ObjectName::LargeObject { span, .. } => *span,
        }
    }
}

/// `name [(arguments)]`.
#[derive(Debug)]
pub struct RoutineName {
    pub name: QualifiedName,
    /// `None` when no argument list is given: the only routine of that name is meant.
    pub args: Option<Vec<FunctionArg>>,
    pub span: Span,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Behavior {
    #[default]
    Restrict,
    Cascade,
}

/// `DROP kind [IF EXISTS] name, … [CASCADE | RESTRICT]`.
#[derive(Debug)]
pub struct Drop {
    pub kind: ObjectKind,
    pub if_exists: bool,
    pub objects: Vec<ObjectName>,
    pub behavior: Behavior,
    pub concurrently: Option<Span>,
}

/// `DROP OWNED BY`, `REASSIGN OWNED BY … TO`.
#[derive(Debug)]
pub struct DropOwned {
    pub roles: Vec<RoleSpec>,
    pub reassign_to: Option<RoleSpec>,
    pub behavior: Behavior,
}
