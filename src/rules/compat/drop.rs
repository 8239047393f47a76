//! compat/drop-*: something that clients use is gone at the end of the migration.

use super::{ColumnChange, created, missing_columns, own_name, touched};
use super::{Touched, changed_columns, class_of, is_filled_by_trigger, is_trigger_function, list, lost, meets_clients};
use crate::catalog::{
    Catalog, Class, Column, Constraint, ConstraintKind, Index, Policy, Relation, RelationKind, TypeKind,
};
use crate::replay::{Change, Step, Verdict};
use crate::rules::prelude::*;
use crate::source::Span;
use crate::syntax::ast::{Behavior, ExprKind, ObjectKind, ObjectName, PolicyCommand, StatementKind, Symbol};

/// What is dropped, what clients do with it, and what to do instead.
struct Case {
    what: &'static str,
    use_of: &'static str,
    help: &'static str,
}

macro_rules! cases {
    ($($constant:ident $name:literal $summary:literal, $what:literal, $use_of:literal, $help:literal;)+) => {
        $(rule!($constant, $name, $summary, check);)+
        const CASES: &[Case] = &[$(Case { what: $what, use_of: $use_of, help: $help }),+];
    };
}

cases! {
    TABLE "drop-table" "live table dropped", "table", "read or write it",
        "deploy clients that no longer use it, and drop it in a later migration";
    COLUMN "drop-column" "column of a live table dropped", "column", "read or write it",
        "deploy clients that no longer name it, and drop it in a later migration";
    VIEW "drop-view" "view dropped that clients may read", "view", "read it",
        "keep it until no client reads it";
    SCHEMA "drop-schema" "schema dropped that clients may use", "schema", "use what was in it",
        "drop what is in it first, when no client uses it";
    FUNCTION "drop-function" "function dropped that clients may call", "function", "call it",
        "keep it, perhaps as a wrapper of what replaces it, until no client calls it";
    TYPE "drop-type" "type dropped that clients may use", "type", "name it or write its values",
        "keep it until no client names it";
    SEQUENCE "drop-sequence" "sequence dropped that clients may use", "sequence", "take numbers from it",
        "keep it until no client takes numbers from it";
    CONSTRAINT "drop-constraint" "constraint dropped that clients rely on", "constraint", "rely on it",
        "add its successor in the same migration, or deploy clients that do without it first";
    DEFAULT "drop-default" "default dropped that clients rely on", "default", "",
        "deploy clients that give a value first, or let a trigger fill it meanwhile";
    NOT_NULL "drop-not-null" "column that may be null from now on", "not-null", "",
        "deploy clients that can read null first";
    EXTENSION "drop-extension" "extension dropped that clients may use", "extension", "use what it brings",
        "keep it until no client uses it";
    DOMAIN "drop-domain" "domain dropped that clients may use", "domain", "name it",
        "keep it until no client names it";
    DATABASE "drop-database" "database dropped", "database", "connect to it",
        "drop databases by hand, never in a migration";
    POLICY "drop-policy" "policy dropped without which clients are refused", "policy", "",
        "create the policy that replaces it in the same migration";
    TRIGGER "drop-trigger" "trigger dropped whose work clients rely on", "trigger", "",
        "create the trigger that replaces it in the same migration, or let clients do its work first";
    INDEX "drop-index" "index dropped that queries may use", "index", "",
        "look at pg_stat_user_indexes first, and build its successor before you drop it";
    GENERATED "drop-generated-expression" "generated column that becomes a plain one", "generated-expression", "",
        "let a trigger fill it until clients write it";
}

fn check(cx: &mut MigrationContext) {
    let what = cx.common.rule.name.strip_prefix("compat/drop-").unwrap_or_default();
    let Some(case) = CASES.iter().find(|case| case.what == what) else { return };
    if !meets_clients(cx) {
        return;
    }
    for (span, message, object) in found(cx, case) {
        cx.report(span, message).help(case.help).object(object);
    }
}

