//! What values look like in JSON, for every target but TypeScript.
//!
//! PostgREST sends rows as `to_json` makes them: numbers, booleans, JSON, arrays and rows as such, everything else as text. Unlike TypeScript's types,
//! which know a type by its name, shapes follow oids: domains are their base type however deep, rows and enums of any schema are known.

use super::typescript::TypesOptions;
use super::typescript::collation::compare;
use super::typescript::functions::overloads;
use super::typescript::model::{Presence, Reader, Written, included_schemas, is_view, sorted_columns};
use crate::catalog::{Catalog, Column, Function, Oid, Relation, RelationKind, TypeKind, oids};
use crate::sort::insert;
use crate::sort::sort_by;
use crate::syntax::ast::{ArgMode, Symbol};
use std::sync::Arc;

/// The shape of a value that is not null.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shape {
    Bool,
    Int16,
    Int32,
    Int64,
    Float32,
    Float64,
    Numeric,
    /// Everything that is sent as text: dates, uuids, bytes in hexadecimal …
    Text,
    Json,
    /// Always null.
    Void,
    /// An object whose members are not known.
    Record,
    Unknown,
    /// Of elements that may be null. Only one dimension is told apart, as no type says how many there are.
    Array(Box<Shape>),
    /// An enum, by its type.
    Enum(Oid),
    /// The row of a relation or a composite type, by its relation.
    Row(Oid),
    /// RETURNS TABLE, or several OUT arguments.
    Object(Vec<Member>),
}

/// A member of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    pub name: String,
    pub shape: Shape,
    pub nullable: bool,
    pub presence: Presence,
}

/// The included schemas, and what of others they refer to.
pub struct Shapes<'a> {
    pub cat: &'a Catalog,
    /// By name.
    pub included: Vec<SchemaShapes>,
    /// The enums and rows of other schemas that the included ones refer to.
    pub referred: Vec<SchemaShapes>,
    pub warnings: Vec<String>,
}

/// What is printed of a schema, by name.
#[derive(Default)]
pub struct SchemaShapes {
    pub name: String,
    pub enums: Vec<Oid>,
    pub composites: Vec<RelationShapes>,
    /// Ordinary, partitioned and foreign tables.
    pub tables: Vec<RelationShapes>,
    /// Views and materialized views.
    pub views: Vec<RelationShapes>,
    pub functions: Vec<FunctionShapes>,
}

pub struct RelationShapes {
    pub oid: Oid,
    pub name: String,
    pub row: Vec<Member>,
    /// `None`: it takes no INSERT.
    pub insert: Option<Vec<Member>>,
    /// `None`: it takes no UPDATE.
    pub update: Option<Vec<Member>>,
}

pub struct FunctionShapes {
    pub name: String,
    pub overloads: Vec<Overload>,
}

pub struct Overload {
    pub args: Vec<Member>,
    /// Of each row where it returns a set.
    pub returns: Shape,
    /// May be null, each row too.
    pub nullable: bool,
    pub is_set: bool,
}

/// Reads the included schemas.
pub fn read<'a>(cat: &'a Catalog, options: &TypesOptions) -> Shapes<'a> {
    let mut warnings = Vec::new();
    let schemas = included_schemas(cat, options, &mut warnings);
    let reader = Reader::new(cat, options, &schemas);
    let included: Vec<SchemaShapes> = schemas.iter().map(|(oid, name)| schema(&reader, *oid, name)).collect();
    warnings.extend(schemas.iter().flat_map(|(oid, _)| reader.not_worked_out(*oid)));
    let referred = referred(&reader, &included);
    Shapes { cat, included, referred, warnings }
}

