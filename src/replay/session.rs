//! What a connection owns: its temporary schema, and what goes when it closes.

use super::{Replayed, drop};
use crate::catalog::{Catalog, Class, ObjectAddress, Oid, Schema};
use crate::syntax::ast::QualifiedName;

/// Sessions are numbered by the server; migrations run one at a time.
const TEMPORARY_SCHEMA: &str = "pg_temp_0";

impl Catalog {
    /// The schema of the session's temporary objects, made when it is first needed.
    pub(super) fn temporary_schema(&mut self) -> Oid {
        if let Some(oid) = self.session.temp_schema {
            return oid;
        }
        let oid = self.new_oid();
        let (owner, origin) = (self.session.current_role, self.origin());
        self.insert_schema(Schema { oid, name: TEMPORARY_SCHEMA.into(), owner, acl: None, origin });
        self.session.temp_schema = Some(oid);
        oid
    }

    /// The schema that a CREATE of this name goes to; `pg_temp` is made when it is first named.
    pub(super) fn creation_place(&mut self, name: &QualifiedName) -> Replayed<Oid> {
        if name.schema.as_ref().is_some_and(|s| &*s.text == "pg_temp") {
            return Ok(self.temporary_schema());
        }
        self.resolve_creation(name)
    }

    /// The connection closes: its temporary objects go, settings go back to the role's defaults.
    pub(super) fn end_session(&mut self) {
        self.now = None;
        if let Some(schema) = self.session.temp_schema.take() {
            drop::remove_cascade(self, &[ObjectAddress::new(Class::Schema, schema)]);
        }
        self.session.variables.clear();
        self.session.call_depth = 0;
        self.connect_as(self.session.session_role);
    }
}
