//! CREATE EXTENSION, ALTER EXTENSION, DEPENDS ON EXTENSION.

use super::error::state;
use super::{Change, Effects, Replayed, SqlError, Stop, apply, rows};
use crate::catalog::base::{self, ExtensionScript, Rows};
use crate::catalog::{Catalog, Class, DependencyKind, Extension, Lookup, ObjectAddress, Oid, Schema};
use crate::syntax;
use crate::syntax::ast::{AlterExtension, AlterExtensionAction, CreateExtension, DependsOnExtension, Name, Symbol};

pub(super) fn create_extension(cat: &mut Catalog, stmt: &CreateExtension) -> Replayed<Effects> {
    let mut effects = Effects::none();
    cat.must_be_known(&stmt.name)?;
    if cat.extension_named(&stmt.name).is_some() {
        if stmt.if_not_exists {
            return Ok(effects);
        }
        let message = format!("extension \"{}\" already exists", stmt.name);
        return Err(SqlError::new(state::DUPLICATE_OBJECT, stmt.name.span, message)
            .about("extension", stmt.name.to_string())
            .into());
    }
    create(cat, stmt, &stmt.name, &mut effects, 0)?;
    Ok(effects)
}

/// One extension, and with CASCADE those that it requires. `depth` bounds the chain of requirements.
fn create(cat: &mut Catalog, stmt: &CreateExtension, name: &Name, effects: &mut Effects, depth: u8) -> Replayed<()> {
    let Some(script) = base::extension(name) else {
        return Err(SqlError::new(
            state::FEATURE_NOT_SUPPORTED,
            name.span,
            format!("extension \"{name}\" is not available"),
        )
        .hint("The extension must first be installed on the system where PostgreSQL is running.")
        .about("extension", name.to_string())
        .into());
    };
    if depth > 8 {
        return Err(Stop::unknown("the extension's requirements go in a circle"));
    }
    let schema = target_schema(cat, stmt, name, script)?;
    let mut required = Vec::with_capacity(script.requires.len());
    for &requirement in &script.requires {
        if cat.extension_named(requirement).is_none() {
            if !stmt.cascade {
                let message = format!("required extension \"{requirement}\" is not installed");
                return Err(SqlError::new(state::UNDEFINED_OBJECT, name.span, message)
                    .hint("Use CREATE EXTENSION ... CASCADE to install required extensions too.")
                    .about("extension", requirement)
                    .into());
            }
            create(cat, stmt, &Name::new(requirement, name.span), effects, depth + 1)?;
        }
        required.extend(cat.extension_named(requirement).map(|e| (e.oid, e.schema)));
    }
    let oid = cat.new_oid();
    let version = match &stmt.version {
        Some(version) if depth == 0 => version.text.clone(),
        _ => script.version.into(),
    };
    let origin = cat.origin();
    cat.insert_extension(Extension { oid, name: name.text.clone(), schema, version, origin });
    let address = ObjectAddress::new(Class::Extension, oid);
    cat.depend(address, ObjectAddress::new(Class::Schema, schema), DependencyKind::Normal);
    for (requirement, _) in &required {
        cat.depend(address, ObjectAddress::new(Class::Extension, *requirement), DependencyKind::Normal);
    }
    run_script(cat, script, oid, schema, required.into_iter().map(|(_, schema)| schema));
    effects.add(Class::Extension, oid, Change::Created);
    Ok(())
}

/// Where the extension goes (CreateExtensionInternal): as named, as it insists, or the first schema of the search path.
fn target_schema(cat: &mut Catalog, stmt: &CreateExtension, name: &Name, script: &ExtensionScript) -> Replayed<Oid> {
    let named = match &stmt.schema {
        Some(schema) => Some((cat.resolve_schema(schema)?, schema)),
        None => None,
    };
    match (script.fixed_schema, named) {
        (Some(fixed), Some((_, schema))) if fixed != &*schema.text && !stmt.cascade => Err(SqlError::new(
            state::FEATURE_NOT_SUPPORTED,
            schema.span,
            format!("extension \"{name}\" must be installed in schema \"{fixed}\""),
        )
        .into()),
        (Some(fixed), _) => Ok(own_schema(cat, fixed)),
        (None, Some((oid, _))) => Ok(oid),
        (None, None) => match cat.creation_schema() {
            Lookup::Found(oid) => Ok(oid),
            Lookup::Unknown(reason) => Err(Stop::Unknown(reason)),
            // Its control file may name a schema of its own.
            Lookup::Absent if script.incomplete => {
                Err(Stop::unknown(format!("the schema that extension {name} goes to is not known")))
            }
            Lookup::Absent => {
                Err(SqlError::new(state::UNDEFINED_SCHEMA, name.span, "no schema has been selected to create in")
                    .into())
            }
        },
    }
}

