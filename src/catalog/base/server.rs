//! The server's own objects of which there are many. Most of a database's are never looked at: each is made from its line when it is asked for.

use super::{Line, Rows, columns, lines, of_server, pieces};
use crate::catalog::{Function, NamedObject, Oid};
use std::fmt;
use std::sync::{Arc, LazyLock, OnceLock};

pub(super) const PG_CATALOG: Oid = Oid(11);
pub(super) const INFORMATION_SCHEMA: Oid = Oid(13000);

type Lazy<T> = LazyLock<ServerObjects<T>>;

pub(super) static FUNCTIONS: Lazy<Function> = LazyLock::new(|| {
    ServerObjects::new(8000, super::FUNCTIONS, b'\n', |rows, oid, name, line| rows.function(oid, name, line))
});

pub(super) static OPERATORS: Lazy<NamedObject> = LazyLock::new(|| {
    ServerObjects::new(11000, super::OPERATORS, b'\n', |rows, oid, name, line| rows.operator(oid, name, line))
});

/// For the locales that ICU has them for.
pub(super) static COLLATIONS: Lazy<NamedObject> = LazyLock::new(|| {
    let locales = lines(super::NAMES).find(|line| line[0] == "icu collation").map_or("", |line| line[1]);
    ServerObjects::new(12000, locales, b' ', |rows, oid, name, line| rows.collation(oid, name, line))
});

/// Finds the lines of all, not to wait for it where they are used first.
pub(super) fn make_tables() {
    LazyLock::force(&FUNCTIONS);
    LazyLock::force(&OPERATORS);
    LazyLock::force(&COLLATIONS);
}

pub(crate) struct ServerObjects<T: 'static> {
    table: Table,
    make: Make<T>,
    /// By place in the table's overloads.
    made: Vec<OnceLock<Vec<Arc<T>>>>,
}

/// What a line says, with its name and oid.
type Make<T> = fn(&Rows, Oid, &'static str, &Line) -> T;

/// The lines of the objects, found by name and by oid.
struct Table {
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
    fn new(first_oid: u32, text: &'static str, separator: u8) -> Self {
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
        Self { first_oid, count, separator, overloads }
    }

    /// The overloads that an object is one of, and its place there.
    fn by_oid(&self, oid: Oid) -> Option<(usize, usize)> {
        let index = oid.0.checked_sub(self.first_oid).filter(|index| *index < self.count)?;
        let place = self.overloads.partition_point(|o| o.before <= index).checked_sub(1)?;
        Some((place, (index - self.overloads.get(place)?.before) as usize))
    }

    fn by_name(&self, schema: Oid, name: &str) -> Option<usize> {
        let written: String;
        let name = match schema {
            PG_CATALOG => name,
            INFORMATION_SCHEMA => {
                written = ["information_schema.", name].concat();
                &written
            }
            _ => return None,
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
    fn new(first_oid: u32, text: &'static str, separator: u8, make: Make<T>) -> Self {
        let table = Table::new(first_oid, text, separator);
        let made = table.overloads.iter().map(|_| OnceLock::new()).collect();
        Self { table, make, made }
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
            Some(name) => schemas.contains(&INFORMATION_SCHEMA).then_some(name),
            None => schemas.contains(&PG_CATALOG).then_some(o.name),
        })
    }

    pub fn in_schema(&self, schema: Oid) -> impl Iterator<Item = &Arc<T>> {
        let table = &self.table;
        let count = if matches!(schema, PG_CATALOG | INFORMATION_SCHEMA) { self.made.len() } else { 0 };
        let is_there = move |place: &usize| table.overloads[*place].name.contains('.') == (schema != PG_CATALOG);
        (0..count).filter(is_there).flat_map(|place| self.made(place))
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
