//! rls/incomplete-commands: rows can be changed under policies, but not every command has one.

use super::{COMMANDS, permits};
use crate::catalog::{Catalog, Relation};
use crate::rules::prelude::*;
use crate::syntax::ast::{FunctionBody, PolicyCommand};

pub const RULE: Rule = Rule {
    name: "rls/incomplete-commands",
    severity: Severity::Warning,
    preset: Preset::Recommended,
    summary: native!("policies for some commands only"),
    doc: page!("rls/incomplete-commands"),
    since: "0.1.0",
    check: Check::Project(check),
};

fn check(cx: &mut ProjectContext) {
    for (table, location) in cx.exposed_tables() {
        if !table.row_security.enabled || !is_security_certain(cx.schema, table) {
            continue;
        }
        // Read-only and append-only tables are designs of their own; a table whose rows are changed has a life cycle.
        if !covers(table, PolicyCommand::Update) && !covers(table, PolicyCommand::Delete) {
            continue;
        }
        // Rows that nobody deletes, or that are only added and removed, are designs too, and so are those that a function adds.
        let reads = covers(table, PolicyCommand::Select);
        if reads && (covers(table, PolicyCommand::Insert) || a_function_fills(cx.schema, &table.name)) {
            continue;
        }
        let names = |covered: bool| -> Vec<&str> {
            COMMANDS.iter().filter(|(c, _)| covers(table, *c) == covered).map(|(_, word)| *word).collect()
        };
        let missing = names(false);
        if missing.is_empty() {
            continue;
        }
        let name = cx.schema.relation_name(table);
        let message =
            format!("table `{name}` has policies for {} but none for {}", names(true).join(", "), missing.join(", "));
        let help = if missing.contains(&"SELECT") {
            "without a SELECT policy UPDATE and DELETE find no rows either: add one"
        } else {
            "clients are refused there: add the missing policies, or suppress this where only the backend may do it"
        };
        cx.report(cx.name_location(location), message).help(help).follows_from("policies", &name).object(name);
    }
}

fn covers(table: &Relation, command: PolicyCommand) -> bool {
    table.policies.iter().any(|p| permits(p, command))
}

/// Whether a function that runs with its owner's rights inserts into a table of that name, as `handle_new_user` does.
fn a_function_fills(catalog: &Catalog, table: &str) -> bool {
    catalog.functions().filter(|f| f.security_definer).any(|function| {
        let Some(FunctionBody::Text(body)) = function.body.as_deref() else { return false };
        let lower = body.text.to_ascii_lowercase();
        let mut words = lower.split(|c: char| c.is_ascii_whitespace() || c == '(');
        while words.any(|word| word == "into") {
            let name = words.next().unwrap_or_default();
            if name.rsplit('.').next().unwrap_or_default().trim_matches('"') == table {
                return true;
            }
        }
        false
    })
}
