//! security/function-search-path: a function that finds its names by its caller's search path.

use crate::catalog::{Catalog, Function, FunctionKind, TypeKind};
use crate::replay::missing_names;
use crate::rules::md5::md5;
use crate::rules::prelude::*;
use crate::source::{Location, Span};
use crate::syntax::ast::{ArgMode, FunctionBody, StatementKind, Symbol};
use std::sync::Arc;

pub const RULE: Rule = Rule {
    name: "security/function-search-path",
    severity: Severity::Warning,
    preset: Preset::Supabase,
    summary: native!("function without a search path of its own"),
    doc: page!("security/function-search-path"),
    since: "0.1.0",
    check: Check::Project(check),
};

fn check(cx: &mut ProjectContext) {
    for (function, location) in cx.own_functions() {
        let set = function.settings.iter().any(|(name, _)| &**name == "search_path");
        if set || splinter::is_skipped(cx.schema, function.schema) || splinter::is_member(cx.schema, function.oid) {
            continue;
        }
        let name = cx.schema.display_name(function.schema, &function.name);
        let schema = splinter::schema_name(cx.schema, function.schema);
        let digest = md5(source(cx.schema, function));
        let place = place_of_clause(cx, function, location);
        let finding = cx.report(
            cx.name_location(location),
            format!("{} `{name}` has no search_path of its own", function.kind.noun()),
        );
        finding
            .help("whoever calls it decides what its names stand for: add `set search_path = ''` and write names with their schemas")
            .object(name)
            .splinter("function_search_path_mutable", &["function_search_path_mutable", schema, &function.name, &digest]);
        if let Some(place) = place {
            finding.fix("Set an empty search path", (place, " set search_path = ''".to_string()));
        }
    }
}

/// pg_proc.prosrc.
fn source<'a>(cat: &Catalog, function: &'a Function) -> &'a str {
    match function.body.as_deref() {
        Some(FunctionBody::Text(text)) => &text.text,
        Some(FunctionBody::External(_, symbol)) => &symbol.text,
        Some(_) => "",
        None if function.kind == FunctionKind::Aggregate => "aggregate_dummy",
        // Comes with a range type.
        None => match (cat.type_(function.returns.oid).map(|t| &t.kind), &function.args[..]) {
            (Some(TypeKind::Range { .. }), [_, _]) => "range_constructor2",
            (Some(TypeKind::Range { .. }), _) => "range_constructor3",
            (_, []) => "multirange_constructor0",
            (_, [arg]) if arg.mode == ArgMode::Variadic => "multirange_constructor2",
            _ => "multirange_constructor1",
        },
    }
}

/// After the body, where the body finds all that it names by schema.
fn place_of_clause(cx: &ProjectContext, function: &Arc<Function>, location: Location) -> Option<Span> {
    let statement = cx.statement_at(location)?.applied()?;
    let (StatementKind::CreateFunction(create), false) = (&statement.kind, cx.common.is_applied(location.file)) else {
        return None;
    };
    let FunctionBody::Text(body) = &*create.body else { return None };
    let same = function.body.as_ref().is_some_and(|own| Arc::ptr_eq(own, &create.body));
    let source = &cx.common.file(location.file).source.text;
    (same && is_fit(cx.schema, function, source, &body.text)).then_some(Span::at(body.span.end))
}

/// Whether the body runs under an empty search path as it does now. What it puts together while it runs is not known.
fn is_fit(cat: &Catalog, function: &Function, source: &Symbol, body: &str) -> bool {
    let mut fixed = function.clone();
    fixed.settings.push(("search_path".into(), "".into()));
    matches!(&*function.language, "sql" | "plpgsql")
        && !body.to_ascii_lowercase().contains("execute")
        && missing_names(cat, &fixed, source, &[]).is_empty()
}
