//! Names to oids, and the names that PostgreSQL chooses by itself.

use super::trie::Trie;
use super::{Catalog, Class, Oid};
use crate::syntax::ast::Symbol;
use std::sync::Arc;

/// The longest name in bytes (NAMEDATALEN − 1).
pub const MAX_NAME: usize = 63;

#[derive(Clone, Debug, Default)]
pub struct NameIndex {
    /// By 12 bits of the key's hash: a large project has a few entries in each.
    buckets: Trie<Arc<Vec<Entry>>, 3>,
}

#[derive(Clone, Debug)]
struct Entry {
    class: Class,
    schema: Oid,
    name: Symbol,
    oid: Oid,
}

/// 12 bits of an FNV-1a hash: names are short, and nobody gains by having them collide.
fn bucket(class: Class, name: &str) -> u32 {
    let mut hash = 0x811c_9dc5_u32 ^ class as u32;
    for byte in name.bytes() {
        hash = (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
    }
    (hash ^ (hash >> 12) ^ (hash >> 24)) & 0xfff
}

impl NameIndex {
    pub fn add(&mut self, class: Class, schema: Oid, name: &Symbol, oid: Oid) {
        let entry = Entry { class, schema, name: name.clone(), oid };
        let key = bucket(class, name);
        match self.buckets.get_mut(key) {
            Some(list) => Arc::make_mut(list).push(entry),
            None => self.buckets.insert(key, Arc::new(vec![entry])),
        }
    }

    pub fn remove(&mut self, class: Class, schema: Oid, name: &str, oid: Oid) {
        if let Some(list) = self.buckets.get_mut(bucket(class, name)) {
            Arc::make_mut(list)
                .retain(|e| !(e.oid == oid && e.class == class && e.schema == schema && *e.name == *name));
        }
    }

    pub fn get(&self, class: Class, schema: Oid, name: &str) -> impl Iterator<Item = Oid> {
        self.anywhere(class, name).filter(move |(place, _)| *place == schema).map(|(_, oid)| oid)
    }

    /// In all schemas: which, and what has the name there.
    pub fn anywhere(&self, class: Class, name: &str) -> impl Iterator<Item = (Oid, Oid)> {
        let entries = self.buckets.get(bucket(class, name)).map_or(&[][..], |list| list);
        entries.iter().filter(move |e| e.class == class && *e.name == *name).map(|e| (e.schema, e.oid))
    }
}

/// `name1_name2_label`, with the two names cut so that it fits (makeObjectName).
pub fn make_object_name(name1: &str, name2: Option<&str>, label: &str) -> String {
    let overhead = name2.map_or(0, |_| 1) + if label.is_empty() { 0 } else { label.len() + 1 };
    let available = MAX_NAME.saturating_sub(overhead);
    let (mut first, mut second) = (name1.len(), name2.map_or(0, str::len));
    while first + second > available {
        if first > second {
            first -= 1;
        } else {
            second -= 1;
        }
    }
    let mut name = clip(name1, first).to_string();
    if let Some(name2) = name2 {
        name.push('_');
        name.push_str(clip(name2, second));
    }
    if !label.is_empty() {
        name.push('_');
        name.push_str(label);
    }
    name
}

/// The first `length` bytes, less what would split a character (pg_mbcliplen).
pub fn clip(text: &str, length: usize) -> &str {
    let mut end = length.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// A relation name of this form that is free in the schema, with a number after the label if need be (ChooseRelationName).
pub fn choose_relation_name(
    cat: &Catalog,
    schema: Oid,
    name1: &str,
    name2: Option<&str>,
    label: &str,
    is_constraint: bool,
) -> String {
    numbered(name1, name2, label, |name| {
        cat.relation_named(schema, name).is_some() || (is_constraint && constraint_name_taken(cat, schema, name))
    })
}

/// A constraint name of this form that no constraint in the schema has (ChooseConstraintName). `taken`: names given out in the same statement.
pub fn choose_constraint_name(
    cat: &Catalog,
    schema: Oid,
    name1: &str,
    name2: Option<&str>,
    label: &str,
    taken: impl Fn(&str) -> bool,
) -> String {
    numbered(name1, name2, label, |name| taken(name) || constraint_name_taken(cat, schema, name))
}

fn numbered(name1: &str, name2: Option<&str>, label: &str, taken: impl Fn(&str) -> bool) -> String {
    let mut modified_label = label.to_string();
    let mut number = 0u32;
    loop {
        let name = make_object_name(name1, name2, &modified_label);
        if !taken(&name) {
            return name;
        }
        number += 1;
        modified_label = format!("{label}{number}");
    }
}

/// Constraint names are unique per relation only, but automatic names avoid all of the schema's.
fn constraint_name_taken(cat: &Catalog, schema: Oid, name: &str) -> bool {
    cat.named(Class::Constraint, schema, name).next().is_some()
}

impl Catalog {
    /// Makes a constraint's name known to `choose_constraint_name`.
    pub fn add_constraint_name(&mut self, schema: Oid, name: &Symbol, oid: Oid) {
        self.names.add(Class::Constraint, schema, name, oid);
    }

    pub fn remove_constraint_name(&mut self, schema: Oid, name: &str, oid: Oid) {
        self.names.remove(Class::Constraint, schema, name, oid);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_long_names_as_postgresql_does() {
        assert_eq!(make_object_name("orders", Some("user_id"), "fkey"), "orders_user_id_fkey");
        assert_eq!(make_object_name("orders", None, "pkey"), "orders_pkey");
        let name = make_object_name(&"a".repeat(60), Some(&"b".repeat(60)), "fkey");
        assert_eq!(name, format!("{}_{}_fkey", "a".repeat(29), "b".repeat(28)));
        assert_eq!(make_object_name(&"é".repeat(40), None, "pkey").len(), 63);
    }
}
