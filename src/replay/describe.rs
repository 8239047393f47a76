//! Objects as PostgreSQL's messages describe them (getObjectDescription).

use crate::catalog::{Catalog, Class, NamedObject, ObjectAddress, Oid, TypeRef, sql_identifier};
use crate::syntax::ast::ObjectKind;

/// `table t`, `column c of table t`, `constraint k on table t`, `function f(integer)`.
pub(crate) fn object(cat: &Catalog, address: ObjectAddress) -> String {
    let oid = address.oid;
    match address.class {
        Class::Relation if address.column != 0 => {
            let column = cat.relation(oid).and_then(|r| r.column_by_number(address.column));
            format!("column {} of {}", column.map_or("", |c| &c.name), relation(cat, oid))
        }
        Class::Relation => relation(cat, oid),
        Class::Type => format!("type {}", cat.format_type(TypeRef::plain(oid))),
        Class::Function => function(cat, oid),
        Class::Schema => format!("schema {}", cat.schema(oid).map_or("", |s| &s.name)),
        Class::Role => format!("role {}", cat.role(oid).map_or("", |r| &r.name)),
        Class::Extension => format!("extension {}", cat.extension(oid).map_or("", |e| &e.name)),
        Class::Publication => format!("publication {}", cat.publication(oid).map_or("", |p| &p.name)),
        Class::Other => cat.other(oid).map_or_else(String::new, |o| other(cat, o)),
        Class::Constraint | Class::Trigger | Class::Policy | Class::Default | Class::PublicationMember => {
            part(cat, address)
        }
    }
}

fn other(cat: &Catalog, object: &NamedObject) -> String {
    let shown = |ty: Oid| if ty.is_valid() { cat.format_type(TypeRef::plain(ty)) } else { "NONE".to_string() };
    match (object.kind, &object.types[..]) {
        (ObjectKind::Operator, [left, right]) => {
            format!("operator {}({},{})", object.name, shown(*left), shown(*right))
        }
        (ObjectKind::Cast, [from, to]) => format!("cast from {} to {}", shown(*from), shown(*to)),
        _ => format!("{} {}", object.kind.noun(), object.name),
    }
}

fn part(cat: &Catalog, address: ObjectAddress) -> String {
    let oid = address.oid;
    let owner = cat.owner_of(oid);
    let Some(holder) = owner.and_then(|o| cat.relation(o.oid)) else {
        return owner.map_or_else(String::new, |o| format!("constraint on {}", object(cat, o)));
    };
    let on = relation(cat, holder.oid);
    if let Some(constraint) = holder.constraints.iter().find(|c| c.oid == oid) {
        return format!("constraint {} on {on}", constraint.name);
    }
    if let Some(trigger) = holder.triggers.iter().find(|t| t.oid == oid) {
        return format!("trigger {} on {on}", trigger.name);
    }
    if let Some(policy) = holder.policies.iter().find(|p| p.oid == oid) {
        return format!("policy {} on {on}", policy.name);
    }
    let column = holder.live_columns().find(|c| c.default.as_ref().is_some_and(|d| d.oid == oid));
    format!("default value for column {} of {on}", column.map_or("", |c| &c.name))
}

fn relation(cat: &Catalog, oid: Oid) -> String {
    let Some(relation) = cat.relation(oid) else { return String::new() };
    let visible = cat.visible_relation(&relation.name).is_some_and(|found| found.oid == oid);
    format!("{} {}", relation.kind.noun(), qualified(cat, visible, relation.schema, &relation.name))
}

fn function(cat: &Catalog, oid: Oid) -> String {
    let Some(function) = cat.function(oid) else { return String::new() };
    let types: Vec<String> = function.input_args().map(|a| cat.format_type(a.ty)).collect();
    let visible = cat.active_search_path().contains(&function.schema);
    let name = qualified(cat, visible, function.schema, &function.name);
    format!("{} {name}({})", function.kind.noun(), types.join(","))
}

fn qualified(cat: &Catalog, visible: bool, schema: Oid, name: &str) -> String {
    match cat.schema(schema) {
        Some(schema) if !visible => format!("{}.{}", sql_identifier(&schema.name), sql_identifier(name)),
        _ => sql_identifier(name),
    }
}
