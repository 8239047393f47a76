//! atomicity/merge-alter-table: several ALTER TABLEs in a row on one live table.

use crate::replay::{Step, apply};
use crate::rules::prelude::*;
use crate::source::Span;
use crate::syntax;
use crate::syntax::ast::{AlterTable, AlterTableActionKind as Action, Name, ObjectKind, StatementKind};

pub const RULE: Rule = Rule {
    name: "atomicity/merge-alter-table",
    severity: Severity::Info,
    preset: Preset::Recommended,
    summary: "several ALTER TABLEs in a row on one table",
    doc: page!("atomicity/merge-alter-table"),
    since: "0.1.0",
    check: Check::Migration(check),
};

fn check(cx: &mut MigrationContext) {
    for pair in cx.file.steps.windows(2) {
        let [first, second] = pair else { continue };
        let (Some(before), Some(alter)) = (altered(first), altered(second)) else { continue };
        if before.name != alter.name || before.name.only != alter.name.only || first.block != second.block {
            continue;
        }
        let Ok(Some(table)) = first.before.find_relation(&alter.name) else { continue };
        if !cx.common.is_live(table, cx.file.id) {
            continue;
        }
        let name = first.before.relation_name(table);
        let fix = merged(cx, first, before, second, alter);
        let finding = cx.report(second.span, format!("this ALTER TABLE and the one before it both change `{name}`"));
        finding
            .help("one ALTER TABLE with both actions takes the lock once, and goes through the rows once")
            .object(name);
        if let Some(edit) = fix {
            finding.fix("Merge the two", edit);
        }
    }
}

fn altered(step: &Step) -> Option<&AlterTable> {
    let Some(StatementKind::AlterTable(alter)) = step.applied().map(|s| &s.kind) else { return None };
    // Partitions come alone, and a validation is better off by itself.
    let alone = |a: &Action| {
        matches!(
            a,
            Action::ValidateConstraint { .. } | Action::AttachPartition { .. } | Action::DetachPartition { .. }
        )
    };
    (alter.kind == ObjectKind::Table && !alter.actions.iter().any(|a| alone(&a.kind))).then_some(alter)
}

/// The edit that joins the second to the first. PostgreSQL orders the actions of one statement by their kinds: two on the same column stay apart.
fn merged(
    cx: &MigrationContext,
    first: &Step,
    before: &AlterTable,
    second: &Step,
    alter: &AlterTable,
) -> Option<(Span, String)> {
    let between = Span::new(first.span.end, alter.actions.first()?.span.start);
    let names = |alter: &AlterTable| -> Vec<Name> { alter.actions.iter().filter_map(|a| subject(&a.kind)).cloned().collect() };
    let (earlier, later) = (names(before), names(alter));
    let comment = cx.file.comments.iter().any(|c| between.contains(c.span));
    if comment || before.if_exists != alter.if_exists || later.iter().any(|name| earlier.contains(name)) {
        return None;
    }
    let text = &cx.file.source.text;
    let joined = format!(
        "{},\n  {}",
        text.get(first.span.range())?,
        text.get(between.end as usize..second.span.end as usize)?
    );
    let parsed = syntax::parse(&joined).statements.pop()?.result.ok()?;
    apply(&mut first.before.clone(), &parsed).ok()?;
    Some((between, ",\n  ".into()))
}

/// The column or constraint that an action is about.
fn subject(action: &Action) -> Option<&Name> {
    match action {
        Action::AddColumn { column, .. } => Some(&column.name),
        Action::AddConstraint(constraint) => constraint.name.as_ref(),
        Action::DropColumn { column, .. }
        | Action::ColumnType { column, .. }
        | Action::SetDefault { column, .. }
        | Action::DropDefault { column }
        | Action::SetNotNull { column }
        | Action::DropNotNull { column }
        | Action::SetExpression { column, .. }
        | Action::DropExpression { column, .. }
        | Action::AddIdentity { column, .. }
        | Action::SetIdentity { column, .. }
        | Action::DropIdentity { column, .. } => Some(column),
        Action::DropConstraint { name, .. } => Some(name),
        _ => None,
    }
}
