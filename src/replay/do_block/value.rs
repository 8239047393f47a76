//! Values of PL/pgSQL variables and of the catalog's columns.

use super::privileges;
use crate::catalog::{Acl, Catalog, Class, Definition, Oid, TypeRef, quote_identifier};
use crate::replay::{Replayed, Stop};
use crate::syntax::ast::Symbol;
use std::cmp::Ordering;
use std::sync::Arc;

#[derive(Clone, Debug)]
pub(super) enum Value {
    Null,
    Bool(bool),
    Int(i64),
    Text(Symbol),
    /// An oid, or one of its aliases that print as the object's name.
    Oid(Alias, Oid),
    Array(Arc<Vec<Value>>),
    /// An access list, `aclitem[]`.
    Acl(Arc<Acl>),
    Record(Arc<Vec<(Symbol, Value)>>),
    /// A text that PostgreSQL prints from this definition.
    Printed(Arc<Definition>),
    /// It depends on something that is not known: rows, settings of the server, functions that are not modelled.
    Unknown(Symbol),
}

/// `oid`, `regclass`, `regtype` …
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Alias {
    Plain,
    Class,
    Type,
    /// `regprocedure`: with its argument types.
    Procedure,
    /// `regproc`: the name alone.
    Function,
    Namespace,
    Role,
}

impl Value {
    pub fn text(text: &str) -> Self {
        Value::Text(text.into())
    }

    pub fn oid(oid: Oid) -> Self {
        Value::Oid(Alias::Plain, oid)
    }

    pub fn unknown(reason: &str) -> Self {
        Value::Unknown(reason.into())
    }

    /// NULL where there is no definition.
    pub fn printed(definition: Option<&Definition>) -> Self {
        match definition {
            None => Value::Null,
            Some(definition) if definition.is_empty() => Value::unknown("this definition is not known"),
            Some(definition) => Value::Printed(Arc::new(definition.clone())),
        }
    }

    pub fn is_null(&self) -> bool {
        matches!(self, Value::Null)
    }

    /// A condition's outcome: `None` for NULL.
    pub fn truth(&self) -> Replayed<Option<bool>> {
        match self {
            Value::Bool(value) => Ok(Some(*value)),
            Value::Null => Ok(None),
            Value::Unknown(reason) => Err(Stop::Unknown(reason.clone())),
            Value::Text(text) => match &*text.to_ascii_lowercase() {
                "t" | "true" | "yes" | "on" | "1" => Ok(Some(true)),
                "f" | "false" | "no" | "off" | "0" => Ok(Some(false)),
                _ => Err(Stop::unknown("a text is no condition")),
            },
            _ => Err(Stop::unknown("a condition is not boolean")),
        }
    }

    /// As the type's output function prints it; `None` for NULL.
    pub fn shown(&self, cat: &Catalog) -> Replayed<Option<String>> {
        Ok(Some(match self {
            Value::Null => return Ok(None),
            Value::Bool(true) => "t".into(),
            Value::Bool(false) => "f".into(),
            Value::Int(number) => number.to_string(),
            Value::Text(text) => text.to_string(),
            Value::Oid(alias, oid) => shown_oid(cat, *alias, *oid)?,
            Value::Array(items) => {
                let mut shown = Vec::with_capacity(items.len());
                for item in items.iter() {
                    shown.push(item.shown(cat)?.map_or_else(|| "NULL".to_string(), |text| array_item(&text)));
                }
                format!("{{{}}}", shown.join(","))
            }
            Value::Acl(acl) => privileges::shown(cat, acl),
            Value::Record(_) => return Err(Stop::unknown("a record's text is not modelled")),
            Value::Printed(_) => return Err(Stop::unknown("how PostgreSQL prints a definition is not modelled")),
            Value::Unknown(reason) => return Err(Stop::Unknown(reason.clone())),
        }))
    }

