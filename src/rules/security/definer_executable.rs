//! security/definer-executable: clients may call a function that runs with its owner's rights.

use crate::rules::prelude::*;

pub const RULE: Rule = Rule {
    name: "security/definer-executable",
    severity: Severity::Error,
    preset: Preset::Supabase,
    summary: native!("SECURITY DEFINER function that clients may call"),
    doc: page!("security/definer-executable"),
    since: "0.1.0",
    check: Check::Project(check),
};

fn check(cx: &mut ProjectContext) {
    // Types print with their schemas: so does splinter, under an empty search path.
    let mut bare = cx.schema.clone();
    bare.session.search_path = Vec::new();
    for (function, location) in cx.own_functions() {
        let in_api =
            cx.common.is_exposed(cx.schema, function.schema) && !splinter::is_skipped(cx.schema, function.schema);
        let roles = splinter::callers(cx.schema, function);
        if !function.security_definer || !in_api || roles.is_empty() {
            continue;
        }
        let name = cx.schema.display_name(function.schema, &function.name);
        let args = bare.function_identity_arguments(function);
        let schema = splinter::schema_name(cx.schema, function.schema);
        let message = format!("{} may call `{name}({args})`, which runs with its owner's rights", roles.join(" and "));
        let finding = cx.report(cx.name_location(location), message);
        finding
            .help("revoke EXECUTE from public, anon and authenticated, make it SECURITY INVOKER, or move it out of the API's schemas")
            .object(name);
        for role in roles {
            let lint = match role {
                "anon" => "anon_security_definer_function_executable",
                _ => "authenticated_security_definer_function_executable",
            };
            finding.splinter(lint, &[lint, schema, &function.name, &args]);
        }
    }
}
