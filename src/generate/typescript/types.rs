//! Which TypeScript type a PostgreSQL type becomes (pgTypeToTsType).

use super::model::{Reader, Ts, UNKNOWN, is_view};
use crate::catalog::{Column, Oid, Relation, RelationKind, Type, TypeKind};
use std::sync::Arc;

impl Reader<'_> {
    /// A column's type: a domain is seen as its base type, one level deep.
    pub fn column_type(&self, column: &Column) -> Ts {
        if column.type_unknown {
            return UNKNOWN;
        }
        match self.cat.type_(column.ty.oid).map(|t| &t.kind) {
            Some(TypeKind::Domain(domain)) => self.type_of(domain.base.oid),
            _ => self.type_of(column.ty.oid),
        }
    }

    pub fn type_of(&self, oid: Oid) -> Ts {
        self.cat.type_(oid).map_or(UNKNOWN, |ty| self.named_type(&ty.name, ty.schema))
    }

    /// The generators know a type by its name: built-in ones whatever their schema, `_x` as an array of `x`, and the rest by the schema of the type
    /// or, failing that, the first of that name.
    fn named_type(&self, name: &str, schema: Oid) -> Ts {
        Ts::Word(match name {
            "bool" => "boolean",
            "int2" | "int4" | "int8" | "float4" | "float8" | "numeric" => "number",
            "bytea" | "bpchar" | "varchar" | "date" | "text" | "citext" | "time" | "timetz" | "timestamp"
            | "timestamptz" | "uuid" | "vector" | "interval" => "string",
            "json" | "jsonb" => "Json",
            "void" => "undefined",
            "record" => "Record<string, unknown>",
            _ => {
                return match name.strip_prefix('_') {
                    Some(element) => Ts::Array(Box::new(self.named_type(element, schema))),
                    None => self.user_type(name, schema),
                };
            }
        })
    }

    fn user_type(&self, name: &str, schema: Oid) -> Ts {
        let is_enum = |t: &Type| matches!(&t.kind, TypeKind::Enum(labels) if !labels.is_empty());
        if let Some(found) = self.find_type(name, schema, is_enum) {
            return match &found.kind {
                TypeKind::Enum(labels) if !self.is_included(found.schema) => {
                    Ts::Labels(labels.iter().map(|l| l.to_string()).collect())
                }
                _ => self.entry(found.schema, "Enums", name),
            };
        }
        if let Some(found) = self.find_type(name, schema, |t| self.is_composite(t)) {
            return match self.is_included(found.schema) {
                true => self.entry(found.schema, "CompositeTypes", name),
                false => UNKNOWN,
            };
        }
        self.relation_type(name, schema).unwrap_or(UNKNOWN)
    }

    fn entry(&self, schema: Oid, section: &'static str, name: &str) -> Ts {
        let schema = self.cat.schema(schema).map(|s| s.name.to_string()).unwrap_or_default();
        Ts::Entry { schema, section, name: name.to_string() }
    }

    /// The row of a relation: of the included schemas only, the type's own first, then the first of that name by kind.
    fn relation_type(&self, name: &str, schema: Oid) -> Option<Ts> {
        let relation = |schema: Oid| self.cat.relation_named(schema, name).filter(|r| section(r).is_some());
        let found = match relation(schema).filter(|_| self.is_included(schema)) {
            Some(own) => own,
            None => {
                let all: Vec<&Arc<Relation>> = self.included().filter_map(relation).collect();
                let kinds = [
                    |r: &Relation| r.kind.is_table(),
                    |r: &Relation| r.kind == RelationKind::ForeignTable,
                    |r: &Relation| r.kind == RelationKind::View,
                    |r: &Relation| r.kind == RelationKind::MaterializedView,
                ];
                kinds.iter().find_map(|is| all.iter().copied().find(|r| is(r)))?
            }
        };
        Some(self.entry(found.schema, section(found)?, name))
    }

    fn is_composite(&self, ty: &Type) -> bool {
        let of_its_own = |r: &Arc<Relation>| r.kind == RelationKind::CompositeType && r.live_columns().next().is_some();
        matches!(ty.kind, TypeKind::Composite(relation) if self.cat.relation(relation).is_some_and(of_its_own))
    }

    fn find_type(&self, name: &str, schema: Oid, fits: impl Fn(&Type) -> bool) -> Option<&Type> {
        let named = |schema: Oid| self.cat.type_named(schema, name).map(|t| &**t).filter(|t| fits(t));
        named(schema).or_else(|| self.all_schemas().iter().find_map(|schema| named(*schema)))
    }
}

fn section(relation: &Relation) -> Option<&'static str> {
    match relation.kind {
        RelationKind::Table | RelationKind::PartitionedTable | RelationKind::ForeignTable => Some("Tables"),
        _ if is_view(relation) => Some("Views"),
        _ => None,
    }
}
