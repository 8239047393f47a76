//! The schema that the chain leaves, as SQL that makes the same on a fresh database with the same base: what pg_dump is for a server.
//!
//! Every object becomes items with the objects that they need; they are printed in the order of their creation, each after what it needs.

pub(super) mod object;
mod privilege;
mod table;

use crate::catalog::{
    Acl, Catalog, Class, DependencyKind, ObjectAddress, Oid, TypeKind, qualified_name, quote_literal, sql_identifier,
};
use crate::replay::Timeline;
use crate::source::LineIndex;
use std::collections::HashMap;

/// Prints what the migrations make of the catalog before them.
pub fn dump(timeline: &Timeline) -> String {
    let start = &timeline.start;
    let mut cat = timeline.end().clone();
    // So that types print with their schemas.
    cat.session.search_path = Vec::new();
    let mut dump = Dump::new(&cat, start);
    dump.object_items();
    dump.table_items();
    dump.privilege_items();
    not_followed(timeline) + &dump.print()
}

/// What of the chain is not known to be in the schema.
fn not_followed(timeline: &Timeline) -> String {
    let mut lines = String::new();
    for (file, step) in timeline.steps() {
        let Some(reason) = step.uncertain() else { continue };
        let line = LineIndex::new(&file.source.text).position(&file.source.text, step.span.start).line;
        lines.push_str(&format!("-- not followed: {}:{line}: {reason}\n", file.source.file_name()));
    }
    lines
}

const HEAD: &str = "\
SET statement_timeout = 0;
SET client_min_messages = warning;
SET check_function_bodies = false;
SET search_path = \"$user\", public, extensions;
";

struct Dump<'c> {
    /// The end of the chain, with an empty search path.
    cat: &'c Catalog,
    start: &'c Catalog,
    /// In order of their oids.
    items: Vec<(Oid, Item)>,
    /// What the extensions bring along when this is loaded.
    members: HashMap<(Class, String), Privileged>,
    /// What needs nothing, and what nothing needs.
    before: Vec<String>,
    after: Vec<String>,
}

/// An owner, and what was granted.
type Privileged = (Oid, Option<Acl>);

/// Statements that make one object.
#[derive(Default)]
struct Item {
    needs: Vec<Oid>,
    sql: Vec<String>,
}

impl<'c> Dump<'c> {
    fn new(cat: &'c Catalog, start: &'c Catalog) -> Dump<'c> {
        Dump { cat, start, items: Vec::new(), members: HashMap::new(), before: Vec::new(), after: Vec::new() }
    }

    fn item(&mut self, oid: Oid, needs: Vec<Oid>, sql: Vec<String>) {
        let item = Item { needs, sql };
        match self.place(oid) {
            Ok(at) => self.items[at].1 = item,
            Err(at) => self.items.insert(at, (oid, item)),
        }
    }

    fn place(&self, oid: Oid) -> Result<usize, usize> {
        self.items.binary_search_by_key(&oid, |(oid, _)| *oid)
    }

    /// The objects that `oid` depends on, itself left out.
    fn needs(&self, oid: Oid) -> Vec<Oid> {
        self.cat.dependencies(oid).map(|e| e.referenced.oid).filter(|needed| *needed != oid).collect()
    }

    /// The object is no member of an extension (a composite type is one by its row type).
    fn is_own(&self, oid: Oid) -> bool {
        let is_member = |oid: Oid| self.cat.dependencies(oid).any(|e| e.kind == DependencyKind::Extension);
        let relation = self.cat.relation(oid);
        let row_type = relation.map(|r| r.row_type);
        let owner = relation.and_then(|r| r.sequence.as_ref()?.owned_by).map(|(table, _)| table);
        oid >= Oid::FIRST_USER && ![Some(oid), row_type, owner].into_iter().flatten().any(is_member)
    }

    fn name(&self, class: Class, oid: Oid) -> String {
        qualified_name(self.cat, class, oid).unwrap_or_default()
    }

    fn role(&self, oid: Oid) -> String {
        self.cat.role(oid).map_or("PUBLIC".to_string(), |r| sql_identifier(&r.name))
    }

    /// `COMMENT ON …`, where it is not the base's.
    fn comment(&mut self, object: ObjectAddress, what: &str) {
        let (comment, before) = (self.cat.comment(object), self.start.comment(object));
        if comment == before {
            return;
        }
        let text = comment.map_or("NULL".to_string(), |text| quote_literal(text));
        self.after.push(format!("COMMENT ON {what} IS {text};"));
    }

    /// The item that stands for an object: a table for its row type, an element's type for its array.
    fn stands_for(&self, oid: Oid) -> Oid {
        let Some(ty) = self.cat.type_(oid) else { return oid };
        match ty.kind {
            TypeKind::Composite(relation) => relation,
            TypeKind::Array(element) => self.stands_for(element),
            TypeKind::Multirange(range) => range,
            _ => oid,
        }
    }

    fn print(mut self) -> String {
        let mut out = String::from(HEAD);
        for statement in &self.before {
            out.push_str(statement);
            out.push('\n');
        }
        for oid in self.order() {
            let Ok(at) = self.place(oid) else { continue };
            let item = std::mem::take(&mut self.items[at].1);
            for statement in item.sql {
                out.push('\n');
                out.push_str(&statement);
                out.push('\n');
            }
        }
        if !self.after.is_empty() {
            out.push('\n');
        }
        for statement in &self.after {
            out.push_str(statement);
            out.push('\n');
        }
        out
    }

    /// The items in order of creation, each after what it needs; a circle is cut where it closes.
    fn order(&self) -> Vec<Oid> {
        let mut order = Vec::with_capacity(self.items.len());
        let mut seen: std::collections::HashSet<Oid> = std::collections::HashSet::new();
        for (first, _) in &self.items {
            let mut stack = vec![(*first, false)];
            while let Some((oid, done)) = stack.pop() {
                if done {
                    order.push(oid);
                    continue;
                }
                let Ok(at) = self.place(oid) else { continue };
                if !seen.insert(oid) {
                    continue;
                }
                stack.push((oid, true));
                let needs = self.items[at].1.needs.iter().rev().map(|needed| self.stands_for(*needed));
                stack.extend(needs.filter(|needed| !seen.contains(needed)).map(|needed| (needed, false)));
            }
        }
        order
    }
}

fn list(names: impl IntoIterator<Item = String>) -> String {
    names.into_iter().collect::<Vec<_>>().join(", ")
}
