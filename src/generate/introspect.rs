//! What the type generators ask a server about relations: the relationships that views pass on, which views take writes, which columns are never null.

use crate::catalog::{
    Catalog, Class, Column, ConstraintKind, ObjectAddress, Oid, Relation, RelationKind, TypeKind, sql_identifier,
};
use crate::sort::insert;
use crate::sort::sort;
use crate::syntax::ast::{RuleEvent, TriggerEvent, TriggerTiming};
use std::sync::Arc;

/// A foreign key, as a table or a view that passes its columns on shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Relationship {
    pub foreign_key: String,
    pub schema: Oid,
    pub relation: Oid,
    /// None where the generator has null.
    pub columns: Vec<String>,
    pub one_to_one: bool,
    pub referenced_schema: Oid,
    pub referenced: Oid,
    pub referenced_columns: Vec<String>,
}

/// How far views and foreign keys of other schemas count.
#[derive(Clone, Copy)]
pub enum Reach<'a> {
    /// Foreign keys and views of the included schemas.
    Included,
    /// Foreign keys of any schema as far as included views show them, through views of these schemas too.
    All { views: &'a [Oid] },
}

/// The relationships of tables and views of the included schemas.
pub fn relationships(cat: &Catalog, included: &[Oid], reach: Reach) -> Vec<Relationship> {
    let mut keys: Vec<Relationship> = cat.relations().flat_map(|r| foreign_keys(cat, r)).collect();
    let is_included = |schema: Oid| included.contains(&schema);
    let own = |key: &&Relationship| is_included(key.schema);
    let shown = shown_keys(cat, included, reach);
    let none = Vec::new();
    let of = |relation: Oid, key: &str, side: Side| found(&shown, &(relation, key.to_string(), side)).unwrap_or(&none);
    let mut all: Vec<Relationship> = keys.iter().filter(own).cloned().collect();
    all.iter_mut().filter(|k| is_quoted(cat, k.schema)).for_each(lose_columns);
    // Keys of any schema are asked for once more, without naming schemas.
    if matches!(reach, Reach::Included) {
        keys.clone_from(&all);
    }
    for key in &keys {
        let sources = of(key.relation, &key.foreign_key, Side::Referencing);
        let targets = of(key.referenced, &key.foreign_key, Side::Referenced);
        let schema = |oid: Oid| cat.relation(oid).map_or(Oid::INVALID, |r| r.schema);
        for (view, columns) in sources {
            all.push(Relationship { schema: schema(*view), relation: *view, columns: columns.clone(), ..key.clone() });
        }
        if is_included(key.schema) {
            all.extend(targets.iter().map(|(view, columns)| Relationship {
                referenced_schema: schema(*view),
                referenced: *view,
                referenced_columns: columns.clone(),
                ..key.clone()
            }));
        }
        for (source, columns) in sources {
            all.extend(targets.iter().map(|(target, referenced)| Relationship {
                schema: schema(*source),
                relation: *source,
                columns: columns.clone(),
                referenced_schema: schema(*target),
                referenced: *target,
                referenced_columns: referenced.clone(),
                ..key.clone()
            }));
        }
    }
    all
}

fn is_quoted(cat: &Catalog, schema: Oid) -> bool {
    cat.schema(schema).is_some_and(|s| *sql_identifier(&s.name) != *s.name)
}

/// The generator compares the names of schemas with quoted ones (`connamespace::regnamespace`), and so finds no columns.
fn lose_columns(key: &mut Relationship) {
    key.columns.clear();
    key.referenced_columns.clear();
    key.one_to_one = false;
}

/// The foreign keys of a table, those that partitions have from their parent left out.
fn foreign_keys(cat: &Catalog, relation: &Relation) -> Vec<Relationship> {
    let own = relation.constraints.iter().filter(|c| !c.parent.is_valid());
    let key = |c: &Arc<crate::catalog::Constraint>| match &c.kind {
        ConstraintKind::ForeignKey(key) => {
            let referenced = cat.relation(key.references)?;
            Some(Relationship {
                foreign_key: c.name.to_string(),
                schema: relation.schema,
                relation: relation.oid,
                columns: names(relation, &key.columns),
                one_to_one: is_key(relation, &key.columns),
                referenced_schema: referenced.schema,
                referenced: referenced.oid,
                referenced_columns: names(referenced, &key.referenced_columns),
            })
        }
        _ => None,
    };
    own.filter_map(key).collect()
}