/// A schema that an extension brings along.
fn own_schema(cat: &mut Catalog, name: &str) -> Oid {
    if let Some(schema) = cat.schema_named(name) {
        return schema.oid;
    }
    let oid = cat.new_oid();
    let (owner, origin) = (cat.session.current_role, cat.origin());
    cat.insert_schema(Schema { oid, name: name.into(), owner, acl: None, origin });
    oid
}

impl Catalog {
    /// Whether an installed extension of which only the outline is known may have brought a function of this schema (or of the search path).
    pub(super) fn may_be_brought(&self, schema: Option<&str>) -> bool {
        let path = match schema {
            Some(schema) => self.schema_named(schema).map(|s| s.oid).into_iter().collect(),
            None => self.active_search_path(),
        };
        self.extensions().any(|e| {
            base::extension(&e.name).filter(|script| script.incomplete).is_some_and(|script| {
                // One that brings schemas of its own puts everything there.
                let mut own = script.own_schemas().into_iter().filter_map(|name| self.schema_named(name)).peekable();
                match own.peek() {
                    Some(_) => own.any(|schema| path.contains(&schema.oid)),
                    None => path.contains(&e.schema),
                }
            })
        })
    }
}

impl Catalog {
    /// Whether an extension made the object of which only the outline is known.
    pub(super) fn is_of_incomplete_extension(&self, member: Oid) -> bool {
        let extensions = self.dependencies(member).filter(|d| d.kind == DependencyKind::Extension);
        extensions
            .filter_map(|d| self.extension(d.referenced.oid))
            .any(|e| base::extension(&e.name).is_some_and(|script| script.incomplete))
    }
}

/// What the extension's script creates, as its members.
fn run_script(
    cat: &mut Catalog,
    script: &ExtensionScript,
    extension: Oid,
    schema: Oid,
    required: impl Iterator<Item = Oid>,
) {
    for name in script.own_schemas() {
        if cat.schema_named(name).is_none() {
            let oid = own_schema(cat, name);
            let member = ObjectAddress::new(Class::Schema, oid);
            cat.depend(member, ObjectAddress::new(Class::Extension, extension), DependencyKind::Extension);
        }
    }
    let pg_catalog = cat.schema_named("pg_catalog").map_or(Oid::INVALID, |s| s.oid);
    let path: Vec<Oid> = [schema, pg_catalog].into_iter().chain(required).collect();
    let owner = cat.session.current_role;
    let mut rows = Rows::of_extension(cat, extension, schema, path, owner);
    rows.extension_types(&script.lines("T").collect::<Vec<_>>());
    rows.functions(&mut script.lines("F"));
    rows.operators(&mut script.lines("O"));
    rows.casts(&mut script.lines("C"));
    rows.operator_classes(&mut script.lines("A"));
    for [kind, names, ..] in script.lines("N") {
        names.split(' ').for_each(|name| rows.named(kind, name));
    }
    for line in script.lines("V") {
        rows.view(&line);
    }
    let statements: Vec<&str> = script.lines("Q").map(|line| line[0]).collect();
    run_statements(cat, &statements, extension, schema);
}

