//! The catalog as the generators see it: sorted, with every type mapped.

use super::collation::compare;
use super::functions::{FunctionTypes, Returned};
use super::{Dialect, TypesOptions};
use crate::catalog::{Catalog, Column, Identity, Oid, Relation, RelationKind, Type, TypeKind};
use crate::generate::introspect::{self, Reach};
use crate::sort::sort_by;
use std::sync::Arc;

pub struct Model {
    pub schemas: Vec<SchemaTypes>,
    /// The schema of the helper types.
    pub default_schema: String,
    pub postgrest_version: Option<String>,
    /// What is printed as `unknown` because it could not be worked out.
    pub warnings: Vec<String>,
}

pub struct SchemaTypes {
    pub name: String,
    pub tables: Vec<RelationTypes>,
    pub views: Vec<RelationTypes>,
    pub functions: Vec<FunctionTypes>,
    pub enums: Vec<(String, Vec<String>)>,
    pub composites: Vec<(String, Vec<Field>)>,
}

pub struct RelationTypes {
    pub name: String,
    pub is_view: bool,
    pub row: Vec<Field>,
    /// Functions of a row that PostgREST shows as its columns.
    pub computed: Vec<(String, Returned)>,
    pub insert: Option<Vec<Field>>,
    pub update: Option<Vec<Field>>,
    pub relationships: Vec<Relationship>,
}

#[derive(Clone)]
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
    /// A relation's row without its computed fields.
    Stored(Box<Ts>),
    /// The labels of an enum whose schema is not included.
    Labels(Vec<String>),
    Nullable(Box<Ts>),
}

pub struct Relationship {
    pub foreign_key: String,
    pub columns: Vec<String>,
    /// `None`: not asked for.
    pub one_to_one: Option<bool>,
    pub referenced_relation: String,
    pub referenced_columns: Vec<String>,
}

pub const UNKNOWN: Ts = Ts::Word("unknown");

/// The included schemas by name; those that are not there are warned of.
pub fn included_schemas(cat: &Catalog, options: &TypesOptions, warnings: &mut Vec<String>) -> Vec<(Oid, String)> {
    let mut included: Vec<(Oid, String)> = Vec::new();
    for name in &options.schemas {
        match cat.schema_named(name) {
            Some(schema) if !included.iter().any(|(oid, _)| *oid == schema.oid) => {
                included.push((schema.oid, name.clone()));
            }
            Some(_) => {}
            None => warnings.push(format!("there is no schema `{name}` at the end of the chain")),
        }
    }
    sort_by(&mut included, |(_, a), (_, b)| compare(a, b));
    included
}

/// Reads the included schemas.
pub fn read(cat: &Catalog, options: &TypesOptions) -> Model {
    let mut warnings = Vec::new();
    let included = included_schemas(cat, options, &mut warnings);
    let oids: Vec<Oid> = included.iter().map(|(oid, _)| *oid).collect();
    let search_path: Vec<Oid> =
        options.extra_search_path.iter().filter_map(|name| cat.schema_named(name)).map(|s| s.oid).collect();
    let reach = match options.dialect {
        Dialect::Cli => Reach::All { views: &search_path },
        Dialect::Meta => Reach::Included,
    };
    let mut relationships = introspect::relationships(cat, &oids, reach);
    sort_relationships(cat, &mut relationships, options.dialect);
    let reader = Reader { relationships, ..Reader::new(cat, options, &included) };
    let schemas: Vec<SchemaTypes> =
        included.iter().map(|(oid, name)| reader.schema(*oid, name, &mut warnings)).collect();
    let has_public = included.iter().any(|(_, name)| name == "public");
    let default_schema = match included.first() {
        Some((_, first)) if options.dialect == Dialect::Cli && !has_public => first.clone(),
        _ => "public".to_string(),
    };
    Model { schemas, default_schema, postgrest_version: options.postgrest_version.clone(), warnings }
}

pub fn sort_relationships(cat: &Catalog, relationships: &mut [introspect::Relationship], dialect: Dialect) {
    let relation = |oid: Oid| cat.relation(oid).map_or("", |r| &r.name);
    let schema = |oid: Oid| cat.schema(oid).map_or("", |s| &s.name);
    sort_by(relationships, |a, b| {
        let order = compare(&a.foreign_key, &b.foreign_key)
            .then_with(|| compare(relation(a.referenced), relation(b.referenced)))
            .then_with(|| compare(&json_list(&a.referenced_columns), &json_list(&b.referenced_columns)));
        match dialect {
            Dialect::Meta => order,
            Dialect::Cli => order
                .then_with(|| compare(schema(a.referenced_schema), schema(b.referenced_schema)))
                .then_with(|| compare(schema(a.schema), schema(b.schema)))
                .then_with(|| compare(relation(a.relation), relation(b.relation)))
                .then_with(|| compare(&json_list(&a.columns), &json_list(&b.columns))),
        }
    });
}

