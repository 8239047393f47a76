//! atomicity/schema-and-data: a live table's definition and its rows are changed in one transaction.

use crate::catalog::Class;
use crate::config::Runner;
use crate::replay::{Change, Effect, Step};
use crate::rules::prelude::*;

pub const RULE: Rule = Rule {
    name: "atomicity/schema-and-data",
    severity: Severity::Warning,
    preset: Preset::Recommended,
    summary: native!("schema change and backfill of a live table in one transaction"),
    doc: page!("atomicity/schema-and-data"),
    since: "0.1.0",
    check: Check::Migration(check),
};

fn check(cx: &mut MigrationContext) {
    let whole_file = cx.common.config.runner == Runner::Supabase;
    let same_transaction = |a: &Step, b: &Step| a.block == b.block && (whole_file || a.block.is_some());
    let effects: Vec<(&Step, &Effect)> = cx.effects().collect();
    for (index, (step, backfill)) in effects.iter().enumerate() {
        // Rows written out in the file are no backfill.
        if !matches!(backfill.change, Change::RowsUpdated | Change::RowsDeleted) {
            continue;
        }
        let change = effects[..index]
            .iter()
            .find(|(earlier, e)| e.relation == backfill.relation && locks_out(e) && same_transaction(earlier, step));
        let (Some((earlier, _)), Some(table)) = (change, step.before.relation(backfill.relation)) else { continue };
        if !cx.common.is_live(table, cx.file.id) {
            continue;
        }
        let name = step.before.relation_name(table);
        let line = line_of(&cx.file.source.text, earlier.span.start);
        cx.report(
            step.span,
            format!("`{name}` is changed in line {line} and backfilled in the same transaction: the ACCESS EXCLUSIVE lock of the change blocks its readers until the backfill ends"),
        )
        .help("move the backfill into a migration of its own, in batches")
        .object(name);
    }
}

/// Whether a change of a table's definition takes ACCESS EXCLUSIVE on it and keeps it to the transaction's end.
fn locks_out(effect: &Effect) -> bool {
    use Change::*;
    match effect.object.class {
        // A new index on it locks out writers only, and a new foreign key is told by its constraint.
        Class::Relation => {
            effect.object.oid == effect.relation
                && matches!(
                    effect.change,
                    Created
                        | Dropped
                        | Renamed
                        | Moved
                        | Altered
                        | TypeChanged
                        | NotNullSet
                        | NotNullDropped
                        | DefaultSet
                        | DefaultDropped
                        | RowSecurityEnabled
                        | RowSecurityDisabled
                )
        }
        Class::Policy => matches!(effect.change, Created | Dropped | Altered),
        Class::Constraint => effect.change == Dropped,
        _ => false,
    }
}

fn line_of(text: &str, offset: u32) -> usize {
    text.bytes().take(offset as usize).filter(|b| *b == b'\n').count() + 1
}
