//! schema/invalid-function-body: a body that names what is not there when it runs.

use crate::catalog::Function;
use crate::parallel;
use crate::replay::missing_names;
use crate::rules::prelude::*;
use crate::sort::insert;
use crate::source::{Location, Span};
use crate::syntax::ast::FunctionBody;

pub const RULE: Rule = Rule {
    name: "schema/invalid-function-body",
    severity: Severity::Warning,
    preset: Preset::Recommended,
    summary: native!("function body names what does not exist after the last migration"),
    doc: page!("schema/invalid-function-body"),
    since: "0.1.0",
    check: Check::Project(check),
};

/// A body that asks for one of these looks before it leaps.
const GUARDS: [&str; 14] = [
    "to_regclass",
    "to_regproc",
    "to_regtype",
    "information_schema",
    "pg_class",
    "pg_tables",
    "pg_proc",
    "pg_extension",
    "pg_available_extensions",
    "pg_namespace",
    "undefined_table",
    "undefined_function",
    "undefined_column",
    "undefined_object",
];

fn check(cx: &mut ProjectContext) {
    let own = |f: &&std::sync::Arc<Function>| f.origin.created.is_some() && f.body.is_some();
    let functions: Vec<_> = cx.schema.functions().filter(own).collect();
    let mut made = Vec::new();
    for text in functions.iter().filter_map(|f| body_text(f)) {
        made_names(text, &mut made);
    }
    for trigger in cx.schema.relations().flat_map(|r| &r.triggers) {
        trigger.transition_tables.iter().for_each(|table| _ = insert(&mut made, table.name.to_string()));
    }
    let turn = cx.turn();
    let functions: Vec<_> = functions.into_iter().filter(|_| turn.takes()).collect();
    let looks = |text: &str| {
        let lower = text.to_ascii_lowercase();
        GUARDS.iter().any(|guard| lower.contains(guard))
    };
    let (schema, timeline) = (cx.schema, cx.timeline);
    let errors = parallel::map(&functions, |function| {
        let defined = function.origin.changed.or(function.origin.created);
        match defined.filter(|_| body_text(function).is_some_and(|text| !looks(text))) {
            Some(at) => missing_names(schema, function, &timeline.file(at.file).source.text, &made),
            None => Vec::new(),
        }
    });
    for (function, errors) in functions.into_iter().zip(errors) {
        let mut seen = Vec::new();
        for error in errors {
            if !insert(&mut seen, error.message.clone()) {
                continue;
            }
            let Some(location) = place(cx, function, error.span) else { continue };
            let name = format!("{}.{}", cx.schema.schema(function.schema).map_or("", |s| &s.name), function.name);
            let message = format!("function `{name}` fails when it runs: {}", error.message);
            let diagnostic = cx.report(location, message).object(name);
            diagnostic.subject = error.subject.as_deref().cloned();
            if let Some(help) = error.hint.as_ref().or(error.detail.as_ref()) {
                diagnostic.help(help.clone());
            }
        }
    }
}

fn body_text(function: &Function) -> Option<&str> {
    match function.body.as_deref() {
        Some(FunctionBody::Text(body)) => Some(&body.text),
        _ => None,
    }
}

/// Where in the migrations an error in the body stands.
fn place(cx: &ProjectContext, function: &Function, span: Span) -> Option<Location> {
    let Some(FunctionBody::Text(body)) = function.body.as_deref() else { return None };
    let places = [function.origin.changed, function.origin.created];
    for location in places.into_iter().flatten() {
        let text = &cx.common.file(location.file).source.text;
        let Some(start) = body.body.map(|start| start as usize) else { continue };
        if text.get(start..start + body.text.len()) == Some(&*body.text) {
            return Some(Location { file: location.file, span });
        }
    }
    places.into_iter().flatten().next().map(|location| cx.name_location(location))
}

/// The relations that CREATE TABLE, VIEW and SEQUENCE in the text make.
fn made_names(text: &str, made: &mut Vec<String>) {
    let lower = text.to_ascii_lowercase();
    let mut words = lower.split(|c: char| !(crate::letters::is_of_name(c) || c == '.')).filter(|word| !word.is_empty());
    let mut creates = false;
    while let Some(word) = words.next() {
        match word {
            "create" => creates = true,
            "or" | "replace" | "temp" | "temporary" | "unlogged" | "materialized" | "recursive" => {}
            "table" | "view" | "sequence" if creates => {
                let mut name = words.next();
                while matches!(name, Some("if" | "not" | "exists")) {
                    name = words.next();
                }
                if let Some(name) = name.and_then(|name| name.rsplit('.').next()) {
                    insert(made, name.to_string());
                }
                creates = false;
            }
            _ => creates = false,
        }
    }
}
