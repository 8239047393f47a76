//! GeneratorMetadata, version 1: what the generators of postgrest-typegen read, as npm `@supabase/postgrest-typegen` 0.2.2 defines it (`types.ts`),
//! introspects it and sorts it.
//!
//! Ids are the replay's oids. What only a running server knows is zero (sizes, row estimates) or missing (the comments of built-in types). Expressions
//! are as they were written, with the names and types of now.

use super::introspect::{self, Reach, is_column_updatable, is_declared_not_null, is_rewritten, relationships};
use super::json::Json;
use super::shape::section;
use super::typescript::collation::compare;
use super::typescript::model::{Reader, included_schemas, sort_relationships, sorted_columns};
use super::typescript::{Dialect, Types, TypesOptions};
use crate::catalog::base::BOOTSTRAP_ROLE;
use crate::catalog::{
    Catalog, Class, Column, ConstraintKind, Function, Identity, ObjectAddress, Oid, Relation, RelationKind,
    ReplicaIdentity, Type, TypeKind, TypeRef, oids,
};
use crate::number;
use crate::sort::sort_by;
use crate::syntax::ast::{ArgMode, FunctionBody, Volatility};
use std::sync::Arc;

const PUBLIC: Oid = Oid(2200);

/// Prints the metadata of the included schemas: a line for each object.
pub fn generate(cat: &Catalog, options: &TypesOptions) -> Types {
    let mut warnings = Vec::new();
    let schemas = included_schemas(cat, options, &mut warnings);
    let options = TypesOptions { dialect: Dialect::Meta, ..options.clone() };
    let reader = Reader::new(cat, &options, &schemas);
    warnings.extend(schemas.iter().flat_map(|(oid, _)| reader.not_worked_out(*oid)));
    let printer = Printer { cat };
    let text = printer.print(&reader, &schemas);
    Types { text, warnings }
}

struct Printer<'a> {
    cat: &'a Catalog,
}

