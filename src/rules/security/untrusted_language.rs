//! security/untrusted-language: code that runs with the rights of the server's own process.

use crate::rules::prelude::*;
use crate::syntax::ast::{FunctionOptionKind, Name, StatementKind};

pub const RULE: Rule = Rule {
    name: "security/untrusted-language",
    severity: Severity::Warning,
    preset: Preset::Recommended,
    summary: native!("function in an untrusted language"),
    doc: page!("security/untrusted-language"),
    since: "0.1.0",
    check: Check::Statement(check),
};

const UNTRUSTED: [&str; 9] =
    ["c", "internal", "plpythonu", "plpython2u", "plpython3u", "plperlu", "pltclu", "plsh", "plr"];

fn check(cx: &mut StatementContext) {
    let language: Option<&Name> = match &cx.statement.kind {
        StatementKind::CreateFunction(create) => create.options.iter().find_map(|option| match &option.kind {
            FunctionOptionKind::Language(name) => Some(name),
            _ => None,
        }),
        StatementKind::CreateExtension(create) => Some(&create.name),
        StatementKind::Do(block) => block.language.as_ref(),
        _ => None,
    };
    let Some(language) = language.filter(|name| UNTRUSTED.contains(&&*name.text)) else { return };
    cx.report(
        language.span,
        format!("language `{language}` is untrusted: its code reads files and runs programs as the server"),
    )
    .help("write it in SQL, PL/pgSQL or another trusted language, or outside of the database");
}