fn found(cx: &MigrationContext, case: &Case) -> Vec<(Span, String, String)> {
    match case.what {
        "default" => columns(cx, Change::DefaultDropped, case),
        "not-null" => columns(cx, Change::NotNullDropped, case),
        "generated-expression" => columns(cx, Change::Altered, case),
        "database" => unfollowed(cx, case),
        _ => {
            let mut found = unfollowed(cx, case);
            for gone in touched(cx, Change::Dropped).iter().filter(|t| word(t) == case.what && !t.may_be_back(cx)) {
                if let Some(message) = judge(cx, gone, case) {
                    found.push((gone.span, message, gone.shown().replace("` on `", " on ")));
                }
            }
            found
        }
    }
}

/// What the object is, as the rules' names say it.
fn word(gone: &Touched) -> &'static str {
    let (cat, object) = (gone.start, gone.object);
    match object.class {
        Class::Relation if object.column != 0 => "column",
        Class::Relation => cat.relation(object.oid).map_or("", |r| match r.kind {
            RelationKind::Table | RelationKind::PartitionedTable | RelationKind::ForeignTable => "table",
            RelationKind::View | RelationKind::MaterializedView => "view",
            RelationKind::Index | RelationKind::PartitionedIndex => "index",
            RelationKind::Sequence => "sequence",
            RelationKind::CompositeType => "",
        }),
        Class::Type => cat.type_(object.oid).map_or("", |t| match t.kind {
            TypeKind::Domain(_) => "domain",
            TypeKind::Array(_) | TypeKind::Multirange(_) | TypeKind::Shell => "",
            TypeKind::Composite(row) if cat.relation(row).is_some_and(|r| r.kind != RelationKind::CompositeType) => "",
            _ => "type",
        }),
        Class::Function => "function",
        Class::Schema => "schema",
        Class::Extension => "extension",
        Class::Constraint => "constraint",
        Class::Trigger => "trigger",
        Class::Policy => "policy",
        _ => "",
    }
}

/// What clients miss, if anything.
fn judge(cx: &MigrationContext, gone: &Touched, case: &Case) -> Option<String> {
    let back = gone.namesake(cx);
    match case.what {
        "table" => match back.and_then(|oid| cx.after.relation(oid)) {
            Some(again) => table_again(cx, gone, again),
            None => Some(plainly(cx, gone, case)),
        },
        "column" => column(cx, gone, case),
        "type" => match back.and_then(|oid| cx.after.type_(oid)) {
            Some(again) => labels_missing(gone, &again.kind),
            // What becomes of the columns that had it is told of by their rules.
            None if gone.start.relations().any(|r| r.live_columns().any(|c| c.ty.oid == gone.object.oid)) => None,
            None => Some(plainly(cx, gone, case)),
        },
        "function" if gone.start.function(gone.object.oid).is_none_or(|f| is_trigger_function(f)) => None,
        "sequence" if gone.table()?.sequence.as_ref().is_some_and(|s| s.owned_by.is_some()) => None,
        "constraint" => constraint(cx, gone),
        "policy" => policy(cx, gone),
        "trigger" => trigger(cx, gone),
        "index" => index(cx, gone),
        _ => back.is_none().then(|| plainly(cx, gone, case)),
    }
}

fn plainly(cx: &MigrationContext, gone: &Touched, case: &Case) -> String {
    let (name, along) = (gone.shown(), lost::along(cx, gone));
    format!("dropping {} `{name}` breaks clients that still {}{along}", case.what, case.use_of)
}

/// A table of the same name: with which columns, and with rows?
fn table_again(cx: &MigrationContext, gone: &Touched, again: &Relation) -> Option<String> {
    let missing: Vec<String> = missing_columns(gone.table()?, again).iter().map(|c| format!("`{}`", c.name)).collect();
    let without = match missing.is_empty() {
        false => format!("without {}", list(&missing)),
        true if again.kind.is_table() && !is_filled(cx, again) => "without its rows".to_string(),
        true => return None,
    };
    Some(format!("table `{}` is dropped and made again {without}", gone.shown()))
}

