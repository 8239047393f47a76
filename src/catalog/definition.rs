//! SQL text that an object keeps: a default, a condition, a view's query.
//!
//! As in a pg_node_tree, what it names is kept by identity: it prints under the names that the objects have now.

use super::format::sql_identifier;
use super::{Catalog, Class, Oid};
use crate::sort::sort_by_key;
use crate::source::Span;
use crate::syntax::ast::Symbol;
use std::sync::Arc;

/// A piece of SQL, and what its names stand for.
#[derive(Clone, Debug, Default)]
pub struct Definition {
    /// As written.
    pub text: Symbol,
    /// By position; spans are offsets in the text.
    names: Arc<[(Span, Named)]>,
}

/// What a name in a definition stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Named {
    /// A relation, function or type: prints with its schema.
    Object(Class, Oid),
    /// `t` of `t.a`, with the schema where that is written too.
    Qualifier {
        relation: Oid,
        with_schema: bool,
    },
    Column(Oid, u16),
    /// After an item of a select list that has no alias: the column that it passes on, whose name must stay.
    Label(Oid, u16, Symbol),
    /// `'t'::regclass`.
    RelationLiteral(Oid),
    /// `*`: the columns that it stood for.
    Star(Vec<StarColumn>),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StarColumn {
    /// An alias, or what stands in FROM without one.
    pub qualifier: Option<Symbol>,
    /// Stands in FROM without an alias.
    pub relation: Option<Oid>,
    pub column: Option<(Oid, u16)>,
    pub name: Symbol,
}

impl Definition {
    /// The part of `source` at `span`, with the names (spans are offsets in `source`) that stand in it.
    pub fn new(source: &str, span: Span, names: &[(Span, Named)]) -> Self {
        let Some(text) = source.get(span.start as usize..span.end as usize) else { return Self::default() };
        let inside = names.iter().filter(|(name, _)| span.start <= name.start && name.end <= span.end);
        let moved =
            |(name, what): &(Span, Named)| (Span::new(name.start - span.start, name.end - span.start), what.clone());
        let mut names: Vec<(Span, Named)> = inside.map(moved).collect();
        sort_by_key(&mut names, |(name, _)| (name.start, name.end));
        // What is analysed more than once is named more than once.
        names.dedup_by_key(|(name, _)| *name);
        Self { text: text.into(), names: names.into() }
    }

    /// The text between others.
    pub fn within(self, before: &str, after: &str) -> Self {
        let shift = before.len() as u32;
        let moved = |(span, what): &(Span, Named)| (Span::new(span.start + shift, span.end + shift), what.clone());
        Self {
            text: format!("{before}{}{after}", self.text).into(),
            names: self.names.iter().map(moved).collect::<Vec<_>>().into(),
        }
    }

    /// `nextval('sequence')`, as a serial column has it.
    pub fn next_value(sequence: Oid) -> Self {
        let names = [(Span::new(8, 11), Named::RelationLiteral(sequence))];
        Self { text: "nextval('?'::regclass)".into(), names: names.into() }
    }

    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// The objects of a class that it names.
    pub fn objects(&self, class: Class) -> impl Iterator<Item = Oid> {
        self.names.iter().filter_map(move |(_, what)| match what {
            Named::Object(of, oid) if *of == class => Some(*oid),
            _ => None,
        })
    }

    /// The text with the names of now, independent of the search path but for operators.
    pub fn print(&self, cat: &Catalog) -> String {
        self.print_with(cat, false)
    }

    /// The same as pg_get_expr prints names: with schemas only where the search path needs them.
    pub fn print_as_seen(&self, cat: &Catalog) -> String {
        self.print_with(cat, true)
    }

