//! The server's own objects of which there are many. Most of a database's are never looked at: each is made from its line when it is asked for.

use super::{Line, Rows, columns, of_server, pieces};
use crate::catalog::{Catalog, Oid};
use std::fmt;
use std::sync::{Arc, OnceLock};

pub(crate) struct ServerObjects<T: 'static> {
    table: Table,
    make: Make<T>,
    /// By place in the table's overloads.
    made: Vec<OnceLock<Vec<Arc<T>>>>,
}

/// What a line says, with its name and oid.
pub(crate) type Make<T> = fn(&Rows, Oid, &'static str, &Line) -> T;

/// The lines of the objects, found by name and by oid.
struct Table {
    pg_catalog: Oid,
    information_schema: Oid,
    first_oid: u32,
    count: u32,
    /// Between two lines.
    separator: u8,
    /// In order of name, and so of oid.
    overloads: Vec<Overloads>,
}

/// The objects of one name.
struct Overloads {
    /// With its schema, where that is information_schema.
    name: &'static str,
    /// How many objects come before them.
    before: u32,
    lines: &'static str,
}

impl Table {
    fn new(cat: &Catalog, first_oid: Oid, text: &'static str, separator: u8) -> Self {
        let mut overloads: Vec<Overloads> = Vec::new();
        let (mut count, mut start, mut end) = (0, 0, 0);
        for line in pieces(text, separator) {
            end += line.len();
            match overloads.last_mut().filter(|_| line.starts_with('\t')) {
                Some(last) => last.lines = &text[start..end],
                None => {
                    start = end - line.len();
                    let length = memchr::memchr(b'\t', line.as_bytes()).unwrap_or(line.len());
                    overloads.push(Overloads { name: &line[..length], before: count, lines: line });
                }
            }
            end += 1;
            count += 1;
        }
        let [pg_catalog, information_schema] =
            ["pg_catalog", "information_schema"].map(|name| cat.schema_named(name).map_or(Oid::INVALID, |s| s.oid));
        Self { pg_catalog, information_schema, first_oid: first_oid.0, count, separator, overloads }
    }

    /// The overloads that an object is one of, and its place there.
    fn by_oid(&self, oid: Oid) -> Option<(usize, usize)> {
        let index = oid.0.checked_sub(self.first_oid).filter(|index| *index < self.count)?;
        let place = self.overloads.partition_point(|o| o.before <= index).checked_sub(1)?;
        Some((place, (index - self.overloads.get(place)?.before) as usize))
    }

    fn by_name(&self, schema: Oid, name: &str) -> Option<usize> {
        let written: String;
        let name = match () {
            () if schema == self.pg_catalog => name,
            () if schema == self.information_schema => {
                written = ["information_schema.", name].concat();
                &written
            }
            () => return None,
        };
        self.overloads.binary_search_by(|o| o.name.cmp(name)).ok()
    }

    /// Hands over each line of the overloads at a place.
    fn each(&self, place: usize, object: &mut dyn FnMut(&Rows, Oid, &'static str, &Line)) {
        let Some(Overloads { name, before, lines }) = self.overloads.get(place) else { return };
        let oids = self.first_oid + before..;
        let lines = pieces(lines, self.separator).zip(oids);
        of_server(|rows| lines.for_each(|(line, oid)| object(rows, Oid(oid), name, &columns(line))));
    }
}

impl<T> ServerObjects<T> {
    /// From lines in order of name: a line without a name is one more of the name before it.
    pub fn new(cat: &Catalog, first_oid: Oid, text: &'static str, separator: u8, make: Make<T>) -> Self {
        let table = Table::new(cat, first_oid, text, separator);
        let made = table.overloads.iter().map(|_| OnceLock::new()).collect();
        Self { table, make, made }
    }

    pub fn count(&self) -> u32 {
        self.table.count
    }

    pub fn get(&self, oid: Oid) -> Option<&Arc<T>> {
        let (place, index) = self.table.by_oid(oid)?;
        self.made(place).get(index)
    }

    pub fn named(&self, schema: Oid, name: &str) -> &[Arc<T>] {
        self.table.by_name(schema, name).map_or(&[], |place| self.made(place))
    }

    pub fn all(&self) -> impl Iterator<Item = &Arc<T>> {
        (0..self.made.len()).flat_map(|place| self.made(place))
    }

    /// The names in one of these schemas.
    pub fn names(&self, schemas: &[Oid]) -> impl Iterator<Item = &'static str> {
        self.table.overloads.iter().filter_map(|o| match o.name.strip_prefix("information_schema.") {
            Some(name) => schemas.contains(&self.table.information_schema).then_some(name),
            None => schemas.contains(&self.table.pg_catalog).then_some(o.name),
        })
    }

    pub fn in_schema(&self, schema: Oid) -> impl Iterator<Item = &Arc<T>> {
        let table = &self.table;
        let is_there = move |place: &usize| match table.overloads[*place].name.contains('.') {
            true => schema == table.information_schema,
            false => schema == table.pg_catalog,
        };
        (0..self.made.len()).filter(is_there).flat_map(|place| self.made(place))
    }

    fn made(&self, place: usize) -> &[Arc<T>] {
        let Some(made) = self.made.get(place) else { return &[] };
        made.get_or_init(|| {
            let mut made = Vec::new();
            self.table
                .each(place, &mut |rows, oid, name, line| made.push(Arc::new((self.make)(rows, oid, name, line))));
            made
        })
    }
}

impl<T> fmt::Debug for ServerObjects<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServerObjects").field("names", &self.made.len()).finish()
    }
}
