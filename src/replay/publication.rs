//! CREATE PUBLICATION, ALTER PUBLICATION.

use super::error::state;
use super::{Change, Effects, Replayed, SqlError, Stop, expr};
use crate::catalog::{Catalog, Class, Lookup, ObjectAddress, Oid, Publication, RelationKind};
use crate::source::Span;
use crate::syntax::ast::{
    AlterPublication, AlterPublicationAction, CreatePublication, Name, Persistence, PublicationObject, StorageParameter,
};

pub(super) fn create_publication(cat: &mut Catalog, stmt: &CreatePublication) -> Replayed<Effects> {
    cat.must_be_known(&stmt.name)?;
    if cat.publication_named(&stmt.name).is_some() {
        let message = format!("publication \"{}\" already exists", stmt.name);
        return Err(SqlError::new(state::DUPLICATE_OBJECT, stmt.name.span, message)
            .about("publication", stmt.name.to_string())
            .into());
    }
    check_options(&stmt.with)?;
    let members = members(cat, &stmt.objects)?;
    let oid = cat.new_oid();
    let (owner, origin) = (cat.session.current_role, cat.origin());
    cat.insert_publication(Publication {
        oid,
        name: stmt.name.text.clone(),
        all_tables: stmt.all_tables,
        tables: members.tables.iter().map(|(oid, _)| *oid).collect(),
        schemas: members.schemas.iter().map(|(oid, _)| *oid).collect(),
        owner,
        origin,
    });
    let mut effects = Effects::of(Class::Publication, oid, Change::Created);
    for (table, _) in members.tables {
        effects.add_in(table, ObjectAddress::new(Class::Publication, oid), Change::Altered);
    }
    Ok(effects)
}

fn check_options(options: &[StorageParameter]) -> Replayed<()> {
    for option in options {
        match &*option.name.text {
            "publish" => {
                let values = option.value.as_ref().map_or("", |v| &v.text);
                for value in values.split(',').map(str::trim).filter(|v| !v.is_empty()) {
                    if !["insert", "update", "delete", "truncate"].contains(&&*value.to_ascii_lowercase()) {
                        let message = format!("unrecognized value for publication option \"publish\": \"{value}\"");
                        return Err(SqlError::new(state::SYNTAX_ERROR, option.name.span, message).into());
                    }
                }
            }
            "publish_via_partition_root" | "publish_generated_columns" => {}
            _ => {
                let message = format!("unrecognized publication parameter: \"{}\"", option.name);
                return Err(SqlError::new(state::SYNTAX_ERROR, option.name.span, message).into());
            }
        }
    }
    Ok(())
}

#[derive(Default)]
struct Members {
    tables: Vec<(Oid, Span)>,
    schemas: Vec<(Oid, Span)>,
}

/// The tables and schemas named, each once (42P01, 3F000, 22023).
fn members(cat: &Catalog, objects: &[PublicationObject]) -> Replayed<Members> {
    let mut members = Members::default();
    for object in objects {
        if let PublicationObject::Schema(name, span) = object {
            let oid = match name {
                Some(name) => cat.resolve_schema(name)?,
                None => match cat.creation_schema() {
                    Lookup::Found(oid) => oid,
                    Lookup::Unknown(reason) => return Err(Stop::Unknown(reason)),
                    Lookup::Absent => {
                        let message = "no schema has been selected for CURRENT_SCHEMA";
                        return Err(SqlError::new(state::UNDEFINED_SCHEMA, *span, message).into());
                    }
                },
            };
            if !members.schemas.iter().any(|(other, _)| *other == oid) {
                members.schemas.push((oid, *span));
            }
        }
    }
    for object in objects {
        let PublicationObject::Table { name, columns, filter, .. } = object else { continue };
        let relation = cat.resolve_relation(name)?.clone();
        let refuse = |detail: &str| {
            let message = format!("cannot add relation \"{}\" to publication", relation.name);
            Err(SqlError::new(state::INVALID_PARAMETER_VALUE, name.span(), message).detail(detail).into())
        };
        if !relation.kind.is_table() {
            let kind = match relation.kind {
                RelationKind::Index | RelationKind::PartitionedIndex => "indexes".to_string(),
                kind => format!("{}s", kind.noun()),
            };
            return refuse(&format!("This operation is not supported for {kind}."));
        }
        if relation.oid < Oid::FIRST_USER {
            return refuse("This operation is not supported for system tables.");
        }
        match relation.persistence {
            Persistence::Temporary => return refuse("This operation is not supported for temporary tables."),
            Persistence::Unlogged => return refuse("This operation is not supported for unlogged tables."),
            Persistence::Permanent => {}
        }
        for (index, column) in columns.iter().enumerate() {
            cat.resolve_column(&relation, column)?;
            if columns.iter().take(index).any(|c| c == column) {
                let message = format!("duplicate column \"{column}\" in publication column list");
                return Err(SqlError::new(state::DUPLICATE_OBJECT, column.span, message).into());
            }
        }
        if let Some(filter) = filter {
            expr::in_table(cat, &relation, filter, expr::Place::PublicationFilter)?;
        }
        if !members.tables.iter().any(|(oid, _)| *oid == relation.oid) {
            members.tables.push((relation.oid, name.span()));
        }
    }
    Ok(members)
}