fn schema(reader: &Reader, schema: Oid, name: &str) -> SchemaShapes {
    let listing = reader.listing(schema);
    let functions = reader.functions(schema);
    let relation = |relation: &&Arc<Relation>| {
        let mut row = row(reader, relation);
        let takes = functions.iter().filter(|f| f.takes_row_of(relation));
        for computed in takes.filter_map(|f| computed_field(reader.cat, &f.function)) {
            if row.iter().all(|m| m.name != computed.name) {
                row.push(computed);
            }
        }
        let (insert, update) = reader.written(relation);
        let members = |columns: Written| columns.map(|columns| written(reader, relation, columns));
        RelationShapes {
            oid: relation.oid,
            name: relation.name.to_string(),
            row,
            insert: members(insert),
            update: members(update),
        }
    };
    let mut shapes = SchemaShapes {
        name: name.to_string(),
        enums: listing.enums.iter().map(|t| t.oid).collect(),
        composites: listing.composites.iter().map(|r| row_only(reader, r)).collect(),
        tables: listing.tables.iter().map(relation).collect(),
        views: listing.views.iter().map(relation).collect(),
        functions: Vec::new(),
    };
    for group in overloads(functions) {
        let name = group.first().map(|f| f.function.name.to_string()).unwrap_or_default();
        let overloads = group.iter().map(|f| overload(reader.cat, &f.function)).collect();
        shapes.functions.push(FunctionShapes { name, overloads });
    }
    shapes
}

fn row_only(reader: &Reader, relation: &Relation) -> RelationShapes {
    let row = row(reader, relation);
    RelationShapes { oid: relation.oid, name: relation.name.to_string(), row, insert: None, update: None }
}

/// A relation's columns by name, or a composite type's attributes in order.
fn row(reader: &Reader, relation: &Relation) -> Vec<Member> {
    match relation.kind {
        // Nothing but a domain keeps null out of an attribute, and not out of older rows.
        RelationKind::CompositeType => {
            relation.live_columns().map(|c| member(&c.name, column(reader.cat, c), true, Presence::Required)).collect()
        }
        _ => sorted_columns(relation)
            .into_iter()
            .map(|c| member(&c.name, column(reader.cat, c), is_nullable(reader, relation, c), Presence::Required))
            .collect(),
    }
}

fn written(reader: &Reader, relation: &Relation, columns: Vec<(&Column, Presence)>) -> Vec<Member> {
    let nullable = |c: &Column| is_view(relation) || is_nullable(reader, relation, c);
    columns.into_iter().map(|(c, presence)| member(&c.name, column(reader.cat, c), nullable(c), presence)).collect()
}

fn member(name: &str, shape: Shape, nullable: bool, presence: Presence) -> Member {
    Member { name: name.to_string(), shape, nullable, presence }
}

fn column(cat: &Catalog, column: &Column) -> Shape {
    if column.type_unknown { Shape::Unknown } else { shape(cat, column.ty.oid) }
}

/// Unlike `Reader::is_nullable`, domains over domains count.
fn is_nullable(reader: &Reader, relation: &Relation, column: &Column) -> bool {
    let mut at = column.ty.oid;
    // Domains are not made of themselves; a bound is enough.
    for _ in 0..MAX_DEPTH {
        let Some(TypeKind::Domain(domain)) = reader.cat.type_(at).map(|t| &t.kind) else { break };
        if domain.not_null {
            return false;
        }
        at = domain.base.oid;
    }
    reader.is_nullable(relation, column)
}

/// A function of a row that PostgREST shows as its column where it is asked for. One that returns rows is an embedding, no column.
fn computed_field(cat: &Catalog, function: &Function) -> Option<Member> {
    let shape = match shape(cat, function.returns.oid) {
        Shape::Row(_) => return None,
        shape if function.returns_set => Shape::Array(Box::new(shape)),
        shape => shape,
    };
    Some(member(&function.name, shape, true, Presence::Optional))
}

