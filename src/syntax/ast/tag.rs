//! PostgreSQL's command tags.

use super::{MaintenanceCommand, ObjectKind, StatementKind, Transaction};

impl StatementKind {
    /// The command tag, in capitals, as PostgreSQL prints it when the statement has run.
    pub fn tag(&self) -> &'static str {
        use StatementKind::*;
        match self {
            CreateTable(s) if s.foreign_server.is_some() => "CREATE FOREIGN TABLE",
            CreateTable(_) => "CREATE TABLE",
            CreateTableAs(s) if s.materialized => "CREATE MATERIALIZED VIEW",
            CreateTableAs(_) => "CREATE TABLE AS",
            CreateView(_) => "CREATE VIEW",
            CreateIndex(_) => "CREATE INDEX",
            CreatePolicy(_) => "CREATE POLICY",
            CreateFunction(s) if s.procedure => "CREATE PROCEDURE",
            CreateFunction(_) => "CREATE FUNCTION",
            CreateTrigger(_) => "CREATE TRIGGER",
            CreateRule(_) => "CREATE RULE",
            CreateAggregate(_) => "CREATE AGGREGATE",
            CreateOperator(_) => "CREATE OPERATOR",
            CreateCast(_) => "CREATE CAST",
            CreateEventTrigger(_) => "CREATE EVENT TRIGGER",
            CreateStatistics(_) => "CREATE STATISTICS",
            CreateType(_) => "CREATE TYPE",
            CreateDomain(_) => "CREATE DOMAIN",
            CreateSequence(_) => "CREATE SEQUENCE",
            CreateSchema(_) => "CREATE SCHEMA",
            CreateExtension(_) => "CREATE EXTENSION",
            CreateRole(_) => "CREATE ROLE",
            CreatePublication(_) => "CREATE PUBLICATION",
            AlterTable(s) => alter(s.kind),
            AlterPolicy(_) => "ALTER POLICY",
            AlterFunction(s) => alter(s.kind),
            AlterEnum(_) => "ALTER TYPE",
            AlterDomain(_) => "ALTER DOMAIN",
            AlterSequence(_) => "ALTER SEQUENCE",
            AlterExtension(_) => "ALTER EXTENSION",
            AlterRole(_) => "ALTER ROLE",
            AlterRoleSetting(s) if s.database.is_some() && s.role.is_none() => "ALTER DATABASE",
            AlterRoleSetting(_) => "ALTER ROLE",
            AlterPublication(_) => "ALTER PUBLICATION",
            Rename(s) => alter(s.relation_kind.unwrap_or(s.kind)),
            SetSchema(s) => alter(s.kind),
            OwnerTo(s) => alter(s.kind),
            DependsOnExtension(s) => alter(s.kind),
            Drop(s) => drop(s.kind),
            DropOwned(s) if s.reassign_to.is_some() => "REASSIGN OWNED",
            DropOwned(_) => "DROP OWNED",
            Comment(_) => "COMMENT",
            SecurityLabel(_) => "SECURITY LABEL",
            Grant(s) => {
                if s.revoke {
                    "REVOKE"
                } else {
                    "GRANT"
                }
            }
            GrantRole(s) => {
                if s.revoke {
                    "REVOKE ROLE"
                } else {
                    "GRANT ROLE"
                }
            }
            AlterDefaultPrivileges(_) => "ALTER DEFAULT PRIVILEGES",
            Do(_) => "DO",
            Set(_) => "SET",
            Reset(s) => {
                if s.discard {
                    "DISCARD"
                } else {
                    "RESET"
                }
            }
            Show(_) => "SHOW",
            SetConstraints(_) => "SET CONSTRAINTS",
            Transaction(t) => transaction(t),
            Truncate(_) => "TRUNCATE TABLE",
            Lock(_) => "LOCK TABLE",
            Reindex(_) => "REINDEX",
            Maintenance(s) => match s.command {
                MaintenanceCommand::Vacuum => "VACUUM",
                MaintenanceCommand::Analyze => "ANALYZE",
                MaintenanceCommand::Cluster => "CLUSTER",
            },
            RefreshMaterializedView(_) => "REFRESH MATERIALIZED VIEW",
            Query(_) => "SELECT",
            Insert(_) => "INSERT",
            Update(_) => "UPDATE",
            Delete(_) => "DELETE",
            Merge(_) => "MERGE",
            Copy(_) => "COPY",
            Call(_) => "CALL",
            Other(s) => s.tag,
        }
    }
}

fn transaction(command: &Transaction) -> &'static str {
    match command {
        Transaction::Begin => "BEGIN",
        Transaction::Commit { .. } => "COMMIT",
        Transaction::Rollback { .. } | Transaction::RollbackTo(_) => "ROLLBACK",
        Transaction::Savepoint(_) => "SAVEPOINT",
        Transaction::Release(_) => "RELEASE",
        Transaction::Prepare => "PREPARE TRANSACTION",
        Transaction::CommitPrepared => "COMMIT PREPARED",
        Transaction::RollbackPrepared => "ROLLBACK PREPARED",
        Transaction::Characteristics => "SET",
    }
}

/// `ALTER kind` and `DROP kind` for each kind that has a statement of that form.
macro_rules! tags {
    ($function:ident, $verb:literal, $($kind:ident => $noun:literal),+ $(,)?) => {
        fn $function(kind: ObjectKind) -> &'static str {
            match kind {
                $(ObjectKind::$kind => concat!($verb, " ", $noun),)+
            }
        }
    };
}

macro_rules! both {
    ($($kind:ident => $noun:literal),+ $(,)?) => {
        tags!(alter, "ALTER", $($kind => $noun),+);
        tags!(drop, "DROP", $($kind => $noun),+);
    };
}

both! {
    AccessMethod => "ACCESS METHOD", Aggregate => "AGGREGATE", Attribute => "TYPE", Cast => "CAST", Collation => "COLLATION",
    Column => "TABLE", Constraint => "TABLE", Conversion => "CONVERSION", Database => "DATABASE", Domain => "DOMAIN",
    DomainConstraint => "DOMAIN", EventTrigger => "EVENT TRIGGER", Extension => "EXTENSION",
    ForeignDataWrapper => "FOREIGN DATA WRAPPER", ForeignTable => "FOREIGN TABLE", Function => "FUNCTION", Index => "INDEX",
    Language => "LANGUAGE", LargeObject => "LARGE OBJECT", MaterializedView => "MATERIALIZED VIEW", Operator => "OPERATOR",
    OperatorClass => "OPERATOR CLASS", OperatorFamily => "OPERATOR FAMILY", Parameter => "PARAMETER", Policy => "POLICY",
    Procedure => "PROCEDURE", Publication => "PUBLICATION", Role => "ROLE", Routine => "ROUTINE", Rule => "RULE", Schema => "SCHEMA",
    Sequence => "SEQUENCE", Server => "SERVER", Statistics => "STATISTICS", Subscription => "SUBSCRIPTION", Table => "TABLE",
    Tablespace => "TABLESPACE", TextSearchConfiguration => "TEXT SEARCH CONFIGURATION",
    TextSearchDictionary => "TEXT SEARCH DICTIONARY", TextSearchParser => "TEXT SEARCH PARSER",
    TextSearchTemplate => "TEXT SEARCH TEMPLATE", Transform => "TRANSFORM", Trigger => "TRIGGER", Type => "TYPE",
    UserMapping => "USER MAPPING", View => "VIEW",
}
