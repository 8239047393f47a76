//! Object names in statements to object addresses, for every kind of object (get_object_address).

use super::error::state;
use super::{Replayed, SqlError, Stop};
use crate::catalog::{
    Catalog, Class, Lookup, NamedObject, ObjectAddress, Oid, Relation, RelationKind, TypeKind, TypeRef,
};
use crate::source::Span;
use crate::syntax::ast::{Name, ObjectKind, ObjectName, QualifiedName, RoleSpec, TypeName};
use std::sync::Arc;

/// An address, or the error to raise where the object must exist.
type Found = Result<ObjectAddress, SqlError>;

impl Catalog {
    /// The object that a statement names, with PostgreSQL's error where there is none.
    pub(super) fn resolve_object(&self, kind: ObjectKind, object: &ObjectName) -> Replayed<ObjectAddress> {
        Ok(self.locate(kind, object)??)
    }

    /// As `resolve_object`, with `None` for what does not exist (IF EXISTS).
    pub(super) fn find_object(&self, kind: ObjectKind, object: &ObjectName) -> Replayed<Option<ObjectAddress>> {
        Ok(self.locate(kind, object)?.ok())
    }

    /// Stops where an object of this name may have been created, changed or dropped by a statement that was not followed.
    pub(super) fn must_be_known(&self, name: &str) -> Replayed<()> {
        match self.unknowns.may_be_changed(name) {
            Some(reason) => Err(Stop::Unknown(reason.clone())),
            None => Ok(()),
        }
    }

    fn locate(&self, kind: ObjectKind, object: &ObjectName) -> Replayed<Found> {
        match object {
            ObjectName::Name(name) => self.locate_name(kind, name),
            ObjectName::Type(ty) => self.locate_type(kind, ty),
            ObjectName::Routine(routine) => Ok(match self.find_routine(kind, routine)? {
                Some(function) => Ok(ObjectAddress::new(Class::Function, function.oid)),
                None => Err(self.undefined_routine(kind, routine)?),
            }),
            ObjectName::Column { relation, column } => {
                let name = relation;
                let relation = self.resolve_relation(name)?;
                match self.resolve_column(relation, column) {
                    Ok(number) => Ok(Ok(ObjectAddress::column(relation.oid, number))),
                    // Here the relation is named as the statement does.
                    Err(Stop::Refused(mut error)) => {
                        error.message = format!("column \"{column}\" of relation \"{name}\" does not exist");
                        Err(Stop::Refused(error))
                    }
                    Err(unknown) => Err(unknown),
                }
            }
            ObjectName::OnRelation { name, relation } => {
                let relation = self.resolve_relation(relation)?;
                self.must_be_known(name)?;
                relation_part(self, relation, kind, name)
            }
            ObjectName::OnDomain { name, domain } => self.locate_domain_constraint(name, domain),
            ObjectName::UserMapping { user, server } => {
                if let RoleSpec::Name(_) = user {
                    self.resolve_role(user)?;
                }
                self.resolve_other(ObjectKind::Server, Oid::INVALID, server)?;
                Err(Stop::unknown("user mappings are not modelled"))
            }
            ObjectName::OperatorClass { .. } => Err(Stop::unknown("operator classes are not modelled")),
            ObjectName::Operator { name, left, right } => self.locate_operator(name, left.as_ref(), right.as_ref()),
            ObjectName::Cast { from, to } => {
                let (from, to) = (self.resolve_type(from)?.oid, self.resolve_type(to)?.oid);
                let shown = |ty| self.format_type(TypeRef::plain(ty));
                match self.other_named(ObjectKind::Cast, Oid::INVALID, &format!("{} {}", from.0, to.0)) {
                    Some(found) => Ok(Ok(ObjectAddress::new(Class::Other, found.oid))),
                    None if self.cast(from, to).is_some() => {
                        Err(Stop::unknown("the server's own casts are not modelled"))
                    }
                    None => {
                        let message = format!("cast from type {} to type {} does not exist", shown(from), shown(to));
                        Ok(Err(SqlError::new(state::UNDEFINED_OBJECT, object.span(), message)))
                    }
                }
            }
            ObjectName::Transform { .. } => Err(Stop::unknown("transforms are not modelled")),
            ObjectName::LargeObject { .. } => Err(Stop::unknown("large objects are not modelled")),
        }
    }

