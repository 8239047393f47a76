//! Statements that parse and whose details the replay does not model: what they create is known by kind and name.

use super::address::undefined_object;
use super::error::state;
use super::requirements::{check, depend};
use super::{Change, Effects, Replayed, SqlError, Stop};
use crate::catalog::{Catalog, Class, Definition, DependencyKind, Lookup, Named, NamedObject, ObjectAddress, Oid};
use crate::source::Span;
use crate::syntax::ast::{ObjectKind, Other, QualifiedName, Symbol};

pub(super) fn other(cat: &mut Catalog, stmt: &Other, span: Span) -> Replayed<Effects> {
    if let Some(role) = &stmt.role {
        cat.resolve_role(role)?;
    }
    let needs = match &stmt.needs {
        Some((kind, name)) => Some(cat.resolve_other(*kind, Oid::INVALID, name)?.oid),
        None => None,
    };
    let reason = Symbol::from(format!("{} is not followed", stmt.tag));
    match (stmt.tag, &stmt.name) {
        ("CREATE OPERATOR CLASS" | "CREATE OPERATOR FAMILY", Some(name)) => {
            cat.resolve_creation(name)?;
            cat.unknowns.add_name(&name.name.text, &reason);
        }
        // Which tables come with it depends on the foreign server.
        ("IMPORT FOREIGN SCHEMA", _) => cat.unknowns.add_everything(&reason),
        (tag, Some(name)) => {
            if let Some(kind) = created(tag) {
                let effects = create(cat, kind, stmt, name, span)?;
                if let (Some(needs), Some(made)) = (needs, effects.iter().next()) {
                    cat.depend(made.object, ObjectAddress::new(Class::Other, needs), DependencyKind::Normal);
                }
                return Ok(effects);
            }
            if let Some(kind) = altered(tag) {
                alter(cat, kind, stmt, name, span)?;
            }
        }
        _ => {}
    }
    Ok(Effects::none())
}

struct Created {
    kind: ObjectKind,
    in_schema: bool,
    /// Without IF NOT EXISTS a second one is an error.
    unique: bool,
}

fn created(tag: &str) -> Option<Created> {
    let (kind, in_schema, unique) = match tag {
        "CREATE LANGUAGE" => (ObjectKind::Language, false, true),
        "CREATE FOREIGN DATA WRAPPER" => (ObjectKind::ForeignDataWrapper, false, true),
        "CREATE SERVER" => (ObjectKind::Server, false, true),
        "CREATE ACCESS METHOD" => (ObjectKind::AccessMethod, false, true),
        "CREATE DATABASE" => (ObjectKind::Database, false, false),
        "CREATE TABLESPACE" => (ObjectKind::Tablespace, false, false),
        "CREATE SUBSCRIPTION" => (ObjectKind::Subscription, false, true),
        "CREATE COLLATION" => (ObjectKind::Collation, true, true),
        "CREATE CONVERSION" => (ObjectKind::Conversion, true, true),
        "CREATE TEXT SEARCH CONFIGURATION" => (ObjectKind::TextSearchConfiguration, true, true),
        "CREATE TEXT SEARCH DICTIONARY" => (ObjectKind::TextSearchDictionary, true, true),
        "CREATE TEXT SEARCH PARSER" => (ObjectKind::TextSearchParser, true, true),
        "CREATE TEXT SEARCH TEMPLATE" => (ObjectKind::TextSearchTemplate, true, true),
        _ => return None,
    };
    Some(Created { kind, in_schema, unique })
}

/// The kinds whose ALTER statements are kept as written.
fn altered(tag: &str) -> Option<ObjectKind> {
    Some(match tag {
        "ALTER TEXT SEARCH CONFIGURATION" => ObjectKind::TextSearchConfiguration,
        "ALTER TEXT SEARCH DICTIONARY" => ObjectKind::TextSearchDictionary,
        "ALTER SERVER" => ObjectKind::Server,
        "ALTER FOREIGN DATA WRAPPER" => ObjectKind::ForeignDataWrapper,
        "ALTER EVENT TRIGGER" => ObjectKind::EventTrigger,
        "ALTER STATISTICS" => ObjectKind::Statistics,
        _ => return None,
    })
}

