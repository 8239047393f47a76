//! rls/public-bucket-listing: clients can list the files of a public bucket.

use crate::catalog::{Catalog, Policy};
use crate::rules::prelude::*;
use crate::source::Location;
use crate::syntax::ast::{Expr, ExprKind, Insert, InsertSource, PolicyCommand, QueryBody, StatementKind, Update};

pub const RULE: Rule = Rule {
    name: "rls/public-bucket-listing",
    severity: Severity::Warning,
    preset: Preset::Recommended,
    summary: native!("public bucket whose files everyone can list"),
    doc: page!("rls/public-bucket-listing"),
    since: "0.1.0",
    check: Check::Project(check),
};

/// A row of storage.buckets.
struct Bucket {
    id: String,
    name: String,
    public: Option<bool>,
    location: Location,
}

fn check(cx: &mut ProjectContext) {
    let Some(schema) = cx.schema.schema_named("storage") else { return };
    let Some(objects) = cx.schema.relation_named(schema.oid, "objects") else { return };
    let policies: Vec<&Policy> = objects.policies.iter().map(|p| &**p).filter(|p| reads(cx.schema, p)).collect();
    let certain = match cx.common.is_partial() {
        true => cx.schema.unknowns.may_be_changed("objects").is_none(),
        false => is_security_certain(cx.schema, objects),
    };
    if policies.is_empty() || !certain || cx.schema.unknowns.may_be_changed("buckets").is_some() {
        return;
    }
    for bucket in buckets(cx).into_iter().filter(|b| b.public == Some(true)) {
        let mut names: Vec<String> = Vec::new();
        for policy in policies.iter().filter(|p| lists(p.using.as_deref(), &bucket.id)) {
            names.push(format!("`{}`", policy.name));
        }
        if names.is_empty() {
            continue;
        }
        let message = format!(
            "everyone can list the files of the public bucket `{}` under policy {}",
            bucket.name,
            names.join(", ")
        );
        cx.report(bucket.location, message)
            .help("objects of a public bucket are downloaded by their address without a policy: drop it, or narrow it")
            .object(format!("storage.{}", bucket.name))
            .splinter("public_bucket_allows_listing", &["public_bucket_allows_listing", &bucket.id]);
    }
}

/// Whether clients read under the policy.
fn reads(cat: &Catalog, policy: &Policy) -> bool {
    policy.permissive
        && matches!(policy.command, PolicyCommand::Select | PolicyCommand::All)
        && super::always_true::is_for_clients(cat, policy)
}

/// Whether the condition holds for all files of the bucket: it is none, true, or `bucket_id = 'id'` alone.
fn lists(condition: Option<&Expr>, id: &str) -> bool {
    let Some(condition) = condition else { return true };
    splinter::is_true(condition)
        || compared(condition).is_some_and(|(column, value)| column == "bucket_id" && value == id)
}

/// Column and value of `column = 'value'`.
fn compared(expr: &Expr) -> Option<(&str, &str)> {
    match &expr.kind {
        ExprKind::Paren(inner) => compared(inner),
        ExprKind::Binary { op, left, right } if &**op == "=" => match &left.kind {
            ExprKind::Column(name) => Some((&**name.last()?, text(right)?)),
            _ => None,
        },
        _ => None,
    }
}

fn text(expr: &Expr) -> Option<&str> {
    match &expr.kind {
        ExprKind::String(text) => Some(text),
        ExprKind::Cast { expr, .. } | ExprKind::Paren(expr) => text(expr),
        _ => None,
    }
}

fn truth(expr: &Expr) -> Option<bool> {
    match &expr.kind {
        ExprKind::Bool(value) => Some(*value),
        _ => match text(expr)? {
            "true" | "t" => Some(true),
            "false" | "f" => Some(false),
            _ => None,
        },
    }
}

/// The buckets that the migrations leave, as far as their statements write constants.
fn buckets(cx: &ProjectContext) -> Vec<Bucket> {
    let mut buckets = Vec::new();
    for (file, step) in cx.timeline.steps() {
        let Some(statement) = step.applied() else { continue };
        match &statement.kind {
            StatementKind::Insert(insert) if is_buckets(&insert.table) => {
                apply_insert(&mut buckets, insert, Location { file: file.id, span: step.span });
            }
            StatementKind::Update(update) if is_buckets(&update.table) => apply_update(&mut buckets, update),
            StatementKind::Delete(delete) if is_buckets(&delete.table) => {
                buckets.retain(|b| selected(delete.filter.as_ref(), b) == Some(false));
            }
            _ => {}
        }
    }
    buckets
}

fn is_buckets(table: &crate::syntax::ast::QualifiedName) -> bool {
    table.schema.as_deref() == Some("storage") && &*table.name == "buckets"
}

fn apply_insert(buckets: &mut Vec<Bucket>, insert: &Insert, location: Location) {
    let InsertSource::Query(query) = &insert.source else { return };
    let rows: Vec<Vec<&Expr>> = match &query.body {
        QueryBody::Values(rows) => rows.iter().map(|row| row.iter().collect()).collect(),
        QueryBody::Select(select) if select.from.is_empty() => vec![select.targets.iter().map(|t| &t.expr).collect()],
        _ => return,
    };
    for row in rows {
        let value = |column: &str| row.get(insert.columns.iter().position(|c| &*c.name == column)?).copied();
        let Some(id) = value("id").and_then(text) else { continue };
        let public = value("public").map_or(Some(false), truth);
        match buckets.iter_mut().find(|b| b.id == id) {
            Some(old) => {
                let sets =
                    insert.on_conflict.as_ref().and_then(|c| c.update.as_ref()).map_or(&[][..], |(sets, _)| sets);
                for set in sets.iter().filter(|s| s.columns.iter().any(|c| &*c.name == "public")) {
                    // `excluded.public`: that of the row.
                    old.public = if matches!(set.value.kind, ExprKind::Column(_)) { public } else { truth(&set.value) };
                }
            }
            None => {
                let name = value("name").and_then(text).unwrap_or(id).to_string();
                buckets.push(Bucket { id: id.to_string(), name, public, location });
            }
        }
    }
}

fn apply_update(buckets: &mut [Bucket], update: &Update) {
    let Some(set) = update.assignments.iter().find(|a| a.columns.iter().any(|c| &*c.name == "public")) else { return };
    for bucket in buckets {
        match selected(update.filter.as_ref(), bucket) {
            Some(true) => bucket.public = truth(&set.value),
            Some(false) => {}
            None => bucket.public = None,
        }
    }
}

/// Whether a WHERE clause selects the bucket; `None` where it is not known.
fn selected(filter: Option<&Expr>, bucket: &Bucket) -> Option<bool> {
    let Some(filter) = filter else { return Some(true) };
    let own = |column: &str| match column {
        "id" => Some(&*bucket.id),
        "name" => Some(&*bucket.name),
        _ => None,
    };
    match &filter.kind {
        ExprKind::Paren(inner) => selected(Some(inner), bucket),
        ExprKind::InList { expr, list, negated: false } => {
            let ExprKind::Column(name) = &expr.kind else { return None };
            let own = own(name.last()?)?;
            list.iter().map(text).collect::<Option<Vec<_>>>().map(|list| list.contains(&own))
        }
        _ => {
            let (column, value) = compared(filter)?;
            Some(own(column)? == value)
        }
    }
}
