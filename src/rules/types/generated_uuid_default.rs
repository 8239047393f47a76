//! types/generated-uuid-default: a default from uuid-ossp, where PostgreSQL has its own function.

use crate::catalog::Catalog;
use crate::rules::prelude::*;
use crate::syntax::ast::{
    AlterTableActionKind, ColumnConstraintKind, ColumnDef, Expr, ExprKind, Name, QualifiedName, StatementKind,
    TableElement,
};

pub const RULE: Rule = Rule {
    name: "types/generated-uuid-default",
    severity: Severity::Warning,
    preset: Preset::Strict,
    summary: native!("default by uuid_generate_v4() of uuid-ossp"),
    doc: page!("types/generated-uuid-default"),
    since: "0.1.0",
    check: Check::Project(|cx| cx.each_statement(check)),
};

fn check(cx: &mut StatementContext, end: &Catalog) {
    let (table, defaults) = match &cx.statement.kind {
        StatementKind::CreateTable(create) => {
            let columns = create.elements.iter().filter_map(|element| match element {
                TableElement::Column(column) => Some(&**column),
                _ => None,
            });
            (&create.name, columns.filter_map(default_of).collect::<Vec<_>>())
        }
        StatementKind::AlterTable(alter) => {
            let defaults = alter.actions.iter().filter_map(|action| match &action.kind {
                AlterTableActionKind::AddColumn { column, .. } => default_of(column),
                AlterTableActionKind::SetDefault { column, expr } => Some((column, &**expr)),
                _ => None,
            });
            (&alter.name, defaults.collect())
        }
        _ => return,
    };
    for (column, expr) in defaults {
        let ExprKind::Call(call) = &expr.kind else { continue };
        let name = (&*call.function.name == "uuid_generate_v4").then(|| stays(cx, end, table, column)).flatten();
        let Some(name) = name else { continue };
        let applied = cx.common.is_applied(cx.file.id);
        let message = format!("column `{column}` of `{name}` gets its default from uuid_generate_v4() of uuid-ossp");
        let finding = cx.report(expr.span, message);
        finding
            .help("write gen_random_uuid(): PostgreSQL has it without an extension, in every search path")
            .object(name);
        if !applied {
            finding.fix("Use gen_random_uuid()", (expr.span, "gen_random_uuid()".into()));
        }
    }
}

fn default_of(column: &ColumnDef) -> Option<(&Name, &Expr)> {
    column.constraints.iter().find_map(|c| match &c.kind {
        ColumnConstraintKind::Default(expr) => Some((&column.name, &**expr)),
        _ => None,
    })
}

/// The table's name, where the column has such a default after the last migration, too.
fn stays(cx: &StatementContext, end: &Catalog, table: &QualifiedName, column: &Name) -> Option<String> {
    let table = cx.after.find_relation(table).ok()??;
    let number = table.column(column)?.number;
    let last = end.relation(table.oid)?.column_by_number(number)?;
    let stays = cx.applied() && last.default.as_ref()?.text.contains("uuid_generate_v4");
    stays.then(|| cx.after.relation_name(table))
}