/// What callers give is as strict as TypeScript's types; what they get may be null, which no function can rule out.
fn overload(cat: &Catalog, function: &Function) -> Overload {
    let name = |name: &Option<Symbol>| name.as_deref().unwrap_or_default().to_string();
    let mut args: Vec<Member> = function
        .input_args()
        .map(|a| Member {
            name: name(&a.name),
            shape: shape(cat, a.ty.oid),
            nullable: false,
            presence: if a.has_default { Presence::Optional } else { Presence::Required },
        })
        .collect();
    sort_by(&mut args, |a, b| compare(&a.name, &b.name));
    let is_output = |mode: ArgMode| matches!(mode, ArgMode::Out | ArgMode::InOut | ArgMode::Table);
    let outputs = function.args.iter().filter(|a| is_output(a.mode));
    let mut columns: Vec<Member> =
        outputs.map(|a| member(&name(&a.name), shape(cat, a.ty.oid), true, Presence::Required)).collect();
    let is_row = function.returns_table || (function.returns.oid == oids::RECORD && columns.len() > 1);
    let returns = match is_row {
        true => {
            // As the record has them: those without a name are column1, column2 …
            for (place, column) in columns.iter_mut().enumerate().filter(|(_, c)| c.name.is_empty()) {
                column.name = format!("column{}", place + 1);
            }
            sort_by(&mut columns, |a, b| compare(&a.name, &b.name));
            Shape::Object(columns)
        }
        false => shape(cat, function.returns.oid),
    };
    let is_row = matches!(returns, Shape::Row(_) | Shape::Record | Shape::Object(_));
    let nullable = !(function.returns_set && is_row);
    Overload { args, returns, nullable, is_set: function.returns_set }
}

/// Arrays of domains over arrays of domains …: deeper ones are unknown.
const MAX_DEPTH: usize = 32;

fn shape(cat: &Catalog, oid: Oid) -> Shape {
    shape_within(cat, oid, MAX_DEPTH)
}

fn shape_within(cat: &Catalog, oid: Oid, depth: usize) -> Shape {
    let Some(ty) = cat.type_(oid).filter(|_| depth > 0) else { return Shape::Unknown };
    match &ty.kind {
        TypeKind::Array(element) => Shape::Array(Box::new(shape_within(cat, *element, depth - 1))),
        TypeKind::Domain(domain) => shape_within(cat, domain.base.oid, depth - 1),
        TypeKind::Composite(relation) if is_finite(cat, *relation) => Shape::Row(*relation),
        TypeKind::Composite(_) => Shape::Record,
        TypeKind::Enum(_) => Shape::Enum(oid),
        TypeKind::Range { .. } | TypeKind::Multirange(_) => Shape::Text,
        TypeKind::Shell => Shape::Unknown,
        TypeKind::Pseudo => match oid {
            oids::VOID => Shape::Void,
            oids::RECORD => Shape::Record,
            oids::RECORD_ARRAY => Shape::Array(Box::new(Shape::Record)),
            _ => Shape::Unknown,
        },
        TypeKind::Base => match oid {
            oids::BOOL => Shape::Bool,
            oids::INT2 => Shape::Int16,
            oids::INT4 => Shape::Int32,
            oids::INT8 => Shape::Int64,
            oids::FLOAT4 => Shape::Float32,
            oids::FLOAT8 => Shape::Float64,
            oids::NUMERIC => Shape::Numeric,
            oids::JSON | oids::JSONB => Shape::Json,
            // int2vector, oidvector.
            _ if ty.category == 'A' => Shape::Array(Box::new(Shape::Unknown)),
            // to_json takes the casts of what extensions bring: hstore, geometry.
            _ if oid >= Oid::FIRST_USER && cat.cast(oid, oids::JSON).is_some() => Shape::Json,
            _ => Shape::Text,
        },
    }
}

