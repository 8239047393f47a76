//! lock/rename: a table, view or column that clients use gets another name.

use super::{live, report};
use crate::rules::prelude::*;
use crate::syntax::ast::{ObjectKind, ObjectName, StatementKind};

pub const RULE: Rule = Rule {
    name: "lock/rename",
    severity: Severity::Error,
    preset: Preset::Recommended,
    summary: "live table, view or column renamed",
    doc: page!("lock/rename"),
    since: "0.1.0",
    check: Check::Statement(check),
};

fn check(cx: &mut StatementContext) {
    let StatementKind::Rename(rename) = &cx.statement.kind else { return };
    let (relation, old) = match (&rename.object, rename.kind) {
        (ObjectName::Name(name), ObjectKind::Table | ObjectKind::View | ObjectKind::MaterializedView) => {
            (name, &name.name)
        }
        (ObjectName::Column { relation, column }, ObjectKind::Column) => (relation, column),
        _ => return,
    };
    let Some(table) = live(cx, relation).filter(|r| !r.kind.is_index()) else { return };
    let what = format!("renaming `{old}` to `{}` breaks what still says `{old}`; it", rename.to);
    let help = if rename.kind == ObjectKind::Column {
        "add a column with the new name, keep both filled, and drop the old one when no client uses it"
    } else {
        "keep the old name as a view of the new one until no client uses it"
    };
    report(cx, rename.to.span, table, &what, help);
}
