//! lock/rename: a table, view or column that clients use gets another name.

use super::{helper_name, live, recipe, report};
use crate::catalog::RelationKind;
use crate::rules::prelude::*;
use crate::syntax::ast::{ObjectKind, ObjectName, StatementKind};

pub const RULE: Rule = Rule {
    name: "lock/rename",
    severity: Severity::Error,
    preset: Preset::Recommended,
    summary: native!("live table, view or column renamed"),
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
    let (whole, new) = (sql_name(cx.before, table), sql_identifier(&rename.to));
    let schema = &whole[..whole.len() - sql_identifier(&table.name).len()];
    let what = format!("renaming `{old}` to `{}` breaks what still says `{old}`; it", rename.to);
    if rename.kind != ObjectKind::Column {
        // The old name stands for a view again at the end of the file: nothing breaks.
        if cx.file.after.find_relation(relation).is_ok_and(|found| found.is_some_and(|r| r.kind == RelationKind::View))
        {
            return;
        }
        let statement = cx.file.source.slice(cx.step.span);
        let values = [statement, &whole, &format!("{schema}{new}")];
        let help = "keep the old name as a view of the new one until no client uses it";
        report(cx, rename.to.span, table, &what, help).recipe(recipe::RENAME, &values);
        return;
    }
    let help = "add a column with the new name, keep both filled, and drop the old one when no client uses it";
    let ty = table.column(old).filter(|c| !c.type_unknown && table.kind.is_table());
    let ty = ty.map(|column| cx.before.format_type(column.ty));
    let (function, trigger) = helper_name(cx, table, old);
    let diagnostic = report(cx, rename.to.span, table, &what, help);
    if let Some(ty) = ty {
        diagnostic.recipe(recipe::RENAME_COLUMN, &[&whole, &sql_identifier(old), &new, &ty, &function, &trigger]);
    }
}
