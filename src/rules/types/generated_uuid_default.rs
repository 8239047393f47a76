//! types/generated-uuid-default: a default from uuid-ossp, where PostgreSQL has its own function.

use crate::rules::prelude::*;
use crate::syntax::ast::{
    AlterTableActionKind, ColumnConstraintKind, ColumnDef, Expr, ExprKind, Name, StatementKind, TableElement,
};

pub const RULE: Rule = Rule {
    name: "types/generated-uuid-default",
    severity: Severity::Warning,
    preset: Preset::Strict,
    summary: "default by uuid_generate_v4() of uuid-ossp",
    doc: page!("types/generated-uuid-default"),
    since: "0.1.0",
    check: Check::Statement(check),
};

fn check(cx: &mut StatementContext) {
    let (table, defaults) = match &cx.statement.kind {
        StatementKind::CreateTable(create) => {
            let columns = create.elements.iter().filter_map(|element| match element {
                TableElement::Column(column) => Some(column),
                _ => None,
            });
            (&create.name, columns.filter_map(default_of).collect::<Vec<_>>())
        }
        StatementKind::AlterTable(alter) => {
            let defaults = alter.actions.iter().filter_map(|action| match &action.kind {
                AlterTableActionKind::AddColumn { column, .. } => default_of(column),
                AlterTableActionKind::SetDefault { column, expr } => Some((column, expr)),
                _ => None,
            });
            (&alter.name, defaults.collect())
        }
        _ => return,
    };
    for (column, expr) in defaults {
        let ExprKind::Call(call) = &expr.kind else { continue };
        if &*call.function.name != "uuid_generate_v4" || !stays(cx, table, column) {
            continue;
        }
        let applied = cx.common.is_applied(cx.file.id);
        let message = format!("column `{column}` of `{table}` gets its default from uuid_generate_v4() of uuid-ossp");
        let finding = cx.report(expr.span, message);
        finding.help("write gen_random_uuid(): PostgreSQL has it without an extension, in every search path");
        if !applied {
            finding.fix("Use gen_random_uuid()", (expr.span, "gen_random_uuid()".into()));
        }
    }
}

fn default_of(column: &ColumnDef) -> Option<(&Name, &Expr)> {
    column.constraints.iter().find_map(|c| match &c.kind {
        ColumnConstraintKind::Default(expr) => Some((&column.name, expr)),
        _ => None,
    })
}

/// Whether the column has such a default after the last migration, too.
fn stays(cx: &StatementContext, table: &crate::syntax::ast::QualifiedName, column: &Name) -> bool {
    let after = cx.after.find_relation(table).ok().flatten();
    let column = after.and_then(|table| Some((table.oid, table.column(column)?.number)));
    column.is_some_and(|(oid, number)| {
        let last = cx.common.timeline.end().relation(oid).and_then(|table| table.column_by_number(number));
        let default = last.and_then(|column| column.default.as_ref());
        cx.applied() && default.is_some_and(|default| default.text.contains("uuid_generate_v4"))
    })
}
