//! atomicity/merge-alter-table: several ALTER TABLEs in a row on one live table.

use crate::config::Runner;
use crate::locks;
use crate::replay::{Step, apply};
use crate::rules::prelude::*;
use crate::source::Span;
use crate::syntax;
use crate::syntax::ast::{
    AlterTable, AlterTableActionKind as Action, Name, ObjectKind, StatementKind, TableConstraintKind,
};

pub const RULE: Rule = Rule {
    name: "atomicity/merge-alter-table",
    severity: Severity::Info,
    preset: Preset::Recommended,
    summary: native!("several ALTER TABLEs in a row on one table"),
    doc: page!("atomicity/merge-alter-table"),
    since: "0.1.0",
    check: Check::Migration(check),
};

fn check(cx: &mut MigrationContext) {
    let steps = &cx.file.steps;
    let mut at = 0;
    while at < steps.len() {
        let length = run(&steps[at..]);
        if length > 1 {
            report(cx, &steps[at..at + length]);
        }
        at += length.max(1);
    }
}

/// How many ALTER TABLEs of one table the steps begin with.
fn run(steps: &[Step]) -> usize {
    let Some((first, alter)) = steps.first().and_then(|s| Some((s, altered(s)?))) else { return 0 };
    let same = |s: &&Step| {
        s.block == first.block && altered(s).is_some_and(|a| a.name == alter.name && a.name.only == alter.name.only)
    };
    steps.iter().take_while(same).count()
}

fn report(cx: &mut MigrationContext, run: &[Step]) {
    let (Some(first), Some(alter)) = (run.first(), run.first().and_then(altered)) else { return };
    let Ok(Some(table)) = first.before.find_relation(&alter.name) else { return };
    if !cx.common.is_live(table, cx.file.id) {
        return;
    }
    // In one transaction the lock is taken once anyway: what is gained is a way through the rows.
    // Foreign keys are each checked by a query of its own.
    let is_key =
        |a: &Action| matches!(a, Action::AddConstraint(c) if matches!(c.kind, TableConstraintKind::ForeignKey { .. }));
    let reads = |s: &&Step| {
        altered(s).is_some_and(|alter| !alter.actions.iter().any(|a| is_key(&a.kind)))
            && locks::of(s).iter().any(|l| l.relation == table.oid && (l.rewrite || l.scan))
    };
    let one_lock = cx.common.config.runner == Runner::Supabase || first.block.is_some();
    if one_lock && run.iter().filter(reads).count() < 2 {
        return;
    }
    let name = first.before.relation_name(table);
    let edits = merged(cx, run);
    let gain = if one_lock { "goes through the rows once" } else { "takes the lock once" };
    let finding = cx.report(first.span, format!("this ALTER TABLE and {} after it change `{name}`", run.len() - 1));
    finding.help(format!("one ALTER TABLE with all of the actions {gain}")).object(name);
    if let Some(edits) = edits {
        finding.fix_all("Merge them", edits);
    }
}

fn altered(step: &Step) -> Option<&AlterTable> {
    let Some(StatementKind::AlterTable(alter)) = step.applied().map(|s| &s.kind) else { return None };
    // Partitions come alone, and a validation is better off by itself.
    let alone = |a: &Action| {
        matches!(a, Action::ValidateConstraint { .. } | Action::AttachPartition { .. } | Action::DetachPartition { .. })
    };
    (alter.kind == ObjectKind::Table && !alter.actions.iter().any(|a| alone(&a.kind))).then_some(alter)
}

/// The edits that join them. PostgreSQL orders the actions of one statement by their kinds: where two are on the same column they stay apart.
fn merged(cx: &MigrationContext, run: &[Step]) -> Option<Vec<Edit>> {
    let text = &cx.file.source.text;
    let first = run.first()?;
    let mut joined = text.get(first.span.range())?.to_string();
    let mut names: Vec<&Name> = Vec::new();
    let mut edits = Vec::new();
    let mut end = first.span.end;
    for step in run {
        let alter = altered(step)?;
        let own: Vec<&Name> = alter.actions.iter().filter_map(|a| subject(&a.kind)).collect();
        if own.iter().any(|name| names.contains(name)) || alter.if_exists != altered(first)?.if_exists {
            return None;
        }
        names.extend(own);
        if step.span != first.span {
            let span = Span::new(end, alter.actions.first()?.span.start);
            if cx.file.comments.iter().any(|c| span.contains(c.span)) {
                return None;
            }
            joined.push_str(",\n  ");
            joined.push_str(text.get(span.end as usize..step.span.end as usize)?);
            edits.push(Edit { file: cx.file.id, span, text: ",\n  ".into() });
        }
        end = step.span.end;
    }
    let parsed = syntax::parse(&joined).statements.pop()?.result.ok()?;
    apply(&mut first.before.clone(), &parsed).ok()?;
    Some(edits)
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
