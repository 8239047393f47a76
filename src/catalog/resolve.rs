//! The search path, and which schemas it stands for.

use super::{Catalog, Class, Lookup, Oid, Relation, Schema};
use crate::syntax::ast::Symbol;
use std::sync::Arc;

impl Catalog {
    /// Goes through the schemas that an unqualified name is looked up in until it is found: temporary objects and pg_catalog come first unless the path
    /// names them. One that the path names twice comes twice.
    pub fn search(&self, is_found: &mut dyn FnMut(Oid) -> bool) -> bool {
        let (mut temp, mut pg_catalog) = (false, false);
        for name in &self.session.search_path {
            temp |= &**name == "pg_temp";
            pg_catalog |= &**name == "pg_catalog";
        }
        !temp && self.session.temp_schema.is_some_and(&mut *is_found)
            || !pg_catalog && self.schema_named("pg_catalog").is_some_and(|s| is_found(s.oid))
            || self.session.search_path.iter().any(|name| self.path_entry(name).is_some_and(|s| is_found(s.oid)))
    }

    /// These schemas, in order.
    pub fn active_search_path(&self) -> Vec<Oid> {
        let mut path = Vec::with_capacity(self.session.search_path.len() + 2);
        self.search(&mut |oid| {
            if !path.contains(&oid) {
                path.push(oid);
            }
            false
        });
        path
    }

    /// Where an unqualified CREATE goes: the first schema of the path that exists, never the implicit pg_catalog.
    pub fn creation_schema(&self) -> Lookup<Oid> {
        for name in &self.session.search_path {
            if let Some(schema) = self.path_entry(name) {
                return Lookup::Found(schema.oid);
            }
            // Hardly anybody has a schema of the role's name: where the history is partial, that is not worth giving up for.
            if &**name != "$user"
                && let Some(reason) = self.unknowns.may_exist(Class::Schema, None, name)
            {
                return Lookup::Unknown(reason.clone());
            }
        }
        Lookup::Absent
    }

    fn path_entry(&self, name: &str) -> Option<&Arc<Schema>> {
        match name {
            "$user" => self.role(self.session.current_role).and_then(|role| self.schema_named(&role.name)),
            "pg_temp" => self.session.temp_schema.and_then(|oid| self.schema(oid)),
            _ => self.schema_named(name),
        }
    }

    /// The first relation of this name on the search path.
    pub fn visible_relation(&self, name: &str) -> Option<&Arc<Relation>> {
        self.first_named(Class::Relation, name).and_then(|oid| self.relation(oid))
    }

    fn first_named(&self, class: Class, name: &str) -> Option<Oid> {
        let mut found = None;
        self.search(&mut |schema| {
            found = self.named(class, schema, name).next();
            found.is_some()
        });
        found
    }

    /// Whether an object of this class and name is absent from a schema, or from the whole path when none is given.
    pub fn absence(&self, class: Class, schema: Option<&str>, name: &str) -> Lookup<Oid> {
        match self.unknowns.may_exist(class, schema, name) {
            Some(reason) => Lookup::Unknown(reason.clone()),
            None => Lookup::Absent,
        }
    }

    /// Looks a name up in one schema, or along the search path, for the classes whose names are unique in a schema.
    pub fn lookup(&self, class: Class, schema: Option<&Symbol>, name: &str) -> Lookup<Oid> {
        if let Some(reason) = self.unknowns.may_be_changed(name) {
            return Lookup::Unknown(reason.clone());
        }
        let found = match schema {
            Some(schema) => {
                self.path_entry(schema).map(|s| s.oid).and_then(|schema| self.named(class, schema, name).next())
            }
            None => self.first_named(class, name),
        };
        match found {
            Some(oid) => Lookup::Found(oid),
            None => self.absence(class, schema.map(|s| &**s), name),
        }
    }
}
