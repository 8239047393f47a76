//! Owners, privileges and default privileges, where they are not what the base gives by itself.

use super::{Dump, Privileged, list};
use crate::catalog::{
    Acl, AclItem, Class, DependencyKind, FunctionKind, Oid, Privileges, Relation, RelationKind, TypeKind,
    sql_identifier,
};
use crate::replay::{apply, initial_acl};
use crate::syntax;
use crate::syntax::ast::ObjectKind;

const WORDS: [(Privileges, &str); 12] = [
    (Privileges::SELECT, "SELECT"),
    (Privileges::INSERT, "INSERT"),
    (Privileges::UPDATE, "UPDATE"),
    (Privileges::DELETE, "DELETE"),
    (Privileges::TRUNCATE, "TRUNCATE"),
    (Privileges::REFERENCES, "REFERENCES"),
    (Privileges::TRIGGER, "TRIGGER"),
    (Privileges::MAINTAIN, "MAINTAIN"),
    (Privileges::EXECUTE, "EXECUTE"),
    (Privileges::USAGE, "USAGE"),
    (Privileges::CREATE, "CREATE"),
    (Privileges::CONNECT, "CONNECT"),
];

/// What an object's privileges are compared with.
struct Owned<'a> {
    kind: ObjectKind,
    /// The kind in ALTER … OWNER and GRANT … ON.
    word: (&'a str, &'a str),
    name: &'a str,
    schema: Oid,
    owner: Oid,
    acl: &'a Option<Acl>,
    /// Its owner is that of the table whose column owns it.
    goes_along: bool,
}