/// Whether a statement puts rows into the new table: those of the old one, where it has any.
fn is_filled(cx: &MigrationContext, again: &Relation) -> bool {
    cx.effects().filter(|(_, e)| e.relation == again.oid && e.object.oid == again.oid).any(|(step, e)| {
        let with_rows =
            matches!(step.statement.as_ref().map(|s| &s.kind), Some(StatementKind::CreateTableAs(s)) if s.with_data);
        e.change == Change::RowsInserted || (e.change == Change::Created && with_rows)
    })
}

fn column(cx: &MigrationContext, gone: &Touched, case: &Case) -> Option<String> {
    // A view that is not there any more is told of by its own rule.
    let table = cx.after.relation(gone.relation)?;
    let old = gone.table()?.column_by_number(gone.object.column)?;
    let Some(again) = table.column(&old.name) else { return Some(plainly(cx, gone, case)) };
    let (was, is) = (gone.start.format_type(old.ty), cx.after.format_type(again.ty));
    let how = if was != is && !old.type_unknown && !again.type_unknown {
        format!("as {is}: it was {was}")
    } else if again.generated.is_some() || again.number == old.number || is_filled_again(cx, gone) {
        return None;
    } else {
        "without its values".to_string()
    };
    Some(format!("column `{}` is dropped and made again {how}", gone.shown()))
}

fn is_filled_again(cx: &MigrationContext, gone: &Touched) -> bool {
    cx.effects().any(|(_, e)| e.change == Change::RowsUpdated && e.relation == gone.relation)
}

fn labels_missing(gone: &Touched, again: &TypeKind) -> Option<String> {
    let TypeKind::Enum(before) = &gone.start.type_(gone.object.oid)?.kind else { return None };
    let TypeKind::Enum(after) = again else { return None };
    let missing: Vec<String> = before.iter().filter(|l| !after.contains(l)).map(|l| format!("'{l}'")).collect();
    if missing.is_empty() {
        return None;
    }
    Some(format!("type `{}` is dropped and made again without {}", gone.shown(), list(&missing)))
}

fn constraint(cx: &MigrationContext, gone: &Touched) -> Option<String> {
    let (before, table) = (gone.table()?, cx.after.relation(gone.relation)?);
    let old = before.constraints.iter().find(|c| c.oid == gone.object.oid)?;
    let columns = names(before, old.kind.columns());
    if columns.iter().any(|name| table.column(name).is_none()) {
        return None;
    }
    match &old.kind {
        ConstraintKind::Unique { .. } => {
            let same = |i: &Index| i.unique && i.filter.is_none() && same_set(&columns, &key_names(table, i));
            if indexes(cx.after, table).any(same) {
                return None;
            }
            let list = columns.join(", ");
            Some(format!("without unique constraint `{}`, clients' `on conflict ({list})` fails", gone.shown()))
        }
        // What the API shows of other tables in a row, it finds by foreign keys.
        ConstraintKind::ForeignKey(key) => {
            let target = gone.start.relation(key.references)?;
            let name = gone.start.relation_name(target);
            let same = |c: &Constraint| match &c.kind {
                ConstraintKind::ForeignKey(other) => {
                    names(table, &other.columns) == columns
                        && cx.after.relation(other.references).is_some_and(|t| cx.after.relation_name(t) == name)
                }
                _ => false,
            };
            let is_exposed = |r: &Relation| cx.common.is_exposed(cx.after, r.schema);
            let is_gone = cx.after.relation(key.references).is_none();
            if is_gone || !is_exposed(before) || !is_exposed(target) || table.constraints.iter().any(|c| same(c)) {
                return None;
            }
            Some(format!("without foreign key `{}`, clients can no longer embed `{name}` in the API", gone.shown()))
        }
        _ => None,
    }
}

fn names(table: &Relation, columns: &[u16]) -> Vec<Symbol> {
    columns.iter().filter_map(|n| table.column_by_number(*n)).map(|c| c.name.clone()).collect()
}

/// The columns of an index, or the text of its expressions.
fn key_names(table: &Relation, index: &Index) -> Vec<Symbol> {
    index.keys.iter().map(|k| table.column_by_number(k.column).map_or(&k.text, |c| &c.name).clone()).collect()
}

fn same_set(a: &[Symbol], b: &[Symbol]) -> bool {
    a.len() == b.len() && a.iter().all(|name| b.contains(name))
}

