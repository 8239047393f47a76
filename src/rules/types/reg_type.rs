//! types/reg-type: a column of a type that stops pg_upgrade.

use crate::catalog::Oid;
use crate::rules::prelude::*;
use crate::source::Location;

pub const RULE: Rule = Rule {
    name: "types/reg-type",
    severity: Severity::Warning,
    preset: Preset::Supabase,
    summary: native!("column of a reg type that pg_upgrade refuses"),
    doc: page!("types/reg-type"),
    since: "0.1.0",
    check: Check::Project(check),
};

/// Object identifiers of the catalog that an upgrade gives anew; regclass, regrole and regtype keep theirs.
const TYPES: [&str; 8] =
    ["regcollation", "regconfig", "regdictionary", "regnamespace", "regoper", "regoperator", "regproc", "regprocedure"];

fn check(cx: &mut ProjectContext) {
    for (relation, created) in cx.own_relations() {
        for column in relation.live_columns() {
            let Some(ty) = cx.schema.type_(column.ty.oid).filter(|t| t.oid < Oid::FIRST_USER) else { continue };
            if !TYPES.contains(&&*ty.name) {
                continue;
            }
            let location = match column.origin.created {
                Some(at) if !column.span.is_empty() => Location { file: at.file, span: column.span },
                _ => cx.name_location(created),
            };
            let name = cx.schema.relation_name(relation);
            let message =
                format!("column `{}` of `{name}` has type {}, which pg_upgrade refuses", column.name, ty.name);
            let (schema, relation) = splinter::names(cx.schema, relation);
            cx.report(location, message)
                .help("keep the object's name as text, or use regclass, regrole or regtype")
                .object(name)
                .splinter("unsupported_reg_types", &["unsupported_reg_types", schema, relation, &column.name]);
        }
    }
}