fn names(relation: &Relation, columns: &[u16]) -> Vec<String> {
    columns.iter().filter_map(|n| relation.column_by_number(*n)).map(|c| c.name.to_string()).collect()
}

/// Whether the columns, in this order, are those of a primary key or unique constraint in the order of the table.
fn is_key(relation: &Relation, columns: &[u16]) -> bool {
    relation.constraints.iter().any(|c| match &c.kind {
        ConstraintKind::PrimaryKey { columns: key, .. } | ConstraintKind::Unique { columns: key, .. } => {
            let mut key = key.clone();
            sort(&mut key);
            key == columns
        }
        _ => false,
    })
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Side {
    Referencing,
    Referenced,
}

/// By table, foreign key and side: the views that show all of the key's columns, and the ways to name them there.
type ShownKeys = Vec<((Oid, String, Side), Vec<(Oid, Vec<String>)>)>;

/// By relation and column: what a view calls it.
type PassedOn = Vec<((Oid, u16), Vec<String>)>;

fn shown_keys(cat: &Catalog, included: &[Oid], reach: Reach) -> ShownKeys {
    let is_view = |r: &&Arc<Relation>| matches!(r.kind, RelationKind::View | RelationKind::MaterializedView);
    let through = |schema: Oid| match reach {
        Reach::Included => included.contains(&schema),
        Reach::All { views } => included.contains(&schema) || views.contains(&schema),
    };
    let views: Vec<(Oid, PassedOn)> = cat
        .relations()
        .filter(is_view)
        .filter(|view| included.contains(&view.schema))
        .map(|view| (view.oid, passed_on(cat, view, &through)))
        .collect();
    // The sides of keys: the same columns under the same name count once, whatever tables reference them.
    let mut sides: Vec<(Oid, String, Side, Vec<u16>)> = Vec::new();
    for relation in cat.relations() {
        for constraint in &relation.constraints {
            let ConstraintKind::ForeignKey(key) = &constraint.kind else { continue };
            let name = constraint.name.to_string();
            insert(&mut sides, (relation.oid, name.clone(), Side::Referencing, key.columns.clone()));
            let is_found = || included.contains(&relation.schema) && !is_quoted(cat, relation.schema);
            if matches!(reach, Reach::All { .. }) || is_found() {
                insert(&mut sides, (key.references, name, Side::Referenced, key.referenced_columns.clone()));
            }
        }
    }
    let mut shown = ShownKeys::new();
    for (table, name, side, columns) in sides {
        for (view, passed) in &views {
            let each: Option<Vec<&Vec<String>>> =
                columns.iter().map(|column| found(passed, &(table, *column))).collect();
            let Some(each) = each.filter(|each| !each.is_empty()) else { continue };
            let ways = of_key(&mut shown, (table, name.clone(), side));
            ways.extend(combinations(&each).into_iter().map(|columns| (*view, columns)));
        }
    }
    shown
}

/// The relations' columns that a view shows, also those behind other views, and what it calls them.
fn passed_on(cat: &Catalog, view: &Relation, through: &impl Fn(Oid) -> bool) -> PassedOn {
    let mut passed = PassedOn::new();
    for column in view.live_columns() {
        let mut at = column.passes.map(|p| (p.relation, p.column));
        let mut seen = Vec::new();
        while let Some((relation, number)) = at {
            if !insert(&mut seen, relation) {
                break;
            }
            of_key(&mut passed, (relation, number)).push(column.name.to_string());
            let next = cat.relation(relation).filter(|r| through(r.schema)).and_then(|r| r.column_by_number(number));
            at = next.and_then(|c| c.passes).map(|p| (p.relation, p.column));
        }
    }
    passed
}

fn found<'a, K: Ord, V>(list: &'a [(K, Vec<V>)], key: &K) -> Option<&'a Vec<V>> {
    list.binary_search_by(|(known, _)| known.cmp(key)).ok().map(|at| &list[at].1)
}

