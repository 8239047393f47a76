//! types/new-enum: a type whose values can be added to, but not taken away.

use crate::catalog::TypeKind;
use crate::rules::prelude::*;
use crate::source::Location;
use crate::syntax::ast::StatementKind;

pub const RULE: Rule = Rule {
    name: "types/new-enum",
    severity: Severity::Info,
    preset: Preset::Strict,
    summary: native!("enum, whose values cannot be removed"),
    doc: page!("types/new-enum"),
    since: "0.1.0",
    check: Check::Project(check),
};

fn check(cx: &mut ProjectContext) {
    let cat = cx.schema;
    for ty in cat.types() {
        let (Some(created), TypeKind::Enum(_)) = (ty.origin.created, &ty.kind) else { continue };
        if !is_sure(cat, ty.schema, &ty.name, ty.origin) || splinter::is_skipped(cat, ty.schema) {
            continue;
        }
        let statement = cx.statement_at(created).and_then(|step| step.statement.as_ref());
        let span = match statement.map(|s| &s.kind) {
            Some(StatementKind::CreateType(create)) => create.name.span(),
            _ => created.span,
        };
        let name = cat.display_name(ty.schema, &ty.name);
        cx.report(Location { file: created.file, span }, format!("`{name}` is an enum: its values cannot be removed"))
            .help("use text with a CHECK, or a table of the values and a foreign key, where the list may change")
            .object(name);
    }
}
