//! lock/change-type: a change of a column's type that PostgreSQL cannot make in the catalog alone.

use super::{actions, certain_lock, helper_name, recipe, report};
use crate::rules::prelude::*;
use crate::syntax::ast::{AlterTableActionKind as Action, Expr, ExprKind};

pub const RULE: Rule = Rule {
    name: "lock/change-type",
    severity: Severity::Error,
    preset: Preset::Recommended,
    summary: native!("change of a column's type that rewrites or reads a live table"),
    doc: page!("lock/change-type"),
    since: "0.1.0",
    check: Check::Statement(check),
};

fn check(cx: &mut StatementContext) {
    for (table, action) in actions(cx) {
        let Action::ColumnType { column, ty, using, .. } = &action.kind else { continue };
        let Some(lock) = certain_lock(cx, table) else { continue };
        if !(lock.rewrite || lock.scan || lock.build) {
            continue;
        }
        let help = "add a column of the new type, keep it filled with a trigger, fill it in batches, and swap the two";
        let name = |suffix: &str| sql_identifier(&format!("{column}{suffix}"));
        let ty = cx.file.source.slice(ty.span);
        let (function, trigger) = helper_name(cx, table, column);
        let whole = sql_name(cx.before, table);
        // Without USING the new value is what an assignment makes of the old one: a cast would cut what is too long.
        let value = using.as_ref().map_or_else(|| name(""), |_| format!("{}::{ty}", name("")));
        let values = [&*whole, &name(""), &name("_new"), ty, &function, &trigger, &name("_old"), &value];
        // A USING that is more than a cast of the column needs thought.
        let is_cast = |using: &Expr| matches!(&using.kind, ExprKind::Cast { expr, .. } if matches!(expr.kind, ExprKind::Column(_)));
        let plain = using.as_ref().is_none_or(is_cast) && table.column(column).is_some_and(|c| c.generated.is_none());
        let diagnostic = report(cx, column.span, table, &format!("the new type of `{column}`"), help);
        if plain {
            diagnostic.recipe(recipe::CHANGE_TYPE, &values);
        }
    }
}
