//! The server's own objects of which there are many. Most of a database's are never looked at: each is made from its line when it is asked for.

use super::{Line, Rows, columns, pieces};
use crate::catalog::{Catalog, Oid};
use std::fmt;
use std::sync::{Arc, OnceLock};

pub(crate) struct ServerObjects<T: 'static> {
    /// The schemas and types that their lines name.
    cat: Catalog,
    pg_catalog: Oid,
    information_schema: Oid,
    first_oid: u32,
    count: u32,
    /// Between two lines.
    separator: u8,
    make: Make<T>,
    /// In order of name, and so of oid.
    overloads: Vec<Overloads<T>>,
}

/// What a line says, with its name and oid.
pub(crate) type Make<T> = fn(&Rows, Oid, &'static str, &Line) -> T;

/// The objects of one name.
struct Overloads<T> {
    /// With its schema, where that is information_schema.
    name: &'static str,
    /// How many objects come before them.
    before: u32,
    lines: &'static str,
    made: OnceLock<Vec<Arc<T>>>,
}

impl<T> ServerObjects<T> {
    /// From lines in order of name: a line without a name is one more of the name before it.
    pub fn new(cat: Catalog, first_oid: Oid, table: &'static str, separator: u8, make: Make<T>) -> Self {
        let mut overloads: Vec<Overloads<T>> = Vec::new();
        let (mut count, mut start, mut end) = (0, 0, 0);
        for line in pieces(table, separator) {
            end += line.len();
            match overloads.last_mut().filter(|_| line.starts_with('\t')) {
                Some(last) => last.lines = &table[start..end],
                None => {
                    start = end - line.len();
                    let length = line.bytes().position(|byte| byte == b'\t').unwrap_or(line.len());
                    overloads.push(Overloads {
                        name: &line[..length],
                        before: count,
                        lines: line,
                        made: OnceLock::new(),
                    });
                }
            }
            end += 1;
            count += 1;
        }
        let [pg_catalog, information_schema] =
            ["pg_catalog", "information_schema"].map(|name| cat.schema_named(name).map_or(Oid::INVALID, |s| s.oid));
        Self { cat, pg_catalog, information_schema, first_oid: first_oid.0, count, separator, make, overloads }
    }

    pub fn count(&self) -> u32 {
        self.count
    }

    pub fn get(&self, oid: Oid) -> Option<&Arc<T>> {
        let index = oid.0.checked_sub(self.first_oid).filter(|index| *index < self.count)?;
        let after = self.overloads.partition_point(|o| o.before <= index);
        let overloads = self.overloads.get(after.checked_sub(1)?)?;
        self.made(overloads).get((index - overloads.before) as usize)
    }

    pub fn named(&self, schema: Oid, name: &str) -> &[Arc<T>] {
        let place = match () {
            () if schema == self.pg_catalog => self.overloads.binary_search_by(|o| o.name.cmp(name)),
            () if schema == self.information_schema => {
                let written = ["information_schema.", name].concat();
                self.overloads.binary_search_by(|o| o.name.cmp(&written))
            }
            () => return &[],
        };
        place.ok().and_then(|at| self.overloads.get(at)).map_or(&[], |overloads| self.made(overloads))
    }

    pub fn all(&self) -> impl Iterator<Item = &Arc<T>> {
        self.overloads.iter().flat_map(|overloads| self.made(overloads))
    }

    /// The names in one of these schemas.
    pub fn names(&self, schemas: &[Oid]) -> impl Iterator<Item = &'static str> {
        self.overloads.iter().filter_map(|o| match o.name.strip_prefix("information_schema.") {
            Some(name) => schemas.contains(&self.information_schema).then_some(name),
            None => schemas.contains(&self.pg_catalog).then_some(o.name),
        })
    }

    pub fn in_schema(&self, schema: Oid) -> impl Iterator<Item = &Arc<T>> {
        let is_there = move |o: &&Overloads<T>| match o.name.contains('.') {
            true => schema == self.information_schema,
            false => schema == self.pg_catalog,
        };
        self.overloads.iter().filter(is_there).flat_map(move |overloads| self.made(overloads))
    }

    fn made<'f>(&self, overloads: &'f Overloads<T>) -> &'f [Arc<T>] {
        overloads.made.get_or_init(|| {
            let mut cat = self.cat.clone();
            let mut rows = Rows::of_server(&mut cat);
            rows.use_schema("pg_catalog");
            let lines = pieces(overloads.lines, self.separator);
            let first = self.first_oid + overloads.before;
            lines
                .zip(first..)
                .map(|(line, oid)| Arc::new((self.make)(&rows, Oid(oid), overloads.name, &columns(line))))
                .collect()
        })
    }
}

impl<T> fmt::Debug for ServerObjects<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServerObjects").field("names", &self.overloads.len()).finish()
    }
}