/// What a list in order of its keys has under the key, an empty list at first.
fn of_key<K: Ord, V>(list: &mut Vec<(K, Vec<V>)>, key: K) -> &mut Vec<V> {
    let at = list.binary_search_by(|(known, _)| known.cmp(&key)).unwrap_or_else(|at| {
        list.insert(at, (key, Vec::new()));
        at
    });
    &mut list[at].1
}

fn combinations(each: &[&Vec<String>]) -> Vec<Vec<String>> {
    let mut all = vec![Vec::new()];
    for choices in each {
        all = all
            .into_iter()
            .flat_map(|chosen: Vec<String>| {
                choices.iter().map(move |choice| chosen.iter().chain([choice]).cloned().collect())
            })
            .collect();
    }
    all
}

/// The commands that a relation takes (pg_relation_is_updatable).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Writes {
    pub insert: bool,
    pub update: bool,
    pub delete: bool,
}

const ALL_WRITES: Writes = Writes { insert: true, update: true, delete: true };

impl Writes {
    fn union(self, other: Self) -> Self {
        Self {
            insert: self.insert || other.insert,
            update: self.update || other.update,
            delete: self.delete || other.delete,
        }
    }

    fn intersection(self, other: Self) -> Self {
        Self {
            insert: self.insert && other.insert,
            update: self.update && other.update,
            delete: self.delete && other.delete,
        }
    }
}

/// What a relation takes; `triggers`: INSTEAD OF triggers count.
pub fn writes(cat: &Catalog, relation: &Relation, triggers: bool) -> Writes {
    writes_of(cat, relation, triggers, None, &mut Vec::new())
}

/// Whether UPDATE reaches the column through the view itself (pg_column_is_updatable without triggers).
pub fn is_column_updatable(cat: &Catalog, relation: &Relation, column: u16) -> bool {
    let writes = writes_of(cat, relation, false, Some(&[column]), &mut Vec::new());
    writes.update && writes.delete
}

/// Whether a trigger or an unconditional rule takes whole rows of INSERT or UPDATE.
pub fn is_rewritten(relation: &Relation) -> bool {
    let fires = |event: &TriggerEvent| matches!(event, TriggerEvent::Insert | TriggerEvent::Update(_));
    let trigger = relation.triggers.iter().any(|t| t.timing == TriggerTiming::InsteadOf && t.events.iter().any(fires));
    let takes = |event: RuleEvent| matches!(event, RuleEvent::Insert | RuleEvent::Update);
    trigger || relation.rules.iter().any(|r| r.instead && !r.has_condition && takes(r.event))
}

/// What postgres_fdw says of a foreign table: its option `updatable`, or else that of its server.
fn is_foreign_updatable(cat: &Catalog, table: &Relation) -> bool {
    let Some((server, own)) = &table.foreign else { return true };
    let of_server = cat.other(*server).map_or(&[][..], |s| &s.definitions);
    let mut updatable = true;
    for definition in of_server.iter().chain(own) {
        for value in definition.text.split("updatable").skip(1) {
            let value = value.trim_start();
            let says = |no: &&str| value.get(..no.len()).is_some_and(|v| v.eq_ignore_ascii_case(no));
            updatable = !["'false'", "'off'"].iter().any(says);
        }
    }
    updatable
}