/// Keeps the statement with the object that it alters (42704).
fn alter(cat: &mut Catalog, kind: ObjectKind, stmt: &Other, name: &QualifiedName, span: Span) -> Replayed<()> {
    let schemas = match &name.schema {
        Some(schema) => cat.schema_named(schema).map(|s| s.oid).into_iter().collect(),
        None => cat.active_search_path(),
    };
    let schemas = schemas.into_iter().chain([Oid::INVALID]);
    let found = schemas.filter_map(|schema| cat.other_named(kind, schema, &name.name)).next().map(|o| o.oid);
    let Some(oid) = found else {
        if stmt.if_not_exists {
            return Ok(());
        }
        cat.must_be_known(&name.name)?;
        return match cat.absence(Class::Other, name.schema.as_deref(), &name.name) {
            Lookup::Unknown(reason) => Err(Stop::Unknown(reason)),
            _ => Err(undefined_object(kind, name).into()),
        };
    };
    let definition = definition(cat, oid, name, span);
    if let Some(object) = cat.other_mut(oid) {
        object.definitions.push(definition);
    }
    Ok(())
}

/// The statement, with the object by identity.
fn definition(cat: &Catalog, oid: Oid, name: &QualifiedName, span: Span) -> Definition {
    Definition::new(&cat.session.source, span, &[(name.span(), Named::Object(Class::Other, oid))])
}

fn create(cat: &mut Catalog, created: Created, stmt: &Other, name: &QualifiedName, span: Span) -> Replayed<Effects> {
    let schema = if created.in_schema { cat.resolve_creation(name)? } else { Oid::INVALID };
    cat.must_be_known(&name.name)?;
    if cat.other_named(created.kind, schema, &name.name).is_some() {
        if stmt.tag == "CREATE LANGUAGE" && stmt.functions.is_empty() {
            check(cat, stmt, span)?;
        }
        if !created.unique || stmt.if_not_exists || stmt.or_replace {
            return Ok(Effects::none());
        }
        let noun = created.kind.noun();
        // Of collations the encoding is a part of the name.
        let encoding = if created.kind == ObjectKind::Collation { " for encoding \"UTF8\"" } else { "" };
        let message = format!("{noun} \"{}\"{encoding} already exists", name.name);
        if let Some(index) = unique_index(created.kind) {
            check(cat, stmt, span)?;
            let message = format!("duplicate key value violates unique constraint \"{index}\"");
            return Err(SqlError::new(state::UNIQUE_VIOLATION, name.span(), message).into());
        }
        return Err(SqlError::new(state::DUPLICATE_OBJECT, name.span(), message).about(noun, name.to_string()).into());
    }
    let needed = check(cat, stmt, span)?;
    let oid = cat.new_oid();
    let origin = cat.origin();
    cat.insert_other(NamedObject {
        oid,
        kind: created.kind,
        schema,
        name: name.name.text.clone(),
        types: Vec::new(),
        result: Oid::INVALID,
        detail: Symbol::from(""),
        definitions: vec![definition(cat, oid, name, span)],
        origin,
    });
    depend(cat, ObjectAddress::new(Class::Other, oid), &needed);
    Ok(Effects::of(Class::Other, oid, Change::Created))
}

/// Text search objects are told apart by an index alone.
fn unique_index(kind: ObjectKind) -> Option<&'static str> {
    Some(match kind {
        ObjectKind::TextSearchConfiguration => "pg_ts_config_cfgname_index",
        ObjectKind::TextSearchDictionary => "pg_ts_dict_dictname_index",
        ObjectKind::TextSearchParser => "pg_ts_parser_prsname_index",
        ObjectKind::TextSearchTemplate => "pg_ts_template_tmplname_index",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use crate::replay::testing::check;

    #[test]
    fn statements_known_by_name_as_postgresql_answers() {
        check(&[
            ("", "create collation c (locale = 'C')", "ok"),
            ("create table t (a int primary key, b text)", "create statistics s on a, b from t", "ok"),
            (
                "create table t (a int primary key, b text); create statistics s on a, b from t",
                "comment on statistics s is 'x'",
                "ok",
            ),
            ("", "comment on statistics s is 'x'", "42704 statistics object \"s\" does not exist"),
            (
                "create function e() returns event_trigger language plpgsql as 'begin end'",
                "create event trigger x on ddl_command_end execute function e()",
                "ok",
            ),
            (
                "create function e() returns event_trigger language plpgsql as 'begin end'; create event trigger x on ddl_command_end execute function e()",
                "create event trigger x on ddl_command_end execute function e()",
                "42710 event trigger \"x\" already exists",
            ),
            ("", "create text search configuration c (copy = pg_catalog.english)", "ok"),
            (
                "create text search configuration c (copy = pg_catalog.english)",
                "comment on text search configuration c is 'x'",
                "ok",
            ),
            ("", "create foreign data wrapper w", "ok"),
            (
                "create foreign data wrapper w",
                "create foreign data wrapper w",
                "42710 foreign-data wrapper \"w\" already exists",
            ),
            ("create foreign data wrapper w", "create server s foreign data wrapper w", "ok"),
        ]);
    }
}