/// What the generators list of a schema, by name.
pub struct Listing<'a> {
    /// Ordinary, partitioned and foreign tables.
    pub tables: Vec<&'a Arc<Relation>>,
    /// Views and materialized views.
    pub views: Vec<&'a Arc<Relation>>,
    /// Composite types of their own.
    pub composites: Vec<&'a Arc<Relation>>,
    pub enums: Vec<&'a Arc<Type>>,
}

/// Whether a row that is written holds a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    Required,
    Optional,
    /// The database writes it.
    Never,
}

/// The columns of a row that is written, by name; `None`: there is no writing.
pub type Written<'a> = Option<Vec<(&'a Column, Presence)>>;

pub struct Reader<'a> {
    pub cat: &'a Catalog,
    pub dialect: Dialect,
    one_to_one: bool,
    /// Sorted by name.
    included: &'a [(Oid, String)],
    /// All schemas, sorted by name.
    all_schemas: Vec<Oid>,
    relationships: Vec<introspect::Relationship>,
}

impl<'a> Reader<'a> {
    /// A reader that knows no relationships.
    pub fn new(cat: &'a Catalog, options: &TypesOptions, included: &'a [(Oid, String)]) -> Self {
        let mut all_schemas: Vec<_> = cat.schemas().map(|s| (s.oid, s.name.clone())).collect();
        sort_by(&mut all_schemas, |(_, a), (_, b)| compare(a, b));
        Self {
            cat,
            dialect: options.dialect,
            one_to_one: options.one_to_one,
            included,
            all_schemas: all_schemas.into_iter().map(|(oid, _)| oid).collect(),
            relationships: Vec::new(),
        }
    }

    fn schema(&self, schema: Oid, name: &str, warnings: &mut Vec<String>) -> SchemaTypes {
        let listing = self.listing(schema);
        let functions = self.functions(schema);
        let entry =
            |r: &&Arc<Relation>| RelationTypes { computed: self.computed_fields(r, &functions), ..self.relation(r) };
        let tables = listing.tables.iter().map(entry).collect();
        let views = listing.views.iter().map(entry).collect();
        warnings.extend(self.not_worked_out(schema));
        let enums = listing.enums.iter().filter_map(|t| match &t.kind {
            TypeKind::Enum(labels) if !labels.is_empty() => {
                Some((t.name.to_string(), labels.iter().map(|l| l.to_string()).collect()))
            }
            _ => None,
        });
        let attributes = |r: &Relation| -> Vec<Field> { r.live_columns().map(|c| self.attribute(c)).collect() };
        let composites = listing.composites.iter().map(|r| (r.name.to_string(), attributes(r)));
        SchemaTypes {
            name: name.to_string(),
            tables,
            views,
            functions: self.signatures(name, functions),
            enums: enums.collect(),
            composites: composites.filter(|(_, attributes)| !attributes.is_empty()).collect(),
        }
    }

