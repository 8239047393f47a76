//! The catalog as the generators see it: sorted, with every type mapped.

use super::collation::compare;
use super::{Dialect, TypesError, TypesOptions};
use crate::catalog::{Catalog, Column, ConstraintKind, Identity, Oid, Relation, RelationKind, Type, TypeKind};
use crate::sort::{sort, sort_by};

pub struct Model {
    pub schemas: Vec<SchemaTypes>,
    /// The schema of the helper types.
    pub default_schema: String,
}

pub struct SchemaTypes {
    pub name: String,
    pub tables: Vec<RelationTypes>,
    pub views: Vec<RelationTypes>,
    pub enums: Vec<(String, Vec<String>)>,
    pub composites: Vec<(String, Vec<Field>)>,
}

pub struct RelationTypes {
    pub name: String,
    pub row: Vec<Field>,
    pub insert: Option<Vec<Field>>,
    pub update: Option<Vec<Field>>,
    pub relationships: Vec<Relationship>,
}

pub struct Field {
    pub name: String,
    pub optional: bool,
    pub ty: Ts,
}

/// A TypeScript type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ts {
    /// `string`, `number`, `Json`, `unknown` …
    Word(&'static str),
    /// `NonNullable<Json>`.
    NonNullJson,
    Array(Box<Ts>),
    /// `Database[schema]["Enums"][name]`, and `["Row"]` after it for relations.
    Entry {
        schema: String,
        section: &'static str,
        name: String,
    },
    /// The labels of an enum whose schema is not included.
    Labels(Vec<String>),
    Nullable(Box<Ts>),
}

pub struct Relationship {
    pub foreign_key: String,
    pub columns: Vec<String>,
    pub one_to_one: bool,
    pub referenced_relation: String,
    pub referenced_columns: Vec<String>,
}

const UNKNOWN: Ts = Ts::Word("unknown");

/// Reads the included schemas.
pub fn read(cat: &Catalog, options: &TypesOptions) -> Result<Model, TypesError> {
    let mut included: Vec<String> = Vec::new();
    for name in &options.schemas {
        if cat.schema_named(name).is_none() {
            return Err(TypesError::UnknownSchema(name.clone()));
        }
        if !included.contains(name) {
            included.push(name.clone());
        }
    }
    sort_by(&mut included, |a, b| compare(a, b));
    let reader = Reader { cat, included: &included };
    let schemas: Vec<SchemaTypes> =
        included.iter().filter_map(|name| cat.schema_named(name)).map(|s| reader.schema(s.oid, &s.name)).collect();
    let has_public = included.iter().any(|s| s == "public");
    let default_schema = match included.first() {
        Some(first) if options.dialect == Dialect::Cli && !has_public => first.clone(),
        _ => "public".to_string(),
    };
    Ok(Model { schemas, default_schema })
}

struct Reader<'a> {
    cat: &'a Catalog,
    included: &'a [String],
}