fn resolve(cat: &Catalog, name: &Name) -> Replayed<Publication> {
    match cat.lookup_global(Class::Publication, name) {
        Lookup::Found(oid) => match cat.publication(oid) {
            Some(publication) => Ok(publication.as_ref().clone()),
            None => Err(Stop::unknown("the publication is not known")),
        },
        Lookup::Unknown(reason) => Err(Stop::Unknown(reason)),
        Lookup::Absent => {
            let message = format!("publication \"{name}\" does not exist");
            Err(SqlError::new(state::UNDEFINED_OBJECT, name.span, message)
                .about("publication", name.to_string())
                .into())
        }
    }
}

pub(super) fn alter_publication(cat: &mut Catalog, stmt: &AlterPublication) -> Replayed<Effects> {
    let mut publication = resolve(cat, &stmt.name)?;
    let oid = publication.oid;
    let (AlterPublicationAction::Add(objects)
    | AlterPublicationAction::Drop(objects)
    | AlterPublicationAction::Set(objects)) = &stmt.action
    else {
        if let AlterPublicationAction::SetOptions(options) = &stmt.action {
            check_options(options)?;
        }
        return Ok(Effects::of(Class::Publication, oid, Change::Altered));
    };
    if publication.all_tables {
        let detail = match objects.iter().any(|o| matches!(o, PublicationObject::Schema(..))) {
            true => "Schemas cannot be added to or dropped from FOR ALL TABLES publications.",
            false => "Tables cannot be added to or dropped from FOR ALL TABLES publications.",
        };
        let message = format!("publication \"{}\" is defined as FOR ALL TABLES", stmt.name);
        return Err(SqlError::new(state::OBJECT_NOT_IN_PREREQUISITE_STATE, stmt.name.span, message)
            .detail(detail)
            .into());
    }
    let members = members(cat, objects)?;
    let refuse = |state, span, message: String| SqlError::new(state, span, message);
    let before = publication.tables.clone();
    match &stmt.action {
        AlterPublicationAction::Set(_) => {
            publication.tables = members.tables.iter().map(|(oid, _)| *oid).collect();
            publication.schemas = members.schemas.iter().map(|(oid, _)| *oid).collect();
        }
        AlterPublicationAction::Add(_) => {
            for (table, span) in &members.tables {
                if publication.tables.contains(table) {
                    let table = cat.relation(*table).map_or("", |r| &r.name);
                    let message = format!("relation \"{table}\" is already member of publication \"{}\"", stmt.name);
                    return Err(refuse(state::DUPLICATE_OBJECT, *span, message)
                        .about("publication member", format!("{}.{table}", stmt.name))
                        .into());
                }
                publication.tables.push(*table);
            }
            for (schema, span) in &members.schemas {
                if publication.schemas.contains(schema) {
                    let schema = cat.schema(*schema).map_or("", |s| &s.name);
                    let message = format!("schema \"{schema}\" is already member of publication \"{}\"", stmt.name);
                    return Err(refuse(state::DUPLICATE_OBJECT, *span, message).into());
                }
                publication.schemas.push(*schema);
            }
        }
        _ => {
            for (table, span) in &members.tables {
                if !publication.tables.contains(table) {
                    let table = cat.relation(*table).map_or("", |r| &r.name);
                    let message = format!("relation \"{table}\" is not part of the publication");
                    return Err(refuse(state::UNDEFINED_OBJECT, *span, message)
                        .about("publication member", format!("{}.{table}", stmt.name))
                        .into());
                }
                publication.tables.retain(|t| t != table);
            }
            for (schema, span) in &members.schemas {
                if !publication.schemas.contains(schema) {
                    let schema = cat.schema(*schema).map_or("", |s| &s.name);
                    let message = format!("tables from schema \"{schema}\" are not part of the publication");
                    return Err(refuse(state::UNDEFINED_OBJECT, *span, message).into());
                }
                publication.schemas.retain(|s| s != schema);
            }
        }
    }
    let mut effects = Effects::of(Class::Publication, oid, Change::Altered);
    let changed = before.iter().filter(|t| !publication.tables.contains(t));
    for table in changed.chain(publication.tables.iter().filter(|t| !before.contains(t))) {
        effects.add_in(*table, ObjectAddress::new(Class::Publication, oid), Change::Altered);
    }
    publication.origin.changed = cat.now;
    if let Some(entry) = cat.publication_mut(oid) {
        *entry = publication;
    }
    Ok(effects)
}