fn indexes<'c>(cat: &'c Catalog, table: &'c Relation) -> impl Iterator<Item = &'c Index> {
    table.indexes.iter().filter_map(|oid| cat.relation(*oid)?.index.as_deref())
}

fn index(cx: &MigrationContext, gone: &Touched) -> Option<String> {
    let old = gone.start.relation(gone.object.oid)?;
    let index = old.index.as_ref().filter(|i| i.valid)?;
    let (before, table) = (gone.start.relation(index.table)?, cx.after.relation(index.table)?);
    let keys = key_names(before, index);
    let leads = |other: &Index| key_names(table, other).first() == keys.first();
    let is_same = |other: &Index| other.unique && other.filter.is_none() && same_set(&keys, &key_names(table, other));
    let still_there = index.keys.iter().all(|k| k.column == 0 || table.column_by_number(k.column).is_some());
    let unique = index.unique && index.filter.is_none();
    if !still_there || indexes(cx.after, table).any(|i| if unique { is_same(i) } else { leads(i) }) {
        return None;
    }
    let (name, on, list) = (gone.shown(), cx.after.relation_name(table), keys.join(", "));
    Some(if unique {
        format!("without unique index `{name}`, clients' `on conflict ({list})` on `{on}` fails")
    } else {
        format!("without index `{name}`, queries by ({list}) read all of `{on}`")
    })
}

fn trigger(cx: &MigrationContext, gone: &Touched) -> Option<String> {
    let (before, table) = (gone.table()?, cx.after.relation(gone.relation)?);
    let old = before.triggers.iter().find(|t| t.oid == gone.object.oid && t.enabled)?;
    let function = gone.start.function(old.function)?;
    let here = |t: &crate::catalog::Trigger| t.origin.created.is_some_and(|c| c.file == cx.file.id);
    let replaced = table.triggers.iter().any(|t| {
        t.name == old.name
            || cx.after.function(t.function).is_some_and(|f| f.name == function.name)
            || (here(t) && t.timing == old.timing && t.events.iter().any(|e| old.events.contains(e)))
    });
    if replaced {
        return None;
    }
    let (name, calls) = (gone.shown(), gone.start.display_name(function.schema, &function.name));
    Some(format!("without trigger `{name}`, what clients write is no longer seen by `{calls}`"))
}

const COMMANDS: [(PolicyCommand, &str); 4] = [
    (PolicyCommand::Select, "read"),
    (PolicyCommand::Insert, "insert"),
    (PolicyCommand::Update, "update"),
    (PolicyCommand::Delete, "delete"),
];

/// A permissive policy, when no other lets its roles do what it let them do.
fn policy(cx: &MigrationContext, gone: &Touched) -> Option<String> {
    let (before, table) = (gone.table()?, cx.after.relation(gone.relation)?);
    let old = before.policies.iter().find(|p| p.oid == gone.object.oid && p.permissive)?;
    if !before.row_security.enabled || !table.row_security.enabled {
        return None;
    }
    let of = |p: &Policy, command| p.command == command || p.command == PolicyCommand::All;
    let still = |command| {
        let open: Vec<&Policy> =
            table.policies.iter().map(|p| &**p).filter(|p| p.permissive && of(p, command)).collect();
        old.roles.iter().all(|role| {
            cx.after.role(*role).is_some_and(|r| r.attributes.bypass_rls)
                || open.iter().any(|p| p.roles.contains(role) || p.roles.iter().any(|r| !r.is_valid()))
                // Who is not signed in had nothing of a condition on who is.
                || (!role.is_valid() && !open.is_empty() && asks_who(old))
        })
    };
    let refused: Vec<String> =
        COMMANDS.iter().filter(|(c, _)| of(old, *c) && !still(*c)).map(|(_, verb)| verb.to_string()).collect();
    if refused.is_empty() {
        return None;
    }
    let role = |oid: &crate::catalog::Oid| cx.after.role(*oid).map_or("clients".into(), |r| format!("`{}`", r.name));
    let roles: Vec<String> = old.roles.iter().map(role).collect();
    Some(format!("without policy `{}`, {} can no longer {}", gone.shown(), list(&roles), refused.join(", ")))
}