impl Reader<'_> {
    fn schema(&self, schema: Oid, name: &str) -> SchemaTypes {
        let relations = || self.cat.relations().filter(move |r| r.schema == schema && !r.is_temporary());
        let mut tables: Vec<RelationTypes> = relations()
            .filter(|r| r.kind.is_table() || r.kind == RelationKind::ForeignTable)
            .map(|r| self.table(r))
            .collect();
        let mut views: Vec<RelationTypes> = relations()
            .filter(|r| matches!(r.kind, RelationKind::View | RelationKind::MaterializedView))
            .map(|r| self.view(r))
            .collect();
        let mut enums: Vec<(String, Vec<String>)> = self
            .cat
            .types()
            .filter(|t| t.schema == schema)
            .filter_map(|t| match &t.kind {
                TypeKind::Enum(labels) if !labels.is_empty() => {
                    Some((t.name.to_string(), labels.iter().map(|l| l.to_string()).collect()))
                }
                _ => None,
            })
            .collect();
        let mut composites: Vec<(String, Vec<Field>)> = relations()
            .filter(|r| r.kind == RelationKind::CompositeType && r.live_columns().next().is_some())
            .map(|r| (r.name.to_string(), r.live_columns().map(|c| self.attribute(c)).collect()))
            .collect();
        sort_by(&mut tables, |a, b| compare(&a.name, &b.name));
        sort_by(&mut views, |a, b| compare(&a.name, &b.name));
        sort_by(&mut enums, |a, b| compare(&a.0, &b.0));
        sort_by(&mut composites, |a, b| compare(&a.0, &b.0));
        SchemaTypes { name: name.to_string(), tables, views, enums, composites }
    }

    fn table(&self, relation: &Relation) -> RelationTypes {
        let columns = sorted_columns(relation);
        let row = columns.iter().map(|c| self.column(c, false)).collect();
        let insert = columns
            .iter()
            .map(|c| self.written(c, self.is_nullable(c) || c.identity.is_some() || c.default.is_some()))
            .collect();
        let update = columns.iter().map(|c| self.written(c, true)).collect();
        RelationTypes {
            name: relation.name.to_string(),
            row,
            insert: Some(insert),
            update: Some(update),
            relationships: self.relationships(relation),
        }
    }

    fn view(&self, relation: &Relation) -> RelationTypes {
        let row = sorted_columns(relation).iter().map(|c| self.column(c, false)).collect();
        RelationTypes { name: relation.name.to_string(), row, insert: None, update: None, relationships: Vec::new() }
    }

    fn column(&self, column: &Column, optional: bool) -> Field {
        let ty = nullable(self.column_type(column), self.is_nullable(column));
        Field { name: column.name.to_string(), optional, ty }
    }

    /// A column of Insert or Update: `never` where the database writes it.
    fn written(&self, column: &Column, optional: bool) -> Field {
        if column.identity == Some(Identity::Always) || column.generated.is_some() {
            return Field { name: column.name.to_string(), optional: true, ty: Ts::Word("never") };
        }
        self.column(column, optional)
    }

    fn attribute(&self, column: &Column) -> Field {
        let ty = if column.type_unknown { UNKNOWN } else { self.type_of(column.ty.oid) };
        Field { name: column.name.to_string(), optional: false, ty: nullable(ty, true) }
    }

    fn is_nullable(&self, column: &Column) -> bool {
        let domain_not_null = self.cat.type_(column.ty.oid).is_some_and(|t| match &t.kind {
            TypeKind::Domain(domain) => domain.not_null,
            _ => false,
        });
        !(column.not_null || domain_not_null)
    }

    /// A column's type: a domain is seen as its base type, one level deep.
    fn column_type(&self, column: &Column) -> Ts {
        if column.type_unknown {
            return UNKNOWN;
        }
        match self.cat.type_(column.ty.oid).map(|t| &t.kind) {
            Some(TypeKind::Domain(domain)) => self.type_of(domain.base.oid),
            _ => self.type_of(column.ty.oid),
        }
    }

    fn type_of(&self, oid: Oid) -> Ts {
        let Some(ty) = self.cat.type_(oid) else { return UNKNOWN };
        let schema = self.cat.schema(ty.schema).map(|s| &*s.name).unwrap_or_default();
        self.named_type(&ty.name, schema)
    }

    /// The generators know a type by its name: built-in ones whatever their schema, `_x` as an array of `x`, and the rest by the schema of the type
    /// or, failing that, the first of that name.
    fn named_type(&self, name: &str, schema: &str) -> Ts {
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

    fn user_type(&self, name: &str, schema: &str) -> Ts {
        if let Some(found) =
            self.find_type(name, schema, |t| matches!(&t.kind, TypeKind::Enum(labels) if !labels.is_empty()))
        {
            let owner = self.schema_name(found.schema);
            return match &found.kind {
                TypeKind::Enum(labels) if !self.included.contains(&owner) => {
                    Ts::Labels(labels.iter().map(|l| l.to_string()).collect())
                }
                _ => Ts::Entry { schema: owner, section: "Enums", name: name.to_string() },
            };
        }
        if let Some(found) = self.find_type(name, schema, |t| self.is_composite(t)) {
            let owner = self.schema_name(found.schema);
            if !self.included.contains(&owner) {
                return UNKNOWN;
            }
            return Ts::Entry { schema: owner, section: "CompositeTypes", name: name.to_string() };
        }
        self.relation_type(name, schema).unwrap_or(UNKNOWN)
    }

    /// The row of a relation: of the included schemas only, the type's own first.
    fn relation_type(&self, name: &str, schema: &str) -> Option<Ts> {
        let in_schema = |schema: &str| {
            let relation = self.cat.relation_named(self.cat.schema_named(schema)?.oid, name)?;
            let section = match relation.kind {
                RelationKind::Table | RelationKind::PartitionedTable | RelationKind::ForeignTable => "Tables",
                RelationKind::View | RelationKind::MaterializedView => "Views",
                _ => return None,
            };
            Some(Ts::Entry { schema: schema.to_string(), section, name: name.to_string() })
        };
        if self.included.iter().any(|s| s == schema)
            && let Some(found) = in_schema(schema)
        {
            return Some(found);
        }
        self.included.iter().find_map(|s| in_schema(s))
    }

    fn is_composite(&self, ty: &Type) -> bool {
        match ty.kind {
            TypeKind::Composite(relation) => self
                .cat
                .relation(relation)
                .is_some_and(|r| r.kind == RelationKind::CompositeType && r.live_columns().next().is_some()),
            _ => false,
        }
    }

    fn find_type(&self, name: &str, schema: &str, fits: impl Fn(&Type) -> bool) -> Option<&Type> {
        let own = self.cat.schema_named(schema).and_then(|s| self.cat.type_named(s.oid, name)).filter(|t| fits(t));
        if let Some(own) = own {
            return Some(own);
        }
        let mut schemas: Vec<_> = self.cat.schemas().collect();
        sort_by(&mut schemas, |a, b| compare(&a.name, &b.name));
        schemas.into_iter().filter_map(|s| self.cat.type_named(s.oid, name)).find(|t| fits(t)).map(|t| &**t)
    }

    fn schema_name(&self, schema: Oid) -> String {
        self.cat.schema(schema).map(|s| s.name.to_string()).unwrap_or_default()
    }

    /// The foreign keys to tables of the same schema, those of partitions apart.
    fn relationships(&self, relation: &Relation) -> Vec<Relationship> {
        let mut found: Vec<Relationship> = relation
            .constraints
            .iter()
            .filter(|c| !c.parent.is_valid())
            .filter_map(|constraint| match &constraint.kind {
                ConstraintKind::ForeignKey(key) => {
                    let referenced = self.cat.relation(key.references).filter(|r| r.schema == relation.schema)?;
                    Some(Relationship {
                        foreign_key: constraint.name.to_string(),
                        columns: names(relation, &key.columns),
                        one_to_one: is_key(relation, &key.columns),
                        referenced_relation: referenced.name.to_string(),
                        referenced_columns: names(referenced, &key.referenced_columns),
                    })
                }
                _ => None,
            })
            .collect();
        sort_by(&mut found, |a, b| {
            compare(&a.foreign_key, &b.foreign_key)
                .then_with(|| compare(&a.referenced_relation, &b.referenced_relation))
                .then_with(|| compare(&json_list(&a.referenced_columns), &json_list(&b.referenced_columns)))
        });
        found
    }
}

