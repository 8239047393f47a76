//! security/extension-in-public: an extension whose objects are in schema public.

use crate::rules::prelude::*;
use crate::source::Span;
use crate::syntax::ast::StatementKind;

pub const RULE: Rule = Rule {
    name: "security/extension-in-public",
    severity: Severity::Warning,
    preset: Preset::Supabase,
    summary: "extension in schema public",
    doc: include_str!("../../../docs/rules/security/extension-in-public.md"),
    since: "0.1.0",
    check: Check::Project(check),
};

fn check(cx: &mut ProjectContext) {
    for extension in cx.schema.extensions() {
        let Some(created) = extension.origin.created else { continue };
        let schema = splinter::schema_name(cx.schema, extension.schema);
        if schema != "public" || cx.schema.unknowns.may_be_changed(&extension.name).is_some() {
            continue;
        }
        let statement = cx.statement_at(created).and_then(|step| step.statement.as_ref());
        // Named without WITH SCHEMA: what uses it finds it by the search path, which has both schemas.
        let end = match statement.map(|s| &s.kind) {
            Some(StatementKind::CreateExtension(s)) if s.schema.is_none() && s.name.text == extension.name => {
                Some(s.name.span.end)
            }
            _ => None,
        };
        let fixable = !cx.common.is_applied(created.file) && cx.schema.schema_named("extensions").is_some();
        let location = cx.name_location(created);
        let finding = cx.report(location, format!("extension `{}` is in schema public", extension.name));
        finding
            .help("its functions and tables are in the API: write `with schema extensions`")
            .object(format!("public.{}", extension.name))
            .splinter("extension_in_public", &["extension_in_public", &extension.name]);
        if let Some(end) = end.filter(|_| fixable) {
            finding.fix("Create it in schema extensions", (Span::at(end), " with schema extensions".to_string()));
        }
    }
}
