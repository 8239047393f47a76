//! rls/incomplete-commands: rows can be changed under policies, but not every command has one.

use super::{COMMANDS, permits};
use crate::catalog::Relation;
use crate::rules::prelude::*;
use crate::syntax::ast::PolicyCommand;

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
        if !table.row_security.enabled || !is_certain(cx.schema, table) {
            continue;
        }
        // Read-only and append-only tables are designs of their own; a table whose rows are changed has a life cycle.
        if !covers(table, PolicyCommand::Update) && !covers(table, PolicyCommand::Delete) {
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
        cx.report(cx.name_location(location), message).help(help).object(name);
    }
}

fn covers(table: &Relation, command: PolicyCommand) -> bool {
    table.policies.iter().any(|p| permits(p, command))
}
