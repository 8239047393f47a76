//! naming/require-schema: a relation, function or type is named without its schema, so that the search path decides which it is.

use crate::catalog::Lookup;
use crate::rules::prelude::*;
use crate::source::Span;
use crate::syntax::ast::{ObjectKind, ObjectName, Persistence, QualifiedName, StatementKind};

pub const RULE: Rule = Rule {
    name: "naming/require-schema",
    severity: Severity::Warning,
    preset: Preset::Strict,
    summary: native!("object named without its schema"),
    doc: page!("naming/require-schema"),
    since: "0.1.0",
    check: Check::Statement(check),
};

fn check(cx: &mut StatementContext) {
    if cx.common.is_applied(cx.file.id) {
        return;
    }
    let sets_path = |kind: &StatementKind| matches!(kind, StatementKind::Set(set) if &*set.name.text == "search_path");
    for (name, creates) in named(&cx.statement.kind) {
        if name.schema.is_some() {
            continue;
        }
        // A file that sets the path says which schema it means.
        if cx.file.steps.iter().any(|s| s.statement.as_ref().is_some_and(|s| sets_path(&s.kind))) {
            return;
        }
        let schema = if creates {
            match cx.before.creation_schema() {
                Lookup::Found(schema) => Some(schema),
                _ => None,
            }
        } else {
            // Of what is not there nothing is said: IF EXISTS, or the history is partial.
            let Ok(Some(found)) = cx.before.find_relation(name) else { continue };
            if found.is_temporary() {
                continue;
            }
            Some(found.schema)
        };
        let schema = schema.and_then(|oid| cx.before.schema(oid)).map(|s| sql_identifier(&s.name));
        let span = name.name.span;
        let finding = cx.report(span, format!("`{name}` is named without its schema"));
        finding.help("the search path decides which it is: name the schema").object(name.to_string());
        if let Some(schema) = schema {
            finding.fix("Name the schema", (Span::at(span.start), format!("{schema}.")));
        }
    }
}

/// The names of a statement, and whether it creates what they name.
fn named(kind: &StatementKind) -> Vec<(&QualifiedName, bool)> {
    use StatementKind::*;
    match kind {
        CreateTable(s) if s.persistence != Persistence::Temporary => vec![(&s.name, true)],
        CreateTableAs(s) if s.persistence != Persistence::Temporary => vec![(&s.name, true)],
        CreateView(s) if s.persistence != Persistence::Temporary => vec![(&s.name, true)],
        CreateSequence(s) if s.persistence != Persistence::Temporary => vec![(&s.name, true)],
        CreateFunction(s) => vec![(&s.name, true)],
        CreateType(s) => vec![(&s.name, true)],
        CreateDomain(s) => vec![(&s.name, true)],
        CreateIndex(s) => vec![(&s.table, false)],
        CreatePolicy(s) => vec![(&s.table, false)],
        CreateTrigger(s) => vec![(&s.table, false)],
        AlterTable(s) if s.kind != ObjectKind::Type => vec![(&s.name, false)],
        AlterPolicy(s) => vec![(&s.table, false)],
        Truncate(s) => s.tables.iter().map(|t| (t, false)).collect(),
        Drop(s) => s.objects.iter().filter_map(|o| Some((relation_of(s.kind, o)?, false))).collect(),
        Rename(s) => relation_of(s.kind, &s.object).map(|name| (name, false)).into_iter().collect(),
        _ => Vec::new(),
    }
}

fn relation_of(kind: ObjectKind, object: &ObjectName) -> Option<&QualifiedName> {
    use ObjectKind::*;
    match object {
        ObjectName::Name(name) => {
            matches!(kind, Table | View | MaterializedView | Index | Sequence | ForeignTable).then_some(name)
        }
        ObjectName::Column { relation, .. } | ObjectName::OnRelation { relation, .. } => Some(relation),
        _ => None,
    }
}