pub fn json_list(names: &[String]) -> String {
    let names: Vec<String> = names.iter().map(|n| super::json(n)).collect();
    format!("[{}]", names.join(","))
}

fn names(relation: &Relation, columns: &[u16]) -> Vec<String> {
    columns.iter().filter_map(|n| relation.column_by_number(*n)).map(|c| c.name.to_string()).collect()
}

/// Whether the columns, in this order, are those of a primary key or unique constraint in the order of the table.
fn is_key(relation: &Relation, columns: &[u16]) -> bool {
    relation.constraints.iter().any(|c| match &c.kind {
        ConstraintKind::PrimaryKey { columns: key, .. } | ConstraintKind::Unique { columns: key, .. } => {
            let mut key = key.clone();
            sort(&mut key);
            key == columns
        }
        _ => false,
    })
}

fn sorted_columns(relation: &Relation) -> Vec<&Column> {
    let mut columns: Vec<&Column> = relation.live_columns().map(|c| &**c).collect();
    sort_by(&mut columns, |a, b| compare(&a.name, &b.name));
    columns
}

fn nullable(ty: Ts, is_nullable: bool) -> Ts {
    match ty {
        Ts::Word("Json") if !is_nullable => Ts::NonNullJson,
        Ts::Word("unknown") => ty,
        ty if is_nullable => Ts::Nullable(Box::new(ty)),
        ty => ty,
    }
}