fn writes_of(
    cat: &Catalog,
    relation: &Relation,
    triggers: bool,
    columns: Option<&[u16]>,
    outer: &mut Vec<Oid>,
) -> Writes {
    match relation.kind {
        RelationKind::Table | RelationKind::PartitionedTable => return ALL_WRITES,
        RelationKind::ForeignTable if is_foreign_updatable(cat, relation) => return ALL_WRITES,
        RelationKind::View => {}
        _ => return Writes::default(),
    }
    if outer.contains(&relation.oid) {
        return Writes::default();
    }
    let mut writes = Writes::default();
    for rule in relation.rules.iter().filter(|r| r.instead && !r.has_condition) {
        match rule.event {
            RuleEvent::Insert => writes.insert = true,
            RuleEvent::Update => writes.update = true,
            RuleEvent::Delete => writes.delete = true,
            RuleEvent::Select => {}
        }
    }
    if triggers {
        for trigger in relation.triggers.iter().filter(|t| t.timing == TriggerTiming::InsteadOf) {
            for event in &trigger.events {
                match event {
                    TriggerEvent::Insert => writes.insert = true,
                    TriggerEvent::Update(_) => writes.update = true,
                    TriggerEvent::Delete => writes.delete = true,
                    TriggerEvent::Truncate => {}
                }
            }
        }
    }
    if writes == ALL_WRITES {
        return writes;
    }
    let Some(base) = cat.relation(relation.writes_to) else { return writes };
    let wanted = |c: &&Arc<Column>| columns.is_none_or(|columns| columns.contains(&c.number));
    let base_column = |c: &Arc<Column>| c.passes.filter(|p| p.relation == base.oid).map(|p| p.column);
    let updatable: Vec<u16> = relation.live_columns().filter(wanted).filter_map(base_column).collect();
    let mut own = match updatable.is_empty() {
        true => Writes { delete: true, ..Writes::default() },
        false => ALL_WRITES,
    };
    if !base.kind.is_table() {
        outer.push(relation.oid);
        own = own.intersection(writes_of(cat, base, triggers, Some(&updatable), outer));
        outer.pop();
    }
    writes.union(own)
}

/// Whether a column is NOT NULL by itself or by its domain.
pub fn is_declared_not_null(cat: &Catalog, column: &Column) -> bool {
    let of_domain = |t: &Arc<crate::catalog::Type>| matches!(&t.kind, TypeKind::Domain(domain) if domain.not_null);
    column.not_null || cat.type_(column.ty.oid).is_some_and(of_domain)
}

/// Whether a view's column is never null: a plain reference to a column that is NOT NULL, or so commented.
pub fn is_view_column_not_null(cat: &Catalog, view: &Relation, column: &Column) -> bool {
    let comment = cat.comment(ObjectAddress { class: Class::Relation, oid: view.oid, column: column.number });
    if comment.is_some_and(|text| text.lines().any(|line| line.trim() == "@notNull")) {
        return true;
    }
    let mut at = column.passes;
    // Views do not refer to themselves but by CREATE OR REPLACE; a bound on the way is enough.
    for _ in 0..1000 {
        let Some(passed) = at.filter(|p| !p.or_null) else { return false };
        let Some(relation) = cat.relation(passed.relation) else { return false };
        let Some(source) = relation.column_by_number(passed.column) else { return false };
        match relation.kind {
            RelationKind::View | RelationKind::MaterializedView => at = source.passes,
            _ => return is_declared_not_null(cat, source),
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::replay::testing::catalog;

    /// As the generators print them; tests/oracle/types-random.test.mjs found both.
    #[test]
    fn keys_of_a_schema_whose_name_needs_quotes_have_no_columns() {
        let cat = catalog(
            "create schema \"Odd Schema\"; create table \"Odd Schema\".t (a int primary key references \"Odd Schema\".t);
             create table t (a int primary key references t)",
        );
        for (schema, columns) in [("Odd Schema", 0), ("public", 1)] {
            let included: Vec<Oid> = cat.schema_named(schema).map(|s| s.oid).into_iter().collect();
            let found = relationships(&cat, &included, Reach::Included);
            let lengths: Vec<_> = found.iter().map(|k| (k.columns.len(), k.referenced_columns.len())).collect();
            assert_eq!(lengths, [(columns, columns)]);
        }
    }

    #[test]
    fn a_null_that_a_function_makes_fit_is_a_default() {
        let columns = [
            ("varchar(40)", true),
            ("timestamptz(3)", true),
            ("char", true),
            ("varchar", false),
            ("interval(3)", false),
            ("int", false),
        ];
        for (ty, stored) in columns {
            let cat = catalog(&format!("create table t (a {ty} default null)"));
            let table = cat.schema_named("public").and_then(|s| cat.relation_named(s.oid, "t"));
            let column = table.and_then(|t| t.column("a"));
            assert_eq!(column.map(|c| c.default.is_some()), Some(stored), "{ty}");
        }
    }
}
