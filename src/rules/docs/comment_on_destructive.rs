//! docs/comment-on-destructive: a statement throws rows or columns away without a comment that says why.

use crate::catalog::Class;
use crate::replay::{Change, Step};
use crate::rules::prelude::*;
use crate::source::Span;

pub const RULE: Rule = Rule {
    name: "docs/comment-on-destructive",
    severity: Severity::Warning,
    preset: Preset::Strict,
    summary: native!("rows or columns thrown away without a comment"),
    doc: page!("docs/comment-on-destructive"),
    since: "0.1.0",
    check: Check::Migration(check),
};

fn check(cx: &mut MigrationContext) {
    let mut above: Option<(&Step, bool)> = None;
    for step in &cx.file.steps {
        // A comment stands for the statements that follow each other below it.
        let follows = above.is_some_and(|(last, commented)| commented && is_next(cx, last.end, step.span.start, 1));
        let commented = follows || is_commented(cx, step);
        above = Some((step, commented));
        if commented {
            continue;
        }
        if let Some(what) = destroys(cx, step) {
            let message = format!("this {what}, and no comment beside it says why");
            cx.report(step.span, message).help("write a comment on the line above it");
        }
    }
}

/// What a statement throws away that was there before the file.
fn destroys(cx: &MigrationContext, step: &Step) -> Option<String> {
    step.effects.iter().find_map(|e| {
        let cat = &step.before;
        let table = cat.relation(e.relation).filter(|r| r.kind.is_table() && !r.is_temporary())?;
        let here = |o: crate::catalog::Origin| o.created.is_some_and(|c| c.file == cx.file.id);
        if e.object.class != Class::Relation || e.object.oid != table.oid || here(table.origin) {
            return None;
        }
        let name = cat.relation_name(table);
        match e.change {
            Change::Dropped if e.object.column != 0 => {
                let column = table.column_by_number(e.object.column).filter(|c| !here(c.origin))?;
                Some(format!("drops column `{name}.{}`", column.name))
            }
            Change::Dropped => Some(format!("drops table `{name}`")),
            Change::Truncated => Some(format!("empties `{name}`")),
            Change::RowsDeleted => Some(format!("deletes rows of `{name}`")),
            _ => None,
        }
    })
}

/// A comment that ends above, with a blank line between at most, or stands in the statement or at the end of its line.
fn is_commented(cx: &MigrationContext, step: &Step) -> bool {
    let comments = &cx.file.comments;
    let above = comments.partition_point(|comment| comment.span.start < step.span.start);
    let within = comments.get(above).is_some_and(|comment| comment.span.start <= line_end(cx, step.end));
    within || above > 0 && is_next(cx, comments[above - 1].span.end, step.span.start, 2)
}

fn line_end(cx: &MigrationContext, at: u32) -> u32 {
    let rest = cx.file.source.text.get(at as usize..).unwrap_or("");
    at + rest.find('\n').unwrap_or(rest.len()) as u32
}

/// Whether nothing but the ends of so many lines lies between the two places.
fn is_next(cx: &MigrationContext, end: u32, start: u32, lines: usize) -> bool {
    if end > start {
        return false;
    }
    let between = cx.file.source.slice(Span::new(end, start));
    between.trim().is_empty() && between.matches('\n').count() <= lines
}