impl Printer<'_> {
    fn print(&self, reader: &Reader, schemas: &[(Oid, String)]) -> String {
        let cat = self.cat;
        let mut relations: Vec<&Arc<Relation>> = Vec::new();
        for (schema, _) in schemas {
            let listing = reader.listing(*schema);
            let mut all = [listing.tables, listing.views].concat();
            sort_by(&mut all, |a, b| compare(&a.name, &b.name));
            relations.extend(all);
        }
        let of_kind = |is: &dyn Fn(RelationKind) -> bool, line: &dyn Fn(&Relation) -> Json| -> Vec<Json> {
            relations.iter().filter(|r| is(r.kind)).map(|r| line(r)).collect()
        };
        let columns = relations.iter().flat_map(|r| sorted_columns(r).into_iter().map(|c| self.column(r, c)));
        let oids: Vec<Oid> = schemas.iter().map(|(oid, _)| *oid).collect();
        let mut relationships = relationships(cat, &oids, Reach::Included);
        sort_relationships(cat, &mut relationships, Dialect::Meta);
        let functions = oids.iter().flat_map(|schema| reader.listed_functions(*schema));
        let sections: [(&str, Vec<Json>); 10] = [
            ("schemas", oids.iter().map(|schema| self.schema(*schema)).collect()),
            ("tables", of_kind(&RelationKind::is_table, &|r| self.table(r))),
            ("foreignTables", of_kind(&|kind| kind == RelationKind::ForeignTable, &|r| self.relation(r, Vec::new()))),
            ("views", of_kind(&|kind| kind == RelationKind::View, &|r| self.view(r))),
            (
                "materializedViews",
                of_kind(&|kind| kind == RelationKind::MaterializedView, &|r| {
                    self.relation(r, vec![("is_populated", Json::bool(r.populated))])
                }),
            ),
            ("columns", columns.collect()),
            ("primaryKeys", relations.iter().flat_map(|r| self.primary_key(r)).collect()),
            ("relationships", relationships.iter().map(|r| self.relationship(r)).collect()),
            ("functions", functions.map(|f| self.function(f)).collect()),
            ("types", self.types()),
        ];
        let mut text = String::from("{\n  \"version\": 1");
        for (name, lines) in sections {
            text += &format!(",\n  \"{name}\": [");
            for (place, line) in lines.iter().enumerate() {
                text.push_str(if place == 0 { "\n    " } else { ",\n    " });
                text.push_str(&line.print(usize::MAX));
            }
            text.push_str(if lines.is_empty() { "]" } else { "\n  ]" });
        }
        text + "\n}\n"
    }

    fn schema_name(&self, oid: Oid) -> Json {
        Json::text(self.cat.schema(oid).map_or("", |s| &s.name))
    }

    fn comment(&self, class: Class, oid: Oid, column: u16) -> Json {
        Json::text_or_null(self.cat.comment(ObjectAddress { class, oid, column }).map(|text| &**text))
    }

    fn schema(&self, oid: Oid) -> Json {
        let owner = self.cat.schema(oid).map_or(Oid::INVALID, |s| s.owner);
        let owner = match (oid, owner) {
            // initdb gives `public` to a role that stands for the database's owner.
            (PUBLIC, BOOTSTRAP_ROLE) => "pg_database_owner",
            _ => self.cat.role(owner).map_or("", |role| &role.name),
        };
        object([("id", id(oid)), ("name", self.schema_name(oid)), ("owner", Json::text(owner))])
    }

    /// What all relations have, and `more`.
    fn relation(&self, relation: &Relation, more: Vec<(&str, Json)>) -> Json {
        let head = [
            ("id", id(relation.oid)),
            ("schema", self.schema_name(relation.schema)),
            ("name", Json::text(&relation.name)),
        ];
        let comment = ("comment", self.comment(Class::Relation, relation.oid, 0));
        object(head.into_iter().chain(more).chain([comment]))
    }

    fn table(&self, table: &Relation) -> Json {
        let replica_identity = match table.replica_identity {
            ReplicaIdentity::Default => "DEFAULT",
            ReplicaIdentity::Full => "FULL",
            ReplicaIdentity::Nothing => "NOTHING",
            ReplicaIdentity::Index(_) => "INDEX",
        };
        self.relation(
            table,
            vec![
                ("rls_enabled", Json::bool(table.row_security.enabled)),
                ("rls_forced", Json::bool(table.row_security.forced)),
                ("replica_identity", Json::text(replica_identity)),
                ("bytes", Json::word("0")),
                ("size", Json::text("0 bytes")),
                ("live_rows_estimate", Json::word("0")),
                ("dead_rows_estimate", Json::word("0")),
            ],
        )
    }

    fn view(&self, view: &Relation) -> Json {
        let (own, all) = (introspect::writes(self.cat, view, false), introspect::writes(self.cat, view, true));
        self.relation(
            view,
            vec![
                ("is_updatable", Json::bool(own.update && own.delete)),
                ("is_insert_enabled", Json::bool(all.insert)),
                ("is_update_enabled", Json::bool(all.update)),
            ],
        )
    }

    fn column(&self, relation: &Relation, column: &Column) -> Json {
        let ty = self.cat.type_(column.ty.oid).filter(|_| !column.type_unknown);
        // A domain is seen as its base type, one level deep.
        let ty = ty.and_then(|ty| match &ty.kind {
            TypeKind::Domain(domain) => self.cat.type_(domain.base.oid),
            _ => Some(ty),
        });
        let identity = match column.identity {
            Some(Identity::Always) => Some("ALWAYS"),
            Some(Identity::ByDefault) => Some("BY DEFAULT"),
            None => None,
        };
        let is_updatable = match relation.kind {
            RelationKind::MaterializedView => false,
            RelationKind::View => is_rewritten(relation) || is_column_updatable(self.cat, relation, column.number),
            _ => true,
        };
        let is_unique = relation
            .constraints
            .iter()
            .any(|c| matches!(&c.kind, ConstraintKind::Unique { columns, .. } if columns[..] == [column.number]));
        let default = column.default.as_ref().map(|d| self.cat.default_text(&d.definition, column.ty));
        let check = self.check(relation, column);
        let position = u32::from(column.number);
        object([
            ("table_id", id(relation.oid)),
            ("schema", self.schema_name(relation.schema)),
            ("table", Json::text(&relation.name)),
            ("id", Json::text(&format!("{}.{position}", relation.oid.0))),
            ("ordinal_position", id(Oid(position))),
            ("name", Json::text(&column.name)),
            ("default_value", Json::text_or_null(default.as_deref())),
            ("data_type", Json::text(&ty.map_or("unknown".into(), |ty| self.data_type(ty)))),
            ("format", Json::text(ty.map_or("unknown", |ty| &ty.name))),
            ("type_schema", ty.map_or_else(|| Json::text("pg_catalog"), |ty| self.schema_name(ty.schema))),
            ("is_identity", Json::bool(identity.is_some())),
            ("identity_generation", Json::text_or_null(identity)),
            ("is_generated", Json::bool(column.generated.is_some())),
            ("is_nullable", Json::bool(!is_declared_not_null(self.cat, column))),
            ("is_updatable", Json::bool(is_updatable)),
            ("is_unique", Json::bool(is_unique)),
            ("check", Json::text_or_null(check.as_deref())),
            ("enums", ty.map_or_else(|| Json::List(Vec::new()), |ty| self.labels(ty, true))),
            ("comment", self.comment(Class::Relation, relation.oid, column.number)),
        ])
    }

    /// As information_schema has it.
    fn data_type(&self, ty: &Type) -> String {
        if ty.category == 'A' {
            return "ARRAY".to_string();
        }
        match self.cat.schema(ty.schema).is_some_and(|s| &*s.name == "pg_catalog") {
            true => self.format(ty.oid),
            false => "USER-DEFINED".to_string(),
        }
    }

    /// format_type without a modifier, which says `character` where one of −1 says `bpchar`.
    fn format(&self, ty: Oid) -> String {
        match self.cat.type_(ty).map(|t| &t.kind) {
            Some(TypeKind::Array(element)) if *element == oids::BPCHAR => "character[]".to_string(),
            _ if ty == oids::BPCHAR => "character".to_string(),
            _ => self.cat.format_type(TypeRef::plain(ty)),
        }
    }

    /// The labels of an enum, or where `elements` are asked for also of an array's.
    fn labels(&self, ty: &Type, elements: bool) -> Json {
        let labels = match &ty.kind {
            TypeKind::Enum(labels) => labels.iter().map(|label| Json::text(label)).collect(),
            TypeKind::Array(element) if elements => {
                return self.cat.type_(*element).map_or(Json::List(Vec::new()), |ty| self.labels(ty, false));
            }
            _ => Vec::new(),
        };
        Json::List(labels)
    }

    /// The first check of the column alone.
    fn check(&self, relation: &Relation, column: &Column) -> Option<String> {
        let mut found: Option<(Oid, String)> = None;
        for constraint in &relation.constraints {
            if let ConstraintKind::Check { columns, definition, .. } = &constraint.kind
                && columns[..] == [column.number]
                && found.as_ref().is_none_or(|(oid, _)| constraint.oid < *oid)
            {
                found = Some((constraint.oid, definition.print_as_seen(self.cat)));
            }
        }
        found.map(|(_, text)| text)
    }

    fn primary_key(&self, table: &Relation) -> Vec<Json> {
        let Some(ConstraintKind::PrimaryKey { columns, index }) = table.primary_key().map(|c| &c.kind) else {
            return Vec::new();
        };
        // Introspection asks for all that the index holds.
        let include = self.cat.relation(*index).and_then(|r| r.index.as_ref()).map_or(&[][..], |index| &index.include);
        let names = columns.iter().chain(include).filter_map(|c| table.column_by_number(*c));
        let line = |column: &Arc<Column>| {
            object([
                ("table_id", id(table.oid)),
                ("schema", self.schema_name(table.schema)),
                ("table_name", Json::text(&table.name)),
                ("name", Json::text(&column.name)),
            ])
        };
        names.map(line).collect()
    }

    fn relationship(&self, key: &introspect::Relationship) -> Json {
        let relation = |oid: Oid| Json::text(self.cat.relation(oid).map_or("", |r| &r.name));
        let names = |names: &[String]| match names {
            [] => Json::word("null"),
            _ => Json::List(names.iter().map(|name| Json::text(name)).collect()),
        };
        object([
            ("foreign_key_name", Json::text(&key.foreign_key)),
            ("schema", self.schema_name(key.schema)),
            ("relation", relation(key.relation)),
            ("columns", names(&key.columns)),
            ("is_one_to_one", Json::bool(key.one_to_one)),
            ("referenced_schema", self.schema_name(key.referenced_schema)),
            ("referenced_relation", relation(key.referenced)),
            ("referenced_columns", names(&key.referenced_columns)),
        ])
    }

    fn function(&self, function: &Function) -> Json {
        let body = match function.body.as_deref() {
            Some(FunctionBody::Text(body)) => body.text.to_string(),
            Some(FunctionBody::External(_, symbol)) => symbol.text.to_string(),
            _ => String::new(),
        };
        let is_internal = &*function.language == "internal";
        let statement = if is_internal { body.clone() } else { self.cat.function_definition(function, &body) };
        let returned = self.cat.type_(function.returns.oid);
        let rows = function.returns_set.then(|| function.rows.unwrap_or(1000.0)).filter(|rows| *rows != 0.0);
        let settings = function.settings.iter().map(|(name, value)| {
            // string_to_array(…, '=')[2]
            (name.to_string(), Json::text(value.split('=').next().unwrap_or_default()))
        });
        let arguments = self.cat.function_arguments(function);
        object([
            ("id", id(function.oid)),
            ("schema", self.schema_name(function.schema)),
            ("name", Json::text(&function.name)),
            ("language", Json::text(&function.language)),
            ("definition", Json::text(if is_internal { "" } else { &body })),
            ("complete_statement", Json::text(&statement)),
            ("args", self.args(function)),
            ("argument_types", Json::text(&arguments)),
            ("identity_argument_types", Json::text(&self.cat.function_identity_arguments(function))),
            ("return_type_id", id(function.returns.oid)),
            ("return_type", Json::text(&self.cat.function_result(function))),
            ("return_type_relation_id", returned.map_or_else(|| Json::word("null"), |ty| relation_id(ty))),
            ("is_set_returning_function", Json::bool(function.returns_set)),
            ("prorows", rows.map_or_else(|| Json::word("null"), |rows| Json::Plain(number::shown(rows)))),
            (
                "behavior",
                Json::text(match function.volatility {
                    Volatility::Immutable => "IMMUTABLE",
                    Volatility::Stable => "STABLE",
                    Volatility::Volatile => "VOLATILE",
                }),
            ),
            ("security_definer", Json::bool(function.security_definer)),
            (
                "config_params",
                if function.settings.is_empty() { Json::word("null") } else { Json::Object(settings.collect()) },
            ),
        ])
    }

    fn args(&self, function: &Function) -> Json {
        let inputs = function.input_args().count();
        let defaults = function.args.iter().filter(|a| a.has_default).count();
        let mut args: Vec<(&str, Json)> = Vec::new();
        for (place, arg) in function.args.iter().enumerate() {
            let mode = match arg.mode {
                ArgMode::In => "in",
                ArgMode::Out => "out",
                ArgMode::InOut => "inout",
                ArgMode::Variadic => "variadic",
                ArgMode::Table => "table",
            };
            // Introspection counts input arguments only, but sets them beside all.
            let has_default = match place < inputs {
                true => Json::bool(place + defaults >= inputs),
                false => Json::word("null"),
            };
            let name = arg.name.as_deref().unwrap_or_default();
            let line = object([
                ("mode", Json::text(mode)),
                ("name", Json::text(name)),
                ("type_id", id(arg.ty.oid)),
                ("has_default", has_default),
            ]);
            args.push((name, line));
        }
        sort_by(&mut args, |(a, _), (b, _)| compare(a, b));
        Json::List(args.into_iter().map(|(_, line)| line).collect())
    }

    /// The types of all schemas.
    fn types(&self) -> Vec<Json> {
        let is_listed = |ty: &&Arc<Type>| match ty.kind {
            TypeKind::Composite(relation) => self.cat.relation(relation).is_some_and(|r| section(r).is_some()),
            _ => true,
        };
        let schema = |ty: &Type| self.cat.schema(ty.schema).map_or("", |s| &s.name);
        let mut types: Vec<&Arc<Type>> = self.cat.types().filter(is_listed).collect();
        sort_by(&mut types, |a, b| {
            compare(schema(a), schema(b)).then_with(|| compare(&a.name, &b.name)).then_with(|| a.oid.cmp(&b.oid))
        });
        types.into_iter().map(|ty| self.type_(ty)).collect()
    }

    fn type_(&self, ty: &Type) -> Json {
        let relation = match ty.kind {
            TypeKind::Composite(relation) => self.cat.relation(relation),
            _ => None,
        };
        let own = relation.filter(|r| r.kind == RelationKind::CompositeType);
        let attribute = |c: &Arc<Column>| object([("name", Json::text(&c.name)), ("type_id", id(c.ty.oid))]);
        let attributes = own.into_iter().flat_map(|r| r.live_columns()).map(attribute).collect();
        object([
            ("id", id(ty.oid)),
            ("name", Json::text(&ty.name)),
            ("schema", self.schema_name(ty.schema)),
            ("format", Json::text(&self.format(ty.oid))),
            ("enums", self.labels(ty, false)),
            ("attributes", Json::List(attributes)),
            ("comment", self.comment(Class::Type, ty.oid, 0)),
            ("type_relation_id", relation_id(ty)),
        ])
    }
}

fn object<'a>(members: impl IntoIterator<Item = (&'a str, Json)>) -> Json {
    Json::Object(members.into_iter().map(|(key, value)| (key.to_string(), value)).collect())
}

fn id(oid: Oid) -> Json {
    Json::Plain(oid.0.to_string())
}

fn relation_id(ty: &Type) -> Json {
    match ty.kind {
        TypeKind::Composite(relation) => id(relation),
        _ => Json::word("null"),
    }
}