    /// What is listed of a schema.
    pub fn listing(&self, schema: Oid) -> Listing<'a> {
        let relations = |wanted: fn(&Relation) -> bool| {
            let mut found: Vec<&Arc<Relation>> = self.relations(schema).filter(|r| wanted(r)).collect();
            sort_by(&mut found, |a, b| compare(&a.name, &b.name));
            found
        };
        let is_enum = |t: &&Arc<Type>| t.schema == schema && matches!(t.kind, TypeKind::Enum(_));
        let mut enums: Vec<&Arc<Type>> = self.cat.types().filter(is_enum).collect();
        sort_by(&mut enums, |a, b| compare(&a.name, &b.name));
        Listing {
            tables: relations(|r| r.kind.is_table() || r.kind == RelationKind::ForeignTable),
            views: relations(is_view),
            composites: relations(|r| r.kind == RelationKind::CompositeType),
            enums,
        }
    }

    fn relations(&self, schema: Oid) -> impl Iterator<Item = &'a Arc<Relation>> {
        self.cat.relations().filter(move |r| r.schema == schema && !r.is_temporary())
    }

    /// What of a schema is `unknown` here and might be known to a server.
    pub fn not_worked_out(&self, schema: Oid) -> Vec<String> {
        let shown = |r: &&Arc<Relation>| !r.kind.is_index() && r.kind != RelationKind::Sequence;
        self.relations(schema).filter(shown).flat_map(|r| self.relation_not_worked_out(r)).collect()
    }

    fn relation_not_worked_out(&self, relation: &Relation) -> Vec<String> {
        let name = self.cat.relation_name(relation);
        if let Some(reason) = &relation.columns_unknown {
            return vec![format!("{} `{name}`: its columns are not known: {reason}", relation.kind.noun())];
        }
        let unknown = relation.live_columns().filter(|c| c.type_unknown);
        unknown.map(|c| format!("`{name}.{}`: its type could not be worked out", c.name)).collect()
    }

    fn relation(&self, relation: &Relation) -> RelationTypes {
        let (insert, update) = self.written(relation);
        let fields = |columns: Vec<(&Column, Presence)>| {
            columns.into_iter().map(|(c, presence)| self.written_field(relation, c, presence)).collect()
        };
        RelationTypes {
            name: relation.name.to_string(),
            is_view: is_view(relation),
            row: self.row(relation),
            computed: Vec::new(),
            insert: insert.map(fields),
            update: update.map(fields),
            relationships: self.relationships(relation),
        }
    }

    /// The columns of a relation's Row.
    pub fn row(&self, relation: &Relation) -> Vec<Field> {
        sorted_columns(relation).iter().map(|c| self.column(relation, c, false)).collect()
    }

    /// The columns of a relation's Insert and Update.
    pub fn written<'r>(&self, relation: &'r Relation) -> (Written<'r>, Written<'r>) {
        let columns = sorted_columns(relation);
        let with = |presence: &dyn Fn(&Column) -> Presence| -> Written<'r> {
            Some(columns.iter().map(|c| (*c, presence(c))).collect())
        };
        let presence = |writable: bool, optional: bool| match (writable, optional) {
            (false, _) => Presence::Never,
            (true, true) => Presence::Optional,
            (true, false) => Presence::Required,
        };
        match relation.kind {
            RelationKind::MaterializedView => (None, None),
            RelationKind::View => {
                let writes = introspect::writes(self.cat, relation, true);
                let rewritten = introspect::is_rewritten(relation);
                let takes = |c: &Column| {
                    presence(rewritten || introspect::is_column_updatable(self.cat, relation, c.number), true)
                };
                (with(&takes).filter(|_| writes.insert), with(&takes).filter(|_| writes.update))
            }
            _ => {
                let writable = |c: &Column| c.identity != Some(Identity::Always) && c.generated.is_none();
                let has_value = |c: &Column| c.identity.is_some() || c.default.is_some();
                let insert = with(&|c| presence(writable(c), self.is_nullable(relation, c) || has_value(c)));
                (insert, with(&|c| presence(writable(c), true)))
            }
        }
    }

    fn written_field(&self, relation: &Relation, column: &Column, presence: Presence) -> Field {
        let ty = match presence {
            Presence::Never => Ts::Word("never"),
            // The triggers and rules of a view, and the table behind it, may fill in what is null.
            _ => nullable(self.column_type(column), is_view(relation) || self.is_nullable(relation, column)),
        };
        Field { name: column.name.to_string(), optional: presence != Presence::Required, ty }
    }

    fn column(&self, relation: &Relation, column: &Column, optional: bool) -> Field {
        let ty = nullable(self.column_type(column), self.is_nullable(relation, column));
        Field { name: column.name.to_string(), optional, ty }
    }

    fn attribute(&self, column: &Column) -> Field {
        let ty = if column.type_unknown { UNKNOWN } else { self.type_of(column.ty.oid) };
        Field { name: column.name.to_string(), optional: false, ty: nullable(ty, true) }
    }

    /// Whether a relation's Row may have null there.
    pub fn is_nullable(&self, relation: &Relation, column: &Column) -> bool {
        let is_not_null = introspect::is_declared_not_null(self.cat, column)
            || (self.dialect == Dialect::Cli
                && is_view(relation)
                && introspect::is_view_column_not_null(self.cat, relation, column));
        !is_not_null
    }

    fn relationships(&self, relation: &Relation) -> Vec<Relationship> {
        let own = |r: &&introspect::Relationship| r.relation == relation.oid && r.referenced_schema == relation.schema;
        let shown = |r: &introspect::Relationship| Relationship {
            foreign_key: r.foreign_key.clone(),
            columns: r.columns.clone(),
            one_to_one: self.one_to_one.then_some(r.one_to_one),
            referenced_relation: self.cat.relation(r.referenced).map(|r| r.name.to_string()).unwrap_or_default(),
            referenced_columns: r.referenced_columns.clone(),
        };
        self.relationships.iter().filter(own).map(shown).collect()
    }

    pub fn is_included(&self, schema: Oid) -> bool {
        self.included.iter().any(|(oid, _)| *oid == schema)
    }

    pub fn included(&self) -> impl Iterator<Item = Oid> {
        self.included.iter().map(|(oid, _)| *oid)
    }

    pub fn all_schemas(&self) -> &[Oid] {
        &self.all_schemas
    }
}

pub fn is_view(relation: &Relation) -> bool {
    matches!(relation.kind, RelationKind::View | RelationKind::MaterializedView)
}

pub fn json_list(names: &[String]) -> String {
    if names.is_empty() {
        return "null".into();
    }
    let names: Vec<String> = names.iter().map(|n| crate::json::quoted(n)).collect();
    format!("[{}]", names.join(","))
}

/// The columns of a relation by name.
pub fn sorted_columns(relation: &Relation) -> Vec<&Column> {
    let mut columns: Vec<&Column> = relation.live_columns().map(|c| &**c).collect();
    sort_by(&mut columns, |a, b| compare(&a.name, &b.name));
    columns
}

pub fn nullable(ty: Ts, is_nullable: bool) -> Ts {
    match ty {
        Ts::Word("Json") if !is_nullable => Ts::NonNullJson,
        Ts::Word("unknown") => ty,
        ty if is_nullable => Ts::Nullable(Box::new(ty)),
        ty => ty,
    }
}