    fn locate_name(&self, kind: ObjectKind, name: &QualifiedName) -> Replayed<Found> {
        use ObjectKind::*;
        let bare = &name.name;
        match kind {
            Table | View | MaterializedView | Index | Sequence | ForeignTable => match self.find_relation(name)? {
                Some(relation) if kind_matches(kind, relation.kind) => {
                    Ok(Ok(ObjectAddress::new(Class::Relation, relation.oid)))
                }
                Some(relation) => Err(not_a(kind, &relation.name, name.span()).into()),
                None => match self.missing_relation(name) {
                    Stop::Refused(error) => Ok(Err(error)),
                    unknown => Err(unknown),
                },
            },
            Type | Domain => {
                let ty = TypeName {
                    name: name.clone(),
                    modifiers: Vec::new(),
                    array_dimensions: 0,
                    setof: false,
                    percent_type: None,
                    span: name.span(),
                };
                self.locate_type(kind, &ty)
            }
            Schema => match self.resolve_schema(bare) {
                Ok(oid) => Ok(Ok(ObjectAddress::new(Class::Schema, oid))),
                Err(Stop::Refused(error)) => Ok(Err(error)),
                Err(unknown) => Err(unknown),
            },
            Role => self.locate_global(Class::Role, kind, bare),
            Extension => self.locate_global(Class::Extension, kind, bare),
            Publication => self.locate_global(Class::Publication, kind, bare),
            Database => match self.find_other(kind, Oid::INVALID, bare)? {
                Some(found) => Ok(Ok(ObjectAddress::new(Class::Other, found.oid))),
                None => Ok(Err(SqlError::new(
                    state::UNDEFINED_DATABASE,
                    bare.span,
                    format!("database \"{bare}\" does not exist"),
                )
                .about("database", bare.to_string()))),
            },
            Collation
            | Conversion
            | Statistics
            | TextSearchConfiguration
            | TextSearchDictionary
            | TextSearchParser
            | TextSearchTemplate => self.locate_in_schemas(kind, name),
            LargeObject | Parameter | Tablespace => Err(Stop::unknown(format!("{}s are not modelled", kind.noun()))),
            _ => match self.find_other(kind, Oid::INVALID, bare)? {
                Some(found) => Ok(Ok(ObjectAddress::new(Class::Other, found.oid))),
                None => Ok(Err(undefined_object(kind, name))),
            },
        }
    }

    fn locate_type(&self, kind: ObjectKind, ty: &TypeName) -> Replayed<Found> {
        let Some(found) = self.find_type(ty)? else { return Ok(Err(self.undefined_type(ty))) };
        let is_domain = self.type_(found.oid).is_some_and(|t| matches!(t.kind, TypeKind::Domain(_)));
        if kind == ObjectKind::Domain && !is_domain {
            let shown = self.format_type(TypeRef::plain(found.oid));
            return Err(SqlError::new(state::WRONG_OBJECT_TYPE, ty.span, format!("\"{shown}\" is not a domain")).into());
        }
        Ok(Ok(ObjectAddress::new(Class::Type, found.oid)))
    }

    fn locate_domain_constraint(&self, name: &Name, domain: &QualifiedName) -> Replayed<Found> {
        let Some(ty) = self.find_type_by_name(domain)? else {
            return Ok(Err(undefined_object(ObjectKind::Type, domain)));
        };
        let constraint = match &ty.kind {
            TypeKind::Domain(domain) => domain.constraints.iter().find(|c| c.name == name.text),
            _ => None,
        };
        Ok(match constraint {
            Some(constraint) => Ok(ObjectAddress::new(Class::Constraint, constraint.oid)),
            None => Err(SqlError::new(
                state::UNDEFINED_OBJECT,
                name.span,
                format!("constraint \"{name}\" for domain {} does not exist", self.format_type(TypeRef::plain(ty.oid))),
            )
            .about("constraint", format!("{domain}.{name}"))),
        })
    }

    fn locate_global(&self, class: Class, kind: ObjectKind, name: &Name) -> Replayed<Found> {
        match self.lookup_global(class, name) {
            Lookup::Found(oid) => Ok(Ok(ObjectAddress::new(class, oid))),
            Lookup::Unknown(reason) => Err(Stop::Unknown(reason)),
            Lookup::Absent => Ok(Err(undefined_named(kind, name, name.span))),
        }
    }

