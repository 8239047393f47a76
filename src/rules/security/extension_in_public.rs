//! security/extension-in-public: an extension whose objects are in schema public.

use crate::catalog::{Class, Oid};
use crate::rules::prelude::*;
use crate::sort::{has, insert};
use crate::source::Span;
use crate::syntax::ast::StatementKind;

pub const RULE: Rule = Rule {
    name: "security/extension-in-public",
    severity: Severity::Warning,
    preset: Preset::Supabase,
    summary: native!("extension in schema public"),
    doc: page!("security/extension-in-public"),
    since: "0.1.0",
    check: Check::Project(check),
};

fn check(cx: &mut ProjectContext) {
    for extension in cx.schema.extensions() {
        let Some(created) = extension.origin.created else { continue };
        let schema = splinter::schema_name(cx.schema, extension.schema);
        if schema != "public" || !is_sure(cx.schema, extension.schema, &extension.name, extension.origin) {
            continue;
        }
        let statement = cx.statement_at(created).and_then(|step| step.statement.as_ref());
        let end = match statement.map(|s| &s.kind) {
            Some(StatementKind::CreateExtension(s)) if s.schema.is_none() && s.name.text == extension.name => {
                Some(s.name.span.end)
            }
            _ => None,
        };
        let fixable = !cx.common.is_applied(created.file)
            && cx.schema.schema_named("extensions").is_some()
            && is_found_by_path(cx, extension.oid);
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

/// Whether the migrations find what the extension brings by the default search path, which has both schemas: none of it is written
/// with `public`, and no function has a path with public alone.
fn is_found_by_path(cx: &ProjectContext, extension: Oid) -> bool {
    let mut members = Vec::new();
    for edge in cx.schema.dependents(extension) {
        let oid = edge.dependent.oid;
        let name = match edge.dependent.class {
            Class::Type => cx.schema.type_(oid).map(|t| t.name.to_string()),
            Class::Function => cx.schema.function(oid).map(|f| f.name.to_string()),
            Class::Relation => cx.schema.relation(oid).map(|r| r.name.to_string()),
            _ => None,
        };
        name.into_iter().for_each(|name| _ = insert(&mut members, name));
    }
    let public_alone = |path: &str| path.contains("public") && !path.contains("extensions");
    let mut settings = cx.schema.functions().flat_map(|f| &f.settings);
    if settings.any(|(name, path)| &**name == "search_path" && public_alone(path)) {
        return false;
    }
    cx.timeline.files.iter().all(|file| {
        let text = file.source.text.to_ascii_lowercase().replace('"', "");
        text.split("public.").skip(1).all(|rest| {
            let end = rest.find(|c: char| !crate::letters::is_of_name(c)).unwrap_or(rest.len());
            !has(&members, &rest[..end])
        })
    })
}