    /// `=`, `<` …; `None` where either is NULL.
    pub fn compare(&self, other: &Value) -> Replayed<Option<Ordering>> {
        Ok(Some(match (self, other) {
            (Value::Unknown(reason), _) | (_, Value::Unknown(reason)) => return Err(Stop::Unknown(reason.clone())),
            (Value::Null, _) | (_, Value::Null) => return Ok(None),
            (Value::Bool(a), Value::Bool(b)) => a.cmp(b),
            (Value::Int(a), Value::Int(b)) => a.cmp(b),
            (Value::Text(a), Value::Text(b)) => a.cmp(b),
            (Value::Oid(_, a), Value::Oid(_, b)) => a.cmp(b),
            (Value::Oid(_, a), Value::Int(b)) => i64::from(a.0).cmp(b),
            (Value::Int(a), Value::Oid(_, b)) => a.cmp(&i64::from(b.0)),
            (Value::Int(a), Value::Text(b)) => match b.trim().parse::<i64>() {
                Ok(b) => a.cmp(&b),
                Err(_) => return Err(Stop::unknown("a text is no number")),
            },
            (Value::Text(_), Value::Int(_)) => return other.compare(self).map(|o| o.map(Ordering::reverse)),
            (Value::Bool(a), Value::Text(_)) => match other.truth()? {
                Some(b) => a.cmp(&b),
                None => return Ok(None),
            },
            (Value::Text(_), Value::Bool(_)) => return other.compare(self).map(|o| o.map(Ordering::reverse)),
            (Value::Array(a), Value::Array(b)) => {
                for (a, b) in a.iter().zip(b.iter()) {
                    match a.compare(b)? {
                        Some(Ordering::Equal) => {}
                        Some(unequal) => return Ok(Some(unequal)),
                        None => return Err(Stop::unknown("arrays with NULLs are not compared")),
                    }
                }
                a.len().cmp(&b.len())
            }
            _ => return Err(Stop::unknown("values of these types are not compared")),
        }))
    }
}

/// An element in an array's text, quoted where it must be.
pub(super) fn array_item(text: &str) -> String {
    let plain = !text.is_empty()
        && !text.eq_ignore_ascii_case("null")
        && !text.contains(['{', '}', ',', '"', '\\', ' ', '\t', '\n', '\r']);
    if plain { text.to_string() } else { format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")) }
}

pub(super) fn shown_oid(cat: &Catalog, alias: Alias, oid: Oid) -> Replayed<String> {
    let qualified = |schema: Oid, name: &str, visible: bool| {
        let name = quote_identifier(name);
        match cat.schema(schema) {
            Some(schema) if !visible => format!("{}.{name}", quote_identifier(&schema.name)),
            _ => name,
        }
    };
    Ok(match alias {
        _ if alias != Alias::Plain && !oid.is_valid() => "-".into(),
        Alias::Plain => oid.0.to_string(),
        Alias::Class => match cat.relation(oid) {
            Some(relation) => {
                let visible = cat.visible_relation(&relation.name).is_some_and(|r| r.oid == oid);
                qualified(relation.schema, &relation.name, visible)
            }
            None => system_catalog(oid).map_or_else(|| oid.0.to_string(), str::to_string),
        },
        Alias::Type => cat.format_type(TypeRef::plain(oid)),
        Alias::Procedure | Alias::Function => match cat.function(oid) {
            Some(function) => {
                let types: Vec<Oid> = function.input_args().map(|a| a.ty.oid).collect();
                let found = cat.active_search_path().into_iter().find_map(|schema| {
                    cat.functions_named(schema, &function.name)
                        .find(|f| alias == Alias::Function || f.has_input_types(&types))
                        .map(|f| f.oid)
                });
                let name = qualified(function.schema, &function.name, found == Some(oid));
                if alias == Alias::Function {
                    return Ok(name);
                }
                let types: Vec<String> = types.into_iter().map(|ty| cat.format_type(TypeRef::plain(ty))).collect();
                format!("{name}({})", types.join(","))
            }
            None => oid.0.to_string(),
        },
        Alias::Namespace => cat.schema(oid).map_or_else(|| oid.0.to_string(), |s| quote_identifier(&s.name)),
        Alias::Role => cat.role(oid).map_or_else(|| oid.0.to_string(), |r| quote_identifier(&r.name)),
    })
}

/// The catalog table of a class of objects: what pg_depend's `classid` holds.
pub(super) const fn catalog_of(class: Class) -> Oid {
    Oid(match class {
        Class::Relation => 1259,
        Class::Type => 1247,
        Class::Function => 1255,
        Class::Schema => 2615,
        Class::Constraint => 2606,
        Class::Trigger => 2620,
        Class::Policy => 3256,
        Class::Default => 2604,
        Class::Role => 1260,
        Class::Extension => 3079,
        Class::Publication => 6104,
        Class::PublicationMember => 6106,
        Class::Other => 0,
    })
}

fn system_catalog(oid: Oid) -> Option<&'static str> {
    Some(match oid.0 {
        1259 => "pg_class",
        1247 => "pg_type",
        1255 => "pg_proc",
        2615 => "pg_namespace",
        2606 => "pg_constraint",
        3079 => "pg_extension",
        _ => return None,
    })
}