impl Dump<'_> {
    pub(super) fn privilege_items(&mut self) {
        let relations: Vec<_> = self.cat.relations().filter(|r| r.oid >= Oid::FIRST_USER).cloned().collect();
        for relation in relations.iter().filter(|r| !r.is_temporary()) {
            let old = self.start.relation(relation.oid).map(|r| (r.owner, r.acl.clone()));
            let old = old.or_else(|| self.member(Class::Relation, &self.name(Class::Relation, relation.oid)));
            if old.is_some() || self.is_own(relation.oid) {
                self.relation_privileges(relation, old);
            }
        }
        let functions: Vec<_> = self.cat.functions().filter(|f| f.oid >= Oid::FIRST_USER).cloned().collect();
        for function in functions {
            let old = self.start.function(function.oid).map(|f| (f.owner, f.acl.clone()));
            let signature = self.signature(&function);
            let old = old.or_else(|| self.member(Class::Function, &signature));
            if old.is_none() && !self.is_own(function.oid) {
                continue;
            }
            let word = match function.kind {
                FunctionKind::Procedure => ("PROCEDURE", "PROCEDURE"),
                FunctionKind::Aggregate => ("AGGREGATE", "FUNCTION"),
                _ => ("FUNCTION", "FUNCTION"),
            };
            let owned = Owned {
                kind: ObjectKind::Function,
                word,
                name: &signature,
                schema: function.schema,
                owner: function.owner,
                acl: &function.acl,
                goes_along: false,
            };
            self.privileges(&owned, old);
        }
        let schemas: Vec<_> =
            self.cat.schemas().filter(|s| s.oid >= Oid::FIRST_USER || &*s.name == "public").cloned().collect();
        for schema in schemas {
            let name = sql_identifier(&schema.name);
            let old = self.start.schema(schema.oid).map(|s| (s.owner, s.acl.clone()));
            let old = old.or_else(|| self.member(Class::Schema, &name));
            if schema.name.starts_with("pg_temp") || (old.is_none() && !self.is_own(schema.oid)) {
                continue;
            }
            let owned = Owned {
                kind: ObjectKind::Schema,
                word: ("SCHEMA", "SCHEMA"),
                name: &name,
                schema: Oid::INVALID,
                owner: schema.owner,
                acl: &schema.acl,
                goes_along: false,
            };
            self.privileges(&owned, old);
        }
        let types: Vec<_> = self.cat.types().filter(|t| t.oid >= Oid::FIRST_USER).cloned().collect();
        for ty in types {
            let old = self.start.type_(ty.oid).map(|t| (t.owner, t.acl.clone()));
            let word = match ty.kind {
                TypeKind::Enum(_) | TypeKind::Range { .. } => "TYPE",
                TypeKind::Domain(_) => "DOMAIN",
                TypeKind::Composite(relation)
                    if self.cat.relation(relation).is_some_and(|r| r.kind == RelationKind::CompositeType) =>
                {
                    "TYPE"
                }
                _ => continue,
            };
            if old.is_none() && !self.is_own(ty.oid) {
                continue;
            }
            let name = self.name(Class::Type, ty.oid);
            let owned = Owned {
                kind: ObjectKind::Type,
                word: (word, "TYPE"),
                name: &name,
                schema: ty.schema,
                owner: ty.owner,
                acl: &ty.acl,
                goes_along: false,
            };
            self.privileges(&owned, old);
        }
        self.default_privileges();
    }

    /// What loading the extensions alone makes of their members: what the chain did to them beside that is to be printed.
    pub(super) fn note_members(&mut self) {
        let mut cat = self.start.clone();
        for line in &self.before {
            for statement in syntax::parse(line).statements {
                if let Ok(statement) = statement.result {
                    let _ = apply(&mut cat, &statement);
                }
            }
        }
        cat.session.search_path = Vec::new();
        let loaded = Dump::new(&cat, self.start);
        let is_member = |oid: Oid| cat.dependencies(oid).any(|e| e.kind == DependencyKind::Extension);
        for relation in cat.relations().filter(|r| self.start.relation(r.oid).is_none() && !loaded.is_own(r.oid)) {
            let name = loaded.name(Class::Relation, relation.oid);
            self.members.insert((Class::Relation, name), (relation.owner, relation.acl.clone()));
        }
        for function in cat.functions().filter(|f| is_member(f.oid)) {
            self.members.insert((Class::Function, loaded.signature(function)), (function.owner, function.acl.clone()));
        }
        for schema in cat.schemas().filter(|s| is_member(s.oid)) {
            self.members.insert((Class::Schema, sql_identifier(&schema.name)), (schema.owner, schema.acl.clone()));
        }
    }

    fn member(&self, class: Class, name: &str) -> Option<Privileged> {
        self.members.get(&(class, name.to_string())).cloned()
    }

    fn relation_privileges(&mut self, relation: &Relation, old: Option<Privileged>) {
        let (kind, word) = match relation.kind {
            RelationKind::Table | RelationKind::PartitionedTable => (ObjectKind::Table, "TABLE"),
            RelationKind::ForeignTable => (ObjectKind::Table, "FOREIGN TABLE"),
            RelationKind::View => (ObjectKind::Table, "VIEW"),
            RelationKind::MaterializedView => (ObjectKind::Table, "MATERIALIZED VIEW"),
            RelationKind::Sequence => (ObjectKind::Sequence, "SEQUENCE"),
            RelationKind::Index | RelationKind::PartitionedIndex | RelationKind::CompositeType => return,
        };
        let name = self.name(Class::Relation, relation.oid);
        let in_grant = if word == "SEQUENCE" { "SEQUENCE" } else { "TABLE" };
        let owned = Owned {
            kind,
            word: (word, in_grant),
            name: &name,
            schema: relation.schema,
            owner: relation.owner,
            acl: &relation.acl,
            goes_along: relation.sequence.as_ref().is_some_and(|s| s.owned_by.is_some()),
        };
        self.privileges(&owned, old);
        for column in relation.live_columns() {
            for item in column.acl.iter().flat_map(|acl| &acl.items) {
                let column = sql_identifier(&column.name);
                let all = Privileges(item.privileges.0 & Privileges::COLUMN.0);
                let words = list(words(all).into_iter().map(|w| format!("{w}({column})")));
                let to = self.role(item.grantee);
                self.after.push(format!("GRANT {words} ON TABLE {name} TO {to};"));
            }
        }
    }

    /// `old`: the owner and the privileges that the object has by the base or its extension.
    fn privileges(&mut self, owned: &Owned, old: Option<Privileged>) {
        let loader = self.start.session.current_role;
        let is_base = old.is_some();
        let before = match &old {
            Some((owner, _)) => *owner,
            None => loader,
        };
        if owned.owner != before && !owned.goes_along {
            let owner = self.role(owned.owner);
            self.after.push(format!("ALTER {} {} OWNER TO {owner};", owned.word.0, owned.name));
        }
        let given = match old {
            Some((_, acl)) => acl,
            None => initial_acl(self.start, owned.kind, owned.schema, loader),
        };
        let full = |acl: &Option<Acl>, owner| items(acl, owned.kind, owner);
        let (mut given, wanted) = (full(&given, before), full(owned.acl, owned.owner));
        // What the old owner had goes to the new one.
        for item in given.iter_mut().filter(|i| i.grantee == before) {
            item.grantee = owned.owner;
        }
        if given == wanted {
            return;
        }
        if is_base {
            self.changed_privileges(owned, &given, &wanted);
            return;
        }
        // As pg_dump does: all is taken away, and given again in the order that the access list has.
        let on = format!("ON {} {}", owned.word.1, owned.name);
        for item in &given {
            let from = self.role(item.grantee);
            self.after.push(format!("REVOKE ALL {on} FROM {from};"));
        }
        for item in &wanted {
            let to = self.role(item.grantee);
            let grantable = if item.grantee == owned.owner { Privileges::default() } else { item.grantable };
            for (set, option) in [(item.privileges.without(grantable), ""), (grantable, " WITH GRANT OPTION")] {
                if !set.is_empty() {
                    self.after.push(format!("GRANT {} {on} TO {to}{option};", list(words(set))));
                }
            }
        }
    }

    /// Of an object of the base what differs is printed, no more: its access list's order is the base's.
    fn changed_privileges(&mut self, owned: &Owned, given: &[AclItem], wanted: &[AclItem]) {
        let on = format!("ON {} {}", owned.word.1, owned.name);
        let of = |items: &[AclItem], grantee| {
            items.iter().find(|i| i.grantee == grantee).map_or_else(Default::default, |i| (i.privileges, i.grantable))
        };
        for item in given {
            let lost = item.privileges.without(of(wanted, item.grantee).0);
            if !lost.is_empty() {
                let (what, from) = (self.shown(lost, item.privileges), self.role(item.grantee));
                self.after.push(format!("REVOKE {what} {on} FROM {from};"));
            }
        }
        for item in wanted {
            let had = of(given, item.grantee);
            let grantable = item.grantable.without(had.1);
            let to = self.role(item.grantee);
            let plain = item.privileges.without(had.0).without(grantable);
            for (set, option) in [(plain, ""), (grantable, " WITH GRANT OPTION")] {
                if !set.is_empty() {
                    self.after.push(format!("GRANT {} {on} TO {to}{option};", list(words(set))));
                }
            }
        }
    }

    fn shown(&self, lost: Privileges, all: Privileges) -> String {
        if lost == all { "ALL".to_string() } else { list(words(lost)) }
    }

    fn default_privileges(&mut self) {
        let start = &self.start.default_privileges;
        let mut lines = Vec::new();
        for entry in self.cat.default_privileges.iter() {
            let same = |o: &&crate::catalog::DefaultPrivilege| {
                o.role == entry.role && o.schema == entry.schema && o.kind == entry.kind
            };
            let empty = Acl::default();
            let old = start.iter().find(same).map_or(&empty, |o| &o.acl);
            lines.extend(self.default_privilege(entry.role, entry.schema, entry.kind, old, &entry.acl));
        }
        for entry in start.iter() {
            let same = |o: &crate::catalog::DefaultPrivilege| {
                o.role == entry.role && o.schema == entry.schema && o.kind == entry.kind
            };
            if !self.cat.default_privileges.iter().any(same) && self.cat.role(entry.role).is_some() {
                lines.extend(self.default_privilege(entry.role, entry.schema, entry.kind, &entry.acl, &Acl::default()));
            }
        }
        self.after.extend(lines);
    }

    fn default_privilege(&self, role: Oid, schema: Oid, kind: ObjectKind, old: &Acl, new: &Acl) -> Vec<String> {
        let word = match kind {
            ObjectKind::Table => "TABLES",
            ObjectKind::Sequence => "SEQUENCES",
            ObjectKind::Function => "FUNCTIONS",
            ObjectKind::Type => "TYPES",
            ObjectKind::Schema => "SCHEMAS",
            _ => return Vec::new(),
        };
        let mut head = format!("ALTER DEFAULT PRIVILEGES FOR ROLE {}", self.role(role));
        if let Some(schema) = self.cat.schema(schema) {
            head.push_str(&format!(" IN SCHEMA {}", sql_identifier(&schema.name)));
        }
        // An entry without a schema holds the kind's own defaults too.
        let start = match (schema.is_valid(), old.items.is_empty()) {
            (false, true) => items(&None, kind, role),
            _ => old.items.clone(),
        };
        let end = match (schema.is_valid(), new.items.is_empty()) {
            (false, true) => items(&None, kind, role),
            _ => new.items.clone(),
        };
        let mut lines = Vec::new();
        for item in &start {
            let kept =
                end.iter().find(|w| w.grantee == item.grantee).map_or_else(Privileges::default, |w| w.privileges);
            let lost = item.privileges.without(kept);
            if !lost.is_empty() {
                let what = self.shown(lost, item.privileges);
                lines.push(format!("{head} REVOKE {what} ON {word} FROM {};", self.role(item.grantee)));
            }
        }
        for item in &end {
            let had =
                start.iter().find(|w| w.grantee == item.grantee).map_or_else(Privileges::default, |w| w.privileges);
            let new = item.privileges.without(had);
            if !new.is_empty() {
                lines.push(format!("{head} GRANT {} ON {word} TO {};", list(words(new)), self.role(item.grantee)));
            }
        }
        lines
    }
}

/// The privileges by grantee, the grantors put together; `None` is what the kind gives by itself.
fn items(acl: &Option<Acl>, kind: ObjectKind, owner: Oid) -> Vec<AclItem> {
    let default;
    let acl = match acl {
        Some(acl) => acl,
        None => {
            default = crate::replay::default_acl(kind, owner);
            &default
        }
    };
    let mut merged: Vec<AclItem> = Vec::new();
    for item in &acl.items {
        match merged.iter_mut().find(|m| m.grantee == item.grantee) {
            Some(known) => {
                known.privileges = known.privileges.union(item.privileges);
                known.grantable = known.grantable.union(item.grantable);
            }
            None => merged.push(*item),
        }
    }
    merged
}

fn words(privileges: Privileges) -> Vec<String> {
    WORDS.iter().filter(|(p, _)| privileges.contains(*p)).map(|(_, word)| word.to_string()).collect()
}