    /// An object of a class without schemas.
    pub(super) fn lookup_global(&self, class: Class, name: &str) -> Lookup<Oid> {
        if let Some(reason) = self.unknowns.may_be_changed(name) {
            return Lookup::Unknown(reason.clone());
        }
        match self.named(class, Oid::INVALID, name).next() {
            Some(oid) => Lookup::Found(oid),
            None => self.absence(class, None, name),
        }
    }

    /// An operator by its argument types (42883).
    fn locate_operator(
        &self,
        name: &QualifiedName,
        left: Option<&TypeName>,
        right: Option<&TypeName>,
    ) -> Replayed<Found> {
        self.must_be_known(&name.name)?;
        let Some(right) = right else {
            let message = "postfix operators are not supported";
            return Ok(Err(SqlError::new(state::SYNTAX_ERROR, name.span(), message)));
        };
        let left = left.map(|ty| self.resolve_type(ty)).transpose()?.map_or(Oid::INVALID, |ty| ty.oid);
        let right = self.resolve_type(right)?.oid;
        let schemas = match &name.schema {
            Some(schema) => vec![self.resolve_schema(schema)?],
            None => self.active_search_path(),
        };
        let fits = |o: &&&Arc<NamedObject>| o.types[..] == [left, right];
        let found = schemas
            .into_iter()
            .find_map(|schema| self.others_named(ObjectKind::Operator, schema, &name.name).iter().find(fits).copied());
        match found {
            Some(found) => Ok(Ok(ObjectAddress::new(Class::Other, found.oid))),
            None => match self.absence(Class::Other, name.schema.as_deref(), &name.name) {
                Lookup::Unknown(reason) => Err(Stop::Unknown(reason)),
                _ => {
                    let shown = |ty| self.format_type(TypeRef::plain(ty));
                    let left = if left.is_valid() { shown(left) + " " } else { String::new() };
                    let message = format!("operator does not exist: {left}{name} {}", shown(right));
                    Ok(Err(SqlError::new(state::UNDEFINED_FUNCTION, name.span(), message)
                        .about("operator", name.to_string())))
                }
            },
        }
    }

    fn locate_in_schemas(&self, kind: ObjectKind, name: &QualifiedName) -> Replayed<Found> {
        self.must_be_known(&name.name)?;
        let schemas = match &name.schema {
            Some(schema) => vec![self.resolve_schema(schema)?],
            None => self.active_search_path(),
        };
        let found = schemas.into_iter().find_map(|schema| self.other_named(kind, schema, &name.name));
        match found {
            Some(found) => Ok(Ok(ObjectAddress::new(Class::Other, found.oid))),
            None => match self.absence(Class::Other, name.schema.as_deref(), &name.name) {
                Lookup::Unknown(reason) => Err(Stop::Unknown(reason)),
                _ => Ok(Err(undefined_object(kind, name))),
            },
        }
    }

    pub(super) fn resolve_tablespace(&self, name: &Name) -> Replayed<()> {
        match &*name.text {
            "pg_default" | "pg_global" => Ok(()),
            _ => self.resolve_other(ObjectKind::Tablespace, Oid::INVALID, name).map(|_| ()),
        }
    }

    pub(super) fn must_find_in_schemas(&self, kind: ObjectKind, name: &QualifiedName) -> Replayed<()> {
        self.locate_in_schemas(kind, name)?.map(|_| ()).map_err(Stop::from)
    }

    pub(super) fn must_find_collation(&self, name: &QualifiedName) -> Replayed<()> {
        match super::expr::quiet(self.locate_in_schemas(ObjectKind::Collation, name))? {
            // Those of the operating system are not known: `de_DE.utf8`.
            Some(Err(error)) if !name.name.contains(['_', '.']) && name.name.len() > 3 => Err(error.into()),
            _ => Ok(()),
        }
    }

    /// A COLLATE clause on a value of the type (42804, 42704).
    pub(super) fn check_collation(&self, collation: &QualifiedName, ty: Oid, span: Span) -> Replayed<()> {
        if !super::expr::is_collatable(self, ty) {
            let shown = self.format_type(TypeRef::plain(ty));
            let message = format!("collations are not supported by type {shown}");
            return Err(SqlError::new(state::DATATYPE_MISMATCH, span, message).into());
        }
        self.must_find_collation(collation)
    }

