//! The server's own functions. There are thousands, of which a chain names a few dozen: each is made when its name is first asked for.

use super::{Rows, lines};
use crate::catalog::{Catalog, Function, Oid};
use std::fmt;
use std::sync::{Arc, OnceLock};

pub(crate) struct ServerFunctions {
    /// The schemas and types that their lines name.
    cat: Catalog,
    pg_catalog: Oid,
    information_schema: Oid,
    first_oid: u32,
    count: u32,
    /// In order of name, and so of oid.
    overloads: Vec<Overloads>,
}

/// The functions of one name.
struct Overloads {
    /// With its schema, where that is information_schema.
    name: &'static str,
    /// How many functions come before them.
    before: u32,
    lines: &'static str,
    made: OnceLock<Vec<Arc<Function>>>,
}

impl ServerFunctions {
    /// From the lines of functions.tsv.
    pub fn new(cat: Catalog, first_oid: Oid, table: &'static str) -> Self {
        let mut overloads: Vec<Overloads> = Vec::new();
        let (mut count, mut start, mut end) = (0, 0, 0);
        for line in table.split_inclusive('\n') {
            end += line.len();
            // A line without a name is one more of the name before it.
            match overloads.last_mut().filter(|_| line.starts_with('\t')) {
                Some(last) => last.lines = &table[start..end],
                None => {
                    start = end - line.len();
                    let name = line.split('\t').next().unwrap_or_default();
                    overloads.push(Overloads { name, before: count, lines: line, made: OnceLock::new() });
                }
            }
            count += 1;
        }
        let [pg_catalog, information_schema] =
            ["pg_catalog", "information_schema"].map(|name| cat.schema_named(name).map_or(Oid::INVALID, |s| s.oid));
        Self { cat, pg_catalog, information_schema, first_oid: first_oid.0, count, overloads }
    }

    pub fn count(&self) -> u32 {
        self.count
    }

    pub fn get(&self, oid: Oid) -> Option<&Arc<Function>> {
        let index = oid.0.checked_sub(self.first_oid)?;
        let after = self.overloads.partition_point(|o| o.before <= index);
        let overloads = self.overloads.get(after.checked_sub(1)?)?;
        self.made(overloads).get((index - overloads.before) as usize)
    }

    pub fn named(&self, schema: Oid, name: &str) -> &[Arc<Function>] {
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

    pub fn all(&self) -> impl Iterator<Item = &Arc<Function>> {
        self.overloads.iter().flat_map(|overloads| self.made(overloads))
    }

    pub fn in_schema(&self, schema: Oid) -> impl Iterator<Item = &Arc<Function>> {
        let is_there = move |o: &&Overloads| match o.name.contains('.') {
            true => schema == self.information_schema,
            false => schema == self.pg_catalog,
        };
        self.overloads.iter().filter(is_there).flat_map(move |overloads| self.made(overloads))
    }

    fn made<'f>(&self, overloads: &'f Overloads) -> &'f [Arc<Function>] {
        overloads.made.get_or_init(|| {
            let mut cat = self.cat.clone();
            let mut rows = Rows::of_server(&mut cat);
            rows.use_schema("pg_catalog");
            let first = self.first_oid + overloads.before;
            let made = lines(overloads.lines).zip(first..);
            made.map(|(line, oid)| Arc::new(rows.function(Oid(oid), overloads.name, &line))).collect()
        })
    }
}

impl fmt::Debug for ServerFunctions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServerFunctions").field("names", &self.overloads.len()).finish()
    }
}