fn run_statements(cat: &mut Catalog, statements: &[&'static str], extension: Oid, schema: Oid) {
    let Some(name) = cat.schema(schema).map(|s| s.name.clone()) else { return };
    let path = std::mem::replace(&mut cat.session.search_path, vec![name]);
    for text in statements {
        let source = std::mem::replace(&mut cat.session.source, (*text).into());
        for statement in syntax::parse(text).statements {
            let Ok(statement) = statement.result else { continue };
            let before = cat.clone();
            match apply(cat, &statement) {
                Ok(effects) => {
                    for effect in effects.iter().filter(|e| e.change == Change::Created) {
                        // What the extension's functions write to its tables is not followed.
                        rows::may_have_rows(cat, effect.object.oid);
                        if matches!(effect.object.class, Class::Relation | Class::Type | Class::Function) {
                            let extension = ObjectAddress::new(Class::Extension, extension);
                            cat.depend(effect.object, extension, DependencyKind::Extension);
                        }
                    }
                }
                Err(_) => *cat = before,
            }
        }
        cat.session.source = source;
    }
    cat.session.search_path = path;
}

fn resolve_extension(cat: &Catalog, name: &Name) -> Replayed<Oid> {
    match cat.lookup_global(Class::Extension, name) {
        Lookup::Found(oid) => Ok(oid),
        Lookup::Unknown(reason) => Err(Stop::Unknown(reason)),
        Lookup::Absent => {
            let message = format!("extension \"{name}\" does not exist");
            Err(SqlError::new(state::UNDEFINED_OBJECT, name.span, message).about("extension", name.to_string()).into())
        }
    }
}

pub(super) fn alter_extension(cat: &mut Catalog, stmt: &AlterExtension) -> Replayed<Effects> {
    let oid = resolve_extension(cat, &stmt.name)?;
    let extension = ObjectAddress::new(Class::Extension, oid);
    match &stmt.action {
        AlterExtensionAction::Update { version } => {
            let version = version.as_ref().map(|v| v.text.clone());
            let default = base::extension(&stmt.name).map(|script| Symbol::from(script.version));
            if let (Some(entry), Some(version)) = (cat.extension_mut(oid), version.or(default)) {
                entry.version = version;
            }
        }
        AlterExtensionAction::Member { add, kind, object } => {
            let member = cat.resolve_object(*kind, object)?;
            let current =
                cat.dependencies(member.oid).find(|d| d.kind == DependencyKind::Extension).map(|d| d.referenced);
            let noun = kind.noun();
            match (add, current) {
                (true, Some(other)) => {
                    let other = cat.extension(other.oid).map_or_else(|| stmt.name.text.clone(), |e| e.name.clone());
                    let message = format!("{noun} is already a member of extension \"{other}\"");
                    return Err(SqlError::new(state::OBJECT_NOT_IN_PREREQUISITE_STATE, object.span(), message).into());
                }
                (true, None) => cat.depend(member, extension, DependencyKind::Extension),
                (false, Some(current)) if current == extension => {
                    cat.drop_dependencies(member.oid, |d| d.kind == DependencyKind::Extension);
                }
                (false, _) => {
                    let message = format!("{noun} is not a member of extension \"{}\"", stmt.name);
                    return Err(SqlError::new(state::OBJECT_NOT_IN_PREREQUISITE_STATE, object.span(), message).into());
                }
            }
        }
    }
    Ok(Effects::of(Class::Extension, oid, Change::Altered))
}

pub(super) fn depends_on_extension(cat: &mut Catalog, stmt: &DependsOnExtension) -> Replayed<Effects> {
    let object = cat.resolve_object(stmt.kind, &stmt.object)?;
    let oid = resolve_extension(cat, &stmt.extension)?;
    // The edge is of its own kind in PostgreSQL (`x`): dropped along with the extension, as an automatic one is.
    let extension = ObjectAddress::new(Class::Extension, oid);
    if stmt.remove {
        cat.drop_dependencies(object.oid, |d| d.referenced == extension && d.kind == DependencyKind::Auto);
    } else {
        cat.depend(object, extension, DependencyKind::Auto);
    }
    Ok(Effects::none())
}

#[cfg(test)]
mod tests {
    use crate::replay::testing::check;

    #[test]
    fn extensions_as_postgresql_answers() {
        check(&[
            ("", "create extension citext", "ok"),
            ("create extension citext", "create extension citext", "42710 extension \"citext\" already exists"),
            ("create extension citext", "create extension if not exists citext", "ok"),
            ("", "create extension nothing", "0A000 extension \"nothing\" is not available"),
            ("", "create extension citext schema nowhere", "3F000 schema \"nowhere\" does not exist"),
            ("", "create extension citext schema extensions", "ok"),
            ("create extension citext", "create table c (a citext)", "ok"),
            ("create extension citext schema extensions", "create table c (a citext, b extensions.citext)", "ok"),
            (
                "create schema other; create extension citext schema other",
                "create table c (a citext)",
                "42704 type \"citext\" does not exist",
            ),
            ("", "create extension earthdistance", "42704 required extension \"cube\" is not installed"),
            ("", "create extension earthdistance cascade", "ok"),
            (
                "",
                "create extension pg_cron schema extensions",
                "0A000 extension \"pg_cron\" must be installed in schema \"pg_catalog\"",
            ),
            ("create extension pg_cron", "select cron.schedule('x', '* * * * *', 'select 1')", "ok"),
            // These two put all that they bring into their own schemas.
            (
                "create extension pg_cron; create extension pg_net schema public",
                "create view v as select nothing()",
                "42883 function nothing() does not exist",
            ),
            ("create extension pg_net", "select net.http_later('x')", "ok"),
            ("", "select cron.schedule('x', '* * * * *', 'select 1')", "3F000 schema \"cron\" does not exist"),
            ("create extension vector", "create table v (e vector(3))", "ok"),
            ("create extension citext", "alter extension citext set schema extensions", "ok"),
            ("create extension citext", "alter extension citext update", "ok"),
            ("", "alter extension citext update", "42704 extension \"citext\" does not exist"),
            (
                "create extension pg_cron",
                "alter extension pg_cron set schema extensions",
                "0A000 extension \"pg_cron\" does not support SET SCHEMA",
            ),
            ("set search_path = ''", "create extension citext", "3F000 no schema has been selected to create in"),
        ]);
    }
}