/// Whether a row can be told: it is of a kind that is listed, and does not hold itself (which PostgreSQL refuses).
fn is_finite(cat: &Catalog, relation: Oid) -> bool {
    let mut seen = Vec::new();
    let mut left = vec![relation];
    while let Some(at) = left.pop() {
        let Some(found) = cat.relation(at).filter(|r| section(r).is_some() && !r.is_temporary()) else {
            // What an inner row is does not matter here.
            if at == relation {
                return false;
            }
            continue;
        };
        for column in found.live_columns() {
            let mut ty = column.ty.oid;
            for _ in 0..MAX_DEPTH {
                match cat.type_(ty).map(|t| &t.kind) {
                    Some(TypeKind::Array(element)) => ty = *element,
                    Some(TypeKind::Domain(domain)) => ty = domain.base.oid,
                    Some(TypeKind::Composite(inner)) if *inner == relation => return false,
                    Some(TypeKind::Composite(inner)) => {
                        if insert(&mut seen, *inner) {
                            left.push(*inner);
                        }
                        break;
                    }
                    _ => break,
                }
            }
        }
    }
    true
}

/// Where a relation is listed.
pub fn section(relation: &Relation) -> Option<&'static str> {
    match relation.kind {
        RelationKind::Table | RelationKind::PartitionedTable | RelationKind::ForeignTable => Some("Tables"),
        RelationKind::View | RelationKind::MaterializedView => Some("Views"),
        RelationKind::CompositeType => Some("CompositeTypes"),
        _ => None,
    }
}

/// The enums and rows that the included schemas do not hold but refer to, and those that these refer to.
fn referred(reader: &Reader, included: &[SchemaShapes]) -> Vec<SchemaShapes> {
    let cat = reader.cat;
    let mut left: Vec<Shape> = Vec::new();
    for schema in included {
        for relation in schema.relations() {
            let written = [&relation.insert, &relation.update].into_iter().flatten().flatten();
            left.extend(relation.row.iter().chain(written).map(|m| m.shape.clone()));
        }
        for overload in schema.functions.iter().flat_map(|f| &f.overloads) {
            left.push(overload.returns.clone());
            left.extend(overload.args.iter().map(|m| m.shape.clone()));
        }
    }
    let is_included = |schema: Oid| reader.is_included(schema);
    let (mut enums, mut rows) = (Vec::new(), Vec::new());
    while let Some(shape) = left.pop() {
        match shape {
            Shape::Array(element) => left.push(*element),
            Shape::Object(members) => left.extend(members.into_iter().map(|m| m.shape)),
            Shape::Enum(oid) => {
                insert(&mut enums, oid);
            }
            Shape::Row(oid) => {
                if let Some(relation) = cat.relation(oid).filter(|r| !is_included(r.schema))
                    && insert(&mut rows, oid)
                {
                    left.extend(row(reader, relation).into_iter().map(|m| m.shape));
                }
            }
            _ => {}
        }
    }
    let mut schemas = Vec::new();
    for schema in reader.all_schemas().iter().filter(|s| !is_included(**s)) {
        let listing = reader.listing(*schema);
        let rows = |list: &[&Arc<Relation>]| -> Vec<RelationShapes> {
            list.iter().filter(|r| rows.contains(&r.oid)).map(|r| row_only(reader, r)).collect()
        };
        let found = SchemaShapes {
            name: cat.schema(*schema).map(|s| s.name.to_string()).unwrap_or_default(),
            enums: listing.enums.iter().map(|t| t.oid).filter(|t| enums.contains(t)).collect(),
            composites: rows(&listing.composites),
            tables: rows(&listing.tables),
            views: rows(&listing.views),
            functions: Vec::new(),
        };
        if !found.enums.is_empty() || found.relations().next().is_some() {
            schemas.push(found);
        }
    }
    schemas
}

impl SchemaShapes {
    /// Everything that has rows.
    pub fn relations(&self) -> impl Iterator<Item = &RelationShapes> {
        self.composites.iter().chain(&self.tables).chain(&self.views)
    }
}

