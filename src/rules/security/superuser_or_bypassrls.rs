//! security/superuser-or-bypassrls: a role that no policy holds.

use crate::rules::prelude::*;
use crate::source::Location;
use crate::syntax::ast::{RoleSpec, StatementKind};

pub const RULE: Rule = Rule {
    name: "security/superuser-or-bypassrls",
    severity: Severity::Warning,
    preset: Preset::Recommended,
    summary: native!("role with SUPERUSER or BYPASSRLS"),
    doc: page!("security/superuser-or-bypassrls"),
    since: "0.1.0",
    check: Check::Project(check),
};

fn check(cx: &mut ProjectContext) {
    for role in cx.schema.roles() {
        let Some(location) = role.origin.changed.or(role.origin.created) else { continue };
        let was = cx.timeline.start.role(role.oid).map(|old| old.attributes);
        let gets = |has: bool, had: bool| has && !had;
        let attribute = match role.attributes {
            a if gets(a.superuser, was.is_some_and(|w| w.superuser)) => "SUPERUSER",
            a if gets(a.bypass_rls, was.is_some_and(|w| w.bypass_rls)) => "BYPASSRLS",
            _ => continue,
        };
        let statement = cx.statement_at(location).and_then(|step| step.statement.as_ref());
        let span = match statement.map(|s| &s.kind) {
            Some(StatementKind::CreateRole(create)) => create.name.span,
            Some(StatementKind::AlterRole(alter)) if matches!(alter.role, RoleSpec::Name(_)) => alter.role.span(),
            _ => location.span,
        };
        let message = format!("role `{}` has {attribute}: row level security does not hold for it", role.name);
        cx.report(Location { file: location.file, span }, message)
            .help("give the role the privileges that it needs, and policies of its own")
            .object(role.name.to_string());
    }
}
