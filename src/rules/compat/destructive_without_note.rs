//! compat/destructive-without-note: live rows or columns are thrown away, and the file says nothing of how to get them back.

use super::{list, meets_clients};
use crate::catalog::{Class, Oid, Relation};
use crate::replay::{Change, Effect, FileReplay, Step};
use crate::rules::prelude::*;
use crate::source::Span;
use crate::syntax::ast::{StatementKind, TableSource};
use crate::syntax::walk;

pub const RULE: Rule = Rule {
    name: "compat/destructive-without-note",
    severity: Severity::Error,
    preset: Preset::Recommended,
    summary: native!("live data dropped without a word on rollback or backup"),
    doc: page!("compat/destructive-without-note"),
    since: "0.1.0",
    check: Check::Migration(check),
};

/// What a comment says that knows of the loss.
const WORDS: [&str; 9] =
    ["rollback", "roll back", "backup", "back up", "backed up", "restore", "revert", "undo", "irreversible"];

fn check(cx: &mut MigrationContext) {
    if !meets_clients(cx) {
        return;
    }
    let mut lost: Vec<(Span, String)> = Vec::new();
    for (step, effect) in cx.effects() {
        if let Some(what) = loses(cx, step, effect) {
            lost.push((step.span, what));
        }
    }
    lost.extend(super::drop::unfollowed_tables(cx).into_iter().map(|(span, name)| (span, format!("table `{name}`"))));
    let Some(span) = lost.first().map(|(span, _)| *span) else { return };
    if has_note(cx.file) {
        return;
    }
    let names: Vec<String> = lost.into_iter().map(|(_, what)| what).collect();
    let message = format!("live data is lost: {}; and no comment names a rollback or a backup", list(&names));
    let help = "say in a comment of the file how to roll back or which backup has the data, as in `-- Rollback: restore public.notes from the backup of 2025-01-31`";
    cx.report(span, message).help(help);
}

/// The live data that an effect throws away.
fn loses(cx: &MigrationContext, step: &Step, effect: &Effect) -> Option<String> {
    let cat = &step.before;
    let table = cat.relation(effect.relation).filter(|r| r.kind.is_table() && cx.common.is_live(r, cx.file.id))?;
    let name = cat.relation_name(table);
    if effect.object.class != Class::Relation || effect.object.oid != table.oid {
        return None;
    }
    let what = match effect.change {
        Change::Dropped if effect.object.column != 0 => {
            let column = table.column_by_number(effect.object.column)?;
            let known = column.origin.created.is_none_or(|c| c.file != cx.file.id && cx.common.is_applied(c.file));
            if column.generated.is_some() || !known || column.inherited > 0 {
                return None;
            }
            format!("column `{name}.{}`", column.name)
        }
        Change::Dropped => format!("table `{name}`"),
        Change::Truncated => format!("the rows of `{name}`"),
        Change::RowsDeleted if deletes_all(step) && !is_filled(cx.file, step, table) => format!("the rows of `{name}`"),
        _ => return None,
    };
    (!is_copied(cx.file, step, table)).then_some(what)
}

fn deletes_all(step: &Step) -> bool {
    match step.statement.as_ref().map(|s| &s.kind) {
        Some(StatementKind::Delete(delete)) => delete.filter.as_ref().is_none_or(splinter::is_true),
        _ => false,
    }
}

/// Whether a later statement puts rows into the table: reference data is often written anew so.
fn is_filled(file: &FileReplay, step: &Step, table: &Relation) -> bool {
    let later = file.steps.iter().filter(|s| s.span.start > step.span.start).flat_map(|s| s.effects.iter());
    later.into_iter().any(|e| e.change == Change::RowsInserted && e.relation == table.oid)
}

/// Whether an earlier statement of the file put the rows elsewhere, or a column's values into another column.
fn is_copied(file: &FileReplay, step: &Step, table: &Relation) -> bool {
    let reads = |earlier: &Step| {
        let Some(statement) = &earlier.statement else { return false };
        let writes = match &statement.kind {
            StatementKind::CreateTableAs(create) => {
                matches!(create.query, TableSource::Query(_)) && !create.materialized
            }
            StatementKind::Insert(_) | StatementKind::Update(_) | StatementKind::Merge(_) => true,
            _ => false,
        };
        let mut found = false;
        if writes {
            let mut visit = |name: &crate::syntax::ast::QualifiedName| {
                let oid = earlier.before.find_relation(name).ok().flatten().map_or(Oid::INVALID, |r| r.oid);
                found |= oid == table.oid;
            };
            walk::statement(statement, &mut |_| {}, &mut visit);
        }
        found
    };
    file.steps.iter().take_while(|s| s.span.start < step.span.start).any(reads)
}

fn has_note(file: &FileReplay) -> bool {
    file.comments.iter().any(|comment| {
        let text = file.source.slice(comment.span).to_ascii_lowercase();
        WORDS.iter().any(|word| text.contains(word))
    })
}