#[cfg(test)]
mod tests {
    use crate::replay::testing::check;

    #[test]
    fn publications_as_postgresql_answers() {
        check(&[
            ("create table t (a int primary key, b text)", "create publication pub for table t", "ok"),
            (
                "create table t (a int primary key, b text); create publication pub for table t",
                "create publication pub",
                "42710 publication \"pub\" already exists",
            ),
            ("", "create publication pub for table nothing", "42P01 relation \"nothing\" does not exist"),
            (
                "create table t (a int primary key, b text)",
                "create publication pub for table t (a, c)",
                "42703 column \"c\" of relation \"t\" does not exist",
            ),
            (
                "create table t (a int primary key, b text); create view v as select * from t",
                "create publication pub for table v",
                "22023 cannot add relation \"v\" to publication",
            ),
            ("", "create publication pub for tables in schema nowhere", "3F000 schema \"nowhere\" does not exist"),
            (
                "",
                "create publication pub with (publish = 'insert, nothing')",
                "42601 unrecognized value for publication option \"publish\": \"nothing\"",
            ),
            ("", "create publication pub with (nothing = 1)", "42601 unrecognized publication parameter: \"nothing\""),
            (
                "create table t (a int primary key, b text); create publication pub for table t",
                "alter publication pub add table t",
                "42710 relation \"t\" is already member of publication \"pub\"",
            ),
            (
                "create table t (a int primary key, b text); create publication pub for table t",
                "alter publication pub drop table t",
                "ok",
            ),
            (
                "create table t (a int primary key, b text); create publication pub for table t; create table u (a int)",
                "alter publication pub drop table u",
                "42704 relation \"u\" is not part of the publication",
            ),
            (
                "create table t (a int primary key, b text); create publication pub for table t; create table u (a int)",
                "alter publication pub set table u",
                "ok",
            ),
            ("", "alter publication pub add table t", "42704 publication \"pub\" does not exist"),
            (
                "create table t (a int primary key, b text); create publication pub for table t",
                "alter publication pub add table nothing",
                "42P01 relation \"nothing\" does not exist",
            ),
            ("create table t (a int primary key, b text)", "alter publication supabase_realtime add table t", "ok"),
            (
                "create table t (a int primary key, b text); create publication pub for all tables",
                "alter publication pub add table t",
                "55000 publication \"pub\" is defined as FOR ALL TABLES",
            ),
        ]);
    }
}