impl Shapes<'_> {
    /// All that is known, the included schemas first.
    pub fn all(&self) -> impl Iterator<Item = &SchemaShapes> {
        self.included.iter().chain(&self.referred)
    }

    /// An enum's schema, name and labels.
    pub fn enum_(&self, oid: Oid) -> (String, String, Vec<String>) {
        let Some(ty) = self.cat.type_(oid) else { return Default::default() };
        let labels = match &ty.kind {
            TypeKind::Enum(labels) => labels.iter().map(|l| l.to_string()).collect(),
            _ => Vec::new(),
        };
        (self.schema_name(ty.schema), ty.name.to_string(), labels)
    }

    /// A row's members.
    pub fn row(&self, oid: Oid) -> &[Member] {
        let found = self.all().flat_map(|s| s.relations()).find(|r| r.oid == oid);
        found.map_or(&[], |r| &r.row)
    }

    pub fn schema_name(&self, oid: Oid) -> String {
        self.cat.schema(oid).map(|s| s.name.to_string()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Project;
    use crate::config::Config;
    use crate::replay::Verdict;
    use crate::source::SourceFile;

    fn with_shapes(sql: &str, test: impl FnOnce(&Shapes)) {
        let mut project = Project::new(Config::default());
        project.set_file(SourceFile::new("1.sql", sql));
        let timeline = project.timeline();
        for (_, step) in timeline.steps() {
            assert!(matches!(step.verdict, Verdict::Applied), "{:?}", step.verdict);
        }
        test(&read(timeline.end(), &TypesOptions::default()));
    }

    /// `name: shape?` where it may be null, `name?:` where it may be left out, `name-` where it may not be given.
    fn shown(shapes: &Shapes, members: &[Member]) -> String {
        let member = |m: &Member| {
            let presence = match m.presence {
                Presence::Required => ":",
                Presence::Optional => "?:",
                Presence::Never => return format!("{}-", m.name),
            };
            let nullable = if m.nullable { "?" } else { "" };
            format!("{}{presence} {}{nullable}", m.name, name(shapes, &m.shape))
        };
        members.iter().map(member).collect::<Vec<_>>().join(", ")
    }

    fn name(shapes: &Shapes, shape: &Shape) -> String {
        match shape {
            Shape::Array(element) => format!("[{}]", name(shapes, element)),
            Shape::Enum(oid) => shapes.enum_(*oid).1,
            Shape::Row(oid) => format!("row {}", shapes.cat.relation(*oid).unwrap().name),
            Shape::Object(members) => format!("{{{}}}", shown(shapes, members)),
            shape => format!("{shape:?}"),
        }
    }

    #[test]
    fn types_have_the_shape_of_their_json() {
        let before = "
            create type mood as enum ('ok');
            create type pair as (a int, b mood[]);
            create domain d1 as int not null; create domain d2 as d1; create domain tags as text[]; create domain jd as jsonb;
            create extension hstore schema extensions; create extension vector schema extensions;
            create table other (id int primary key);";
        for (ty, shape) in [
            ("boolean", "Bool?"),
            ("smallint", "Int16?"),
            ("serial", "Int32"),
            ("bigint not null", "Int64"),
            ("real", "Float32?"),
            ("double precision", "Float64?"),
            ("numeric(10, 2)", "Numeric?"),
            ("text not null default ''", "Text"),
            ("varchar(3)", "Text?"),
            ("bytea", "Text?"),
            ("timestamptz", "Text?"),
            ("money", "Text?"),
            ("oid", "Text?"),
            ("name", "Text?"),
            ("int4range", "Text?"),
            ("inet", "Text?"),
            ("extensions.vector(3)", "Text?"),
            ("json", "Json?"),
            ("jd", "Json?"),
            ("extensions.hstore", "Json?"),
            ("int[][]", "[Int32]?"),
            ("mood", "mood?"),
            ("mood[] not null", "[mood]"),
            ("pair", "row pair?"),
            ("other[]", "[row other]?"),
            ("d1", "Int32"),
            ("d2", "Int32"),
            ("d2[]", "[Int32]?"),
            ("tags", "[Text]?"),
            ("auth.factor_type", "factor_type?"),
            ("auth.users", "row users?"),
            ("oidvector", "[Unknown]?"),
        ] {
            with_shapes(&format!("{before} create table t (c {ty});"), |shapes| {
                let table = shapes.included[0].tables.iter().find(|t| t.name == "t").unwrap();
                assert_eq!(shown(shapes, &table.row), format!("c: {shape}"), "{ty}");
            });
        }
    }

    #[test]
    fn what_is_written_leaves_out_what_the_database_writes() {
        let sql = "
            create table t (a int generated always as identity, b int generated by default as identity, c text not null, d text,
              e int not null default 1, f int generated always as (e + 1) stored);
            create view v as select c, upper(d) as u from t;
            create function initial(t) returns text language sql as 'select 1';
            create function others(t) returns setof t language sql as 'select $1';";
        with_shapes(sql, |shapes| {
            let (table, view) = (&shapes.included[0].tables[0], &shapes.included[0].views[0]);
            assert_eq!(
                shown(shapes, &table.row),
                "a: Int32, b: Int32, c: Text, d: Text?, e: Int32, f: Int32?, initial?: Text?"
            );
            let written = |members: &Option<Vec<Member>>| shown(shapes, members.as_ref().unwrap());
            assert_eq!(written(&table.insert), "a-, b?: Int32, c: Text, d?: Text?, e?: Int32, f-");
            assert_eq!(written(&table.update), "a-, b?: Int32, c?: Text, d?: Text?, e?: Int32, f-");
            assert_eq!(shown(shapes, &view.row), "c: Text, u: Text?");
            assert_eq!(written(&view.update), "c?: Text?, u-");
        });
    }

    #[test]
    fn functions_take_and_return() {
        for (signature, args, returns) in [
            ("() returns int", "", "Int32?"),
            ("(b int, a text default '') returns setof int", "a?: Text, b: Int32", "set of Int32?"),
            ("() returns table (z int, y t)", "", "set of {y: row t?, z: Int32?}"),
            ("(out z int, inout y int)", "y: Int32", "{y: Int32?, z: Int32?}?"),
            ("(out z int)", "", "Int32?"),
            ("() returns setof t", "", "set of row t"),
            ("() returns t", "", "row t?"),
            ("() returns void", "", "Void?"),
            ("() returns record", "", "Record?"),
            ("(jsonb) returns jsonb", ": Json", "Json?"),
            ("(v anyelement) returns anyarray", "v: Unknown", "Unknown?"),
            ("(variadic v int[]) returns d", "v: [Int32]", "Int32?"),
        ] {
            let sql = format!(
                "set check_function_bodies = off; create domain d as int; create table t (id int); create function f{signature} language sql as '';"
            );
            with_shapes(&sql, |shapes| {
                let overload = &shapes.included[0].functions[0].overloads[0];
                let set = if overload.is_set { "set of " } else { "" };
                let nullable = if overload.nullable { "?" } else { "" };
                assert_eq!(shown(shapes, &overload.args), args, "{signature}");
                assert_eq!(format!("{set}{}{nullable}", name(shapes, &overload.returns)), returns, "{signature}");
            });
        }
    }

    #[test]
    fn other_schemas_lend_what_is_referred_to() {
        let sql = "
            create schema s; create type s.mood as enum ('ok'); create type s.inner_ as (m s.mood); create type s.outer_ as (i s.inner_[]);
            create type s.unused as enum ('no');
            create table t (o s.outer_);";
        with_shapes(sql, |shapes| {
            let [lent] = &shapes.referred[..] else { panic!("one schema") };
            let composites: Vec<&str> = lent.composites.iter().map(|c| &*c.name).collect();
            assert_eq!((&*lent.name, lent.enums.len(), composites), ("s", 1, vec!["inner_", "outer_"]));
        });
    }
}
