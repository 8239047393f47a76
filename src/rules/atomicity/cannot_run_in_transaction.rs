//! atomicity/cannot-run-in-transaction: a statement that refuses to run inside the migration's transaction.

use crate::config::Runner;
use crate::rules::prelude::*;
use crate::source::Span;
use crate::syntax::ast::{AlterTableActionKind, MaintenanceCommand, ReindexKind, StatementKind};

pub const RULE: Rule = Rule {
    name: "atomicity/cannot-run-in-transaction",
    severity: Severity::Error,
    preset: Preset::Recommended,
    summary: native!("statement that cannot run inside the migration's transaction"),
    doc: page!("atomicity/cannot-run-in-transaction"),
    since: "0.1.0",
    check: Check::Statement(check),
};

fn check(cx: &mut StatementContext) {
    let Some((what, span)) = forbidden(&cx.statement.kind, cx.statement.span) else { return };
    if cx.step.block.is_some() {
        cx.report(span, format!("{what} cannot run inside a transaction block"))
            .help("end the explicit transaction before it, or leave out BEGIN and COMMIT");
    } else if cx.common.config.runner == Runner::Supabase && cx.file.steps.len() > 1 {
        // `supabase db push` sends a file as one batch; alone in its file the statement is the whole transaction.
        cx.report(span, format!("{what} cannot run inside a transaction block, and the migration is one"))
            .help("put the statement alone into a migration file of its own");
    }
}

/// The command as PostgreSQL's error names it (PreventInTransactionBlock), and where the offending word stands.
fn forbidden(kind: &StatementKind, whole: Span) -> Option<(&'static str, Span)> {
    match kind {
        StatementKind::CreateIndex(s) => Some(("CREATE INDEX CONCURRENTLY", s.concurrently?)),
        StatementKind::Drop(s) => Some(("DROP INDEX CONCURRENTLY", s.concurrently?)),
        StatementKind::Reindex(s) => match (s.concurrently, s.kind) {
            (Some(span), _) => Some(("REINDEX CONCURRENTLY", span)),
            (None, ReindexKind::Database) => Some(("REINDEX DATABASE", whole)),
            (None, ReindexKind::System) => Some(("REINDEX SYSTEM", whole)),
            (None, ReindexKind::Schema) => Some(("REINDEX SCHEMA", whole)),
            (None, ReindexKind::Index | ReindexKind::Table) => None,
        },
        StatementKind::Maintenance(s) if s.command == MaintenanceCommand::Vacuum => Some(("VACUUM", whole)),
        StatementKind::Maintenance(s) if s.command == MaintenanceCommand::Cluster && s.tables.is_empty() => {
            Some(("CLUSTER", whole))
        }
        StatementKind::AlterTable(s) => s.actions.iter().find_map(|action| match action.kind {
            AlterTableActionKind::DetachPartition { concurrently: Some(span), .. } => {
                Some(("ALTER TABLE ... DETACH CONCURRENTLY", span))
            }
            _ => None,
        }),
        StatementKind::Other(s) => match s.tag {
            tag @ ("CREATE DATABASE"
            | "DROP DATABASE"
            | "ALTER SYSTEM"
            | "CREATE TABLESPACE"
            | "DROP TABLESPACE"
            | "CREATE SUBSCRIPTION"
            | "DROP SUBSCRIPTION") => Some((tag, whole)),
            _ => None,
        },
        _ => None,
    }
}