    fn print_with(&self, cat: &Catalog, as_seen: bool) -> String {
        let mut printed = String::with_capacity(self.text.len() + 32);
        let mut at = 0;
        for (span, what) in self.names.iter() {
            let (start, end) = (span.start as usize, span.end as usize);
            let (Some(before), Some(written)) = (self.text.get(at..start), self.text.get(start..end)) else { continue };
            printed.push_str(before);
            printed.push_str(&print_name(cat, what, as_seen).unwrap_or_else(|| written.to_string()));
            at = end;
            let has_type = || self.text.get(end..).is_some_and(|rest| rest.trim_start().starts_with("::"));
            if as_seen && matches!(what, Named::RelationLiteral(_)) && !has_type() {
                printed.push_str("::regclass");
            }
        }
        printed.push_str(self.text.get(at..).unwrap_or(""));
        printed
    }
}

fn print_name(cat: &Catalog, what: &Named, as_seen: bool) -> Option<String> {
    let name_of = if as_seen { visible_name } else { qualified_name };
    match what {
        // What the server itself brings is found by any search path.
        Named::Object(_, oid) if *oid < Oid::FIRST_USER => None,
        Named::Object(class, oid) => name_of(cat, *class, *oid),
        Named::Qualifier { relation, with_schema: true } => name_of(cat, Class::Relation, *relation),
        Named::Qualifier { relation, .. } => Some(sql_identifier(&cat.relation(*relation)?.name)),
        Named::Column(relation, number) => Some(sql_identifier(column_name(cat, *relation, *number)?)),
        Named::Label(relation, number, name) => {
            let same = column_name(cat, *relation, *number).is_none_or(|now| now == &**name);
            Some(if same { String::new() } else { format!(" AS {}", sql_identifier(name)) })
        }
        Named::RelationLiteral(oid) => Some(format!("'{}'", name_of(cat, Class::Relation, *oid)?.replace('\'', "''"))),
        Named::Star(columns) => Some(columns.iter().map(|c| star_column(cat, c)).collect::<Vec<_>>().join(", ")),
    }
}

fn star_column(cat: &Catalog, column: &StarColumn) -> String {
    let now = column.column.and_then(|(relation, number)| column_name(cat, relation, number));
    let qualifier = match column.relation.and_then(|oid| cat.relation(oid)) {
        Some(relation) => Some(&relation.name),
        None => column.qualifier.as_ref(),
    };
    let qualifier = qualifier.map_or(String::new(), |q| format!("{}.", sql_identifier(q)));
    match now {
        Some(now) if now != &*column.name => {
            format!("{qualifier}{} AS {}", sql_identifier(now), sql_identifier(&column.name))
        }
        _ => format!("{qualifier}{}", sql_identifier(&column.name)),
    }
}

fn column_name(cat: &Catalog, relation: Oid, number: u16) -> Option<&str> {
    cat.relation(relation)?.column_by_number(number).map(|c| &*c.name)
}

/// `schema.name` as SQL text; `None` for what is gone.
pub fn qualified_name(cat: &Catalog, class: Class, oid: Oid) -> Option<String> {
    let (schema, name) = schema_and_name(cat, class, oid)?;
    if class == Class::Other && !schema.is_valid() {
        return Some(sql_identifier(name));
    }
    let schema = &cat.schema(schema)?.name;
    Some(format!("{}.{}", sql_identifier(schema), sql_identifier(name)))
}

fn schema_and_name(cat: &Catalog, class: Class, oid: Oid) -> Option<(Oid, &Symbol)> {
    match class {
        Class::Relation => cat.relation(oid).map(|r| (r.schema, &r.name)),
        Class::Function => cat.function(oid).map(|f| (f.schema, &f.name)),
        Class::Type => cat.type_(oid).map(|t| (t.schema, &t.name)),
        Class::Other => cat.other(oid).map(|o| (o.schema, &o.name)),
        _ => None,
    }
}

/// The name alone where the first of that name in the search path is in its schema; else with the schema.
fn visible_name(cat: &Catalog, class: Class, oid: Oid) -> Option<String> {
    let (schema, name) = schema_and_name(cat, class, oid)?;
    let path = cat.active_search_path();
    match path.into_iter().find(|schema| cat.named(class, *schema, name).next().is_some()) {
        Some(first) if first == schema => Some(sql_identifier(name)),
        _ => qualified_name(cat, class, oid),
    }
}