fn asks_who(policy: &Policy) -> bool {
    let text = |d: &crate::catalog::Definition| d.text.contains("auth.") || d.text.contains("current_setting");
    text(&policy.using_definition) || text(&policy.with_check_definition)
}

/// A default, NOT NULL or generation expression that a column had and has no more.
fn columns(cx: &MigrationContext, change: Change, case: &Case) -> Vec<(Span, String, String)> {
    let mut found = Vec::new();
    for ColumnChange { touched, before, table, after } in changed_columns(cx, change) {
        let shown = touched.shown();
        let is_given = |c: &Column| c.default.is_some() || c.identity.is_some() || c.generated.is_some();
        let message = match case.what {
            "not-null" if !after.not_null && (before.not_null || before.type_unknown) => {
                format!("`{shown}` may be null from now on, which clients that read it do not expect")
            }
            "default" if !is_given(after) && had_default(before) && !is_filled_by_trigger(table) => {
                match after.not_null {
                    true => format!("without its default, inserts that leave out `{shown}` fail"),
                    false => format!("without its default, inserts that leave out `{shown}` put null there"),
                }
            }
            "generated-expression"
                if before.generated.is_some() && after.generated.is_none() && !is_filled_by_trigger(table) =>
            {
                format!("`{shown}` is no longer computed: rows that clients write have null there")
            }
            _ => continue,
        };
        found.push((touched.span, message, shown));
    }
    found
}

fn had_default(column: &Column) -> bool {
    match &column.default {
        Some(default) => !default.expr.as_ref().is_some_and(|e| matches!(e.kind, ExprKind::Null)),
        // Of a column that is only taken to exist that is not known.
        None => column.type_unknown,
    }
}

/// DROP of what the files do not have: databases, and what a partial history is taken to have.
fn unfollowed(cx: &MigrationContext, case: &Case) -> Vec<(Span, String, String)> {
    let mut found = Vec::new();
    for step in &cx.file.steps {
        let Some(StatementKind::Drop(drop)) = step.statement.as_ref().map(|s| &s.kind) else { continue };
        let is_database = drop.kind == ObjectKind::Database;
        let is_unknown = cx.common.is_partial() && matches!(step.verdict, Verdict::Unknown(_));
        if !is_database && (!is_unknown || class_of(drop.kind) == Class::Other) {
            continue;
        }
        let what = match drop.kind {
            ObjectKind::MaterializedView => "view",
            ObjectKind::ForeignTable => "table",
            ObjectKind::Procedure | ObjectKind::Routine | ObjectKind::Aggregate => "function",
            // Whether others take their place is not known.
            ObjectKind::Index | ObjectKind::Policy | ObjectKind::Trigger => continue,
            kind => kind.noun(),
        };
        // A type that no column has any more is seldom named.
        let seldom = matches!(what, "type" | "domain") && drop.behavior != Behavior::Cascade;
        for object in drop.objects.iter().filter(|_| what == case.what && !seldom) {
            let Some(bare) = own_name(object) else { continue };
            let creates = |s: &Step| s.statement.as_ref().and_then(created).is_some_and(|n| n == bare);
            let shown = match object {
                // Without arguments it may be a trigger's, which no client calls.
                ObjectName::Routine(r) if r.args.as_ref().is_none_or(|args| args.is_empty()) => continue,
                ObjectName::Routine(routine) => routine.name.to_string(),
                ObjectName::Type(ty) => ty.name.to_string(),
                ObjectName::Name(name) => name.to_string(),
                _ => continue,
            };
            if !cx.file.steps.iter().any(creates) {
                let message = format!("dropping {what} `{shown}` breaks clients that still {}", case.use_of);
                found.push((object.span(), message, shown));
            }
        }
    }
    found
}

/// The tables of a partial history that the file drops.
pub(super) fn unfollowed_tables(cx: &MigrationContext) -> Vec<(Span, String)> {
    let case = CASES.iter().find(|case| case.what == "table");
    case.map_or_else(Vec::new, |case| unfollowed(cx, case).into_iter().map(|(span, _, name)| (span, name)).collect())
}