    /// An object that is known by kind and name only.
    pub(super) fn other_named(&self, kind: ObjectKind, schema: Oid, name: &str) -> Option<&Arc<NamedObject>> {
        self.others_named(kind, schema, name).first().copied()
    }

    fn find_other(&self, kind: ObjectKind, schema: Oid, name: &str) -> Replayed<Option<&Arc<NamedObject>>> {
        self.must_be_known(name)?;
        match self.other_named(kind, schema, name) {
            Some(found) => Ok(Some(found)),
            None => match self.absence(Class::Other, None, name) {
                Lookup::Unknown(reason) => Err(Stop::Unknown(reason)),
                _ => Ok(None),
            },
        }
    }

    /// An object of a kind that lives in no schema and is known by name only (42704).
    pub(super) fn resolve_other(&self, kind: ObjectKind, schema: Oid, name: &Name) -> Replayed<&Arc<NamedObject>> {
        match self.find_other(kind, schema, name)? {
            Some(found) => Ok(found),
            None => Err(undefined_named(kind, name, name.span).into()),
        }
    }
}

/// Constraints, triggers, policies and rules of a relation.
fn relation_part(cat: &Catalog, relation: &Relation, kind: ObjectKind, name: &Name) -> Replayed<Found> {
    let (class, oid, holder) = match kind {
        ObjectKind::Constraint => (Class::Constraint, relation.constraint(name).map(|c| c.oid), "table"),
        ObjectKind::Trigger => (Class::Trigger, relation.trigger(name).map(|t| t.oid), "table"),
        ObjectKind::Policy => (Class::Policy, relation.policy(name).map(|p| p.oid), "table"),
        // A rule has no identity of its own in the model: its relation stands for it.
        _ => (Class::Relation, relation.rules.iter().any(|r| r.name == name.text).then_some(relation.oid), "relation"),
    };
    if let Some(oid) = oid {
        return Ok(Ok(ObjectAddress::new(class, oid)));
    }
    if let Some(reason) = cat.unknowns.of_class(class) {
        return Err(Stop::Unknown(reason.clone()));
    }
    let message = format!("{} \"{name}\" for {holder} \"{}\" does not exist", kind.noun(), relation.name);
    Ok(Err(SqlError::new(state::UNDEFINED_OBJECT, name.span, message)
        .about(kind.noun(), format!("{}.{name}", relation.name))))
}

fn kind_matches(wanted: ObjectKind, is: RelationKind) -> bool {
    match wanted {
        ObjectKind::Table => is.is_table(),
        ObjectKind::View => is == RelationKind::View,
        ObjectKind::MaterializedView => is == RelationKind::MaterializedView,
        ObjectKind::Index => is.is_index(),
        ObjectKind::Sequence => is == RelationKind::Sequence,
        ObjectKind::ForeignTable => is == RelationKind::ForeignTable,
        _ => false,
    }
}

/// `"x" is not a view`.
fn not_a(kind: ObjectKind, name: &str, span: Span) -> SqlError {
    let article = if kind == ObjectKind::Index { "an" } else { "a" };
    SqlError::new(state::WRONG_OBJECT_TYPE, span, format!("\"{name}\" is not {article} {}", kind.noun()))
}

fn undefined_named(kind: ObjectKind, name: &str, span: Span) -> SqlError {
    SqlError::new(state::UNDEFINED_OBJECT, span, format!("{} \"{name}\" does not exist", kind.noun()))
        .about(kind.noun(), name)
}

pub(super) fn undefined_object(kind: ObjectKind, name: &QualifiedName) -> SqlError {
    let shown = name.to_string();
    let message = match kind {
        ObjectKind::Collation => format!("collation \"{shown}\" for encoding \"UTF8\" does not exist"),
        _ => format!("{} \"{shown}\" does not exist", kind.noun()),
    };
    SqlError::new(state::UNDEFINED_OBJECT, name.span(), message).about(kind.noun(), shown)
}

impl Catalog {
    /// The relation that an index, constraint, trigger, policy or default belongs to; the address's own for a relation.
    pub(super) fn relation_of(&self, address: ObjectAddress) -> Oid {
        match address.class {
            Class::Relation => match self.relation(address.oid).and_then(|r| r.index.as_ref()) {
                Some(index) => index.table,
                None => address.oid,
            },
            _ => match self.owner_of(address.oid) {
                Some(owner) if owner.class == Class::Relation => owner.oid,
                _ => Oid::INVALID,
            },
        }
    }
}
