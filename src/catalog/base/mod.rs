//! What exists before the first migration: a PostgreSQL 17 server's pg_catalog and information_schema, and Supabase on top of it.
//!
//! The tables beside this file come from real servers (scripts/base says how; FORMAT.md what their columns are). Supabase's part is SQL that goes through the same replay as
//! migrations do.

mod rows;
mod server;

use super::{Acl, AclItem, Privileges};
use super::{Catalog, Class, Column, DependencyKind, ObjectAddress, Oid, Origin, Role, RoleAttributes, Schema, Symbol};
use crate::parallel;
use crate::replay;
use crate::syntax;
use crate::syntax::ast::ObjectKind;
pub(crate) use rows::Rows;
pub(crate) use server::ServerObjects;
use std::sync::{Arc, OnceLock};

const TYPES: &str = include_str!("types.tsv");
const FUNCTIONS: &str = include_str!("functions.tsv");
const OPERATORS: &str = include_str!("operators.tsv");
const OPERATOR_CLASSES: &str = include_str!("opclasses.tsv");
const CASTS: &str = include_str!("casts.tsv");
const RELATIONS: &str = include_str!("relations.tsv");
const NAMES: &str = include_str!("names.tsv");
const SETTINGS: &str = include_str!("settings.tsv");
const EXTENSIONS: &str = include_str!("extensions.tsv");
const SUPABASE: &str = include_str!("supabase.sql");

/// The bootstrap superuser's oid (BOOTSTRAP_SUPERUSERID).
pub const BOOTSTRAP_ROLE: Oid = Oid(10);

/// A plain PostgreSQL 17 server, with its superuser `postgres` connected to it.
pub fn postgres() -> Catalog {
    static BASE: OnceLock<Catalog> = OnceLock::new();
    BASE.get_or_init(|| server("postgres")).clone()
}

/// A fresh Supabase project, with role `postgres` connected to it as migrations are.
pub fn supabase() -> Catalog {
    static BASE: OnceLock<Catalog> = OnceLock::new();
    BASE.get_or_init(|| {
        let mut made = None;
        let server = || {
            let mut cat = server("supabase_admin");
            // That every statement applies is tested, so none has to be undone, and no body looked into.
            cat.session.check_function_bodies = false;
            cat
        };
        parallel::behind(
            |apply| {
                server::make_tables();
                syntax::each_statement(SUPABASE, apply);
            },
            |statement| {
                let cat = made.get_or_insert_with(server);
                if let Ok(statement) = &statement.result {
                    let _ = replay::apply(cat, statement);
                }
                // Once in a process: to free them would take a tenth of the time.
                #[cfg(not(target_arch = "wasm32"))]
                std::mem::forget(statement);
            },
        );
        let mut cat = made.unwrap_or_else(server);
        if let Some(role) = cat.role_named("postgres").cloned() {
            cat.connect_as(role.oid);
        }
        cat
    })
    .clone()
}

/// A line's columns; what is not there is empty.
pub(crate) type Line = [&'static str; 8];

/// The lines of a table.
fn lines(table: &'static str) -> impl Iterator<Item = Line> {
    pieces(table, b'\n').map(columns)
}

/// What stands between these.
fn pieces(text: &'static str, separator: u8) -> impl Iterator<Item = &'static str> {
    let mut rest = Some(text).filter(|text| !text.is_empty());
    std::iter::from_fn(move || {
        let text = rest?;
        let end = memchr::memchr(separator, text.as_bytes()).unwrap_or(text.len());
        rest = text.get(end + 1..).filter(|rest| !rest.is_empty());
        Some(&text[..end])
    })
}

fn columns(line: &'static str) -> Line {
    let mut columns = [""; 8];
    columns.iter_mut().zip(pieces(line, b'\t')).for_each(|(column, text)| *column = text);
    columns
}

/// What the server's own objects that are made later are made with: its schemas and types.
static SERVER: OnceLock<Catalog> = OnceLock::new();

/// Makes some of the server's own objects, of which nothing is put into a catalog.
fn of_server<R>(make: impl FnOnce(&Rows) -> R) -> Option<R> {
    let mut cat = SERVER.get()?.clone();
    let mut rows = Rows::of_server(&mut cat);
    rows.use_schema("pg_catalog");
    Some(make(&rows))
}

/// The columns of a relation, as relations.tsv has them.
pub(super) fn server_columns(text: &str) -> Vec<Option<Arc<Column>>> {
    of_server(|rows| rows.columns(text)).unwrap_or_default()
}

/// What initdb makes, with this name for the bootstrap superuser.
fn server(superuser: &str) -> Catalog {
    let mut cat = Catalog::empty();
    let bootstrap = RoleAttributes {
        superuser: true,
        inherit: true,
        create_role: true,
        create_db: true,
        login: true,
        replication: true,
        bypass_rls: true,
    };
    insert_role(&mut cat, BOOTSTRAP_ROLE, superuser, bootstrap);
    cat.session.session_role = BOOTSTRAP_ROLE;
    cat.session.current_role = BOOTSTRAP_ROLE;
    let mut rows = Rows::of_server(&mut cat);
    // Schemas first: the others are in one.
    for schemas in [true, false] {
        for line in lines(NAMES).filter(|line| (line[0] == "schema") == schemas) {
            names(&mut rows, line[0], line[1]);
        }
    }
    rows.use_schema("pg_catalog");
    rows.types(lines(TYPES).collect());
    rows.server_relations(lines(RELATIONS).collect());
    rows.operator_classes(&mut lines(OPERATOR_CLASSES));
    rows.casts(&mut lines(CASTS));
    cat.server_functions = Some(&server::FUNCTIONS);
    cat.server_operators = Some(&server::OPERATORS);
    cat.server_collations = Some(&server::COLLATIONS);
    SERVER.get_or_init(|| cat.clone());
    cat
}

fn insert_role(cat: &mut Catalog, oid: Oid, name: &str, attributes: RoleAttributes) {
    cat.insert_role(Role {
        oid,
        name: name.into(),
        attributes,
        member_of: Vec::new(),
        settings: Vec::new(),
        origin: Origin::default(),
    });
}

/// A line of names.tsv.
fn names(rows: &mut Rows, kind: &str, list: &'static str) {
    let owner = BOOTSTRAP_ROLE;
    match kind {
        "schema" => {
            for name in list.split(' ') {
                let acl = match name {
                    "public" => Some(public_schema_acl()),
                    "pg_catalog" | "information_schema" => Some(Acl {
                        items: vec![
                            item(owner, Privileges::USAGE.union(Privileges::CREATE)),
                            item(Oid::INVALID, Privileges::USAGE),
                        ],
                        ..Acl::default()
                    }),
                    _ => None,
                };
                let oid = match name {
                    "pg_catalog" => server::PG_CATALOG,
                    "information_schema" => server::INFORMATION_SCHEMA,
                    "pg_toast" => Oid(99),
                    "public" => Oid(2200),
                    _ => rows.new_oid(),
                };
                rows.cat.insert_schema(Schema { oid, name: name.into(), owner, acl, origin: Origin::default() });
            }
        }
        "role" => {
            let attributes = RoleAttributes {
                superuser: false,
                inherit: true,
                create_role: false,
                create_db: false,
                login: false,
                replication: false,
                bypass_rls: false,
            };
            for name in list.split(' ') {
                let oid = if name == "pg_database_owner" { DATABASE_OWNER } else { rows.new_oid() };
                insert_role(rows.cat, oid, name, attributes);
            }
        }
        "member" => {
            let mut roles =
                list.split(' ').filter_map(|name| rows.cat.role_named(name).map(|r| r.oid)).collect::<Vec<_>>();
            if !roles.is_empty() {
                let member = roles.remove(0);
                if let Some(role) = rows.cat.role_mut(member) {
                    role.member_of.extend(roles.into_iter().map(|oid| (oid, false)));
                }
            }
        }
        "icu collation" => {} // server.rs makes them
        // plpgsql: the base's SQL creates it, or it stays without consequence.
        "extension" => {}
        _ => {
            for name in list.split(' ') {
                rows.named(kind, name);
            }
        }
    }
}

const DATABASE_OWNER: Oid = Oid(6171);

fn item(grantee: Oid, privileges: Privileges) -> AclItem {
    AclItem { grantee, grantor: BOOTSTRAP_ROLE, privileges, grantable: Privileges::default() }
}

/// initdb's: `{pg_database_owner=UC/pg_database_owner,=U/pg_database_owner}`.
fn public_schema_acl() -> Acl {
    let both = Privileges::USAGE.union(Privileges::CREATE);
    let from_owner = |item: AclItem| AclItem { grantor: DATABASE_OWNER, ..item };
    let items = vec![from_owner(item(DATABASE_OWNER, both)), from_owner(item(Oid::INVALID, Privileges::USAGE))];
    Acl { items, ..Acl::default() }
}

/// The kind that a line of names calls so, and whether it lives in pg_catalog.
fn named_kind(kind: &str) -> Option<(ObjectKind, bool)> {
    Some(match kind {
        "index access method" | "table access method" => (ObjectKind::AccessMethod, false),
        "language" => (ObjectKind::Language, false),
        "foreign data wrapper" => (ObjectKind::ForeignDataWrapper, false),
        "database" => (ObjectKind::Database, false),
        "tablespace" => (ObjectKind::Tablespace, false),
        "collation" => (ObjectKind::Collation, true),
        "text search configuration" => (ObjectKind::TextSearchConfiguration, true),
        "text search dictionary" => (ObjectKind::TextSearchDictionary, true),
        "text search parser" => (ObjectKind::TextSearchParser, true),
        "text search template" => (ObjectKind::TextSearchTemplate, true),
        "conversion" => (ObjectKind::Conversion, true),
        _ => return None,
    })
}

impl Rows<'_> {
    /// A named object, `name[:detail]`.
    pub(crate) fn named(&mut self, kind: &str, name: &str) {
        let Some((kind, in_schema)) = named_kind(kind) else { return };
        let (name, detail) = name.split_once(':').unwrap_or((name, ""));
        let oid = self.new_oid();
        let pg_catalog = self.cat.schema_named("pg_catalog").map_or(Oid::INVALID, |s| s.oid);
        let schema = match (in_schema, self.schema.is_valid()) {
            (false, _) => Oid::INVALID,
            (true, true) => self.schema,
            (true, false) => pg_catalog,
        };
        let object = self.other(oid, kind, schema, name, Vec::new(), Oid::INVALID, detail);
        self.insert_other(object);
    }
}

/// A configuration parameter of the server.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    pub name: &'static str,
    /// As in settings.tsv: `i` cannot be changed, `p`, `sh`, `sb`, `b` not in a session; `s` by superusers, `u` by anyone.
    pub context: &'static str,
    /// `b` bool, `e` enum, `i` integer, `r` real, `s` string.
    pub kind: &'static str,
    /// The values of an enum, parted by spaces.
    pub values: &'static str,
}

/// The parameter of this name, in any case.
pub fn setting(name: &str) -> Option<Setting> {
    static ALL: OnceLock<Vec<Setting>> = OnceLock::new();
    let settings = ALL.get_or_init(|| {
        let setting = |line: Line| Setting { name: line[0], context: line[1], kind: line[2], values: line[3] };
        lines(SETTINGS).map(setting).collect()
    });
    settings.iter().find(|setting| setting.name.eq_ignore_ascii_case(name)).copied()
}

/// What CREATE EXTENSION creates.
#[derive(Debug)]
pub(crate) struct ExtensionScript {
    pub name: &'static str,
    pub version: &'static str,
    /// The schema that it always goes to.
    pub fixed_schema: Option<&'static str>,
    pub relocatable: bool,
    /// Only the documented shape is known: it may create more.
    pub incomplete: bool,
    pub requires: Vec<&'static str>,
    /// The lines after its E line.
    text: &'static str,
}

impl ExtensionScript {
    /// The lines with this letter, without it.
    pub fn lines(&self, letter: &'static str) -> impl Iterator<Item = Line> {
        let rest = move |line: &'static str| Some(columns(line.strip_prefix(letter)?.strip_prefix('\t')?));
        pieces(self.text, b'\n').filter_map(rest)
    }

    /// The schemas that it creates for itself.
    pub fn own_schemas(&self) -> Vec<&'static str> {
        self.lines("S").map(|line| line[0]).collect()
    }
}

/// The extension that a Supabase server has available under this name.
pub(crate) fn extension(name: &str) -> Option<&'static ExtensionScript> {
    extensions().iter().find(|script| script.name == name)
}

/// The names and default versions of all extensions that a Supabase server has available.
pub(crate) fn extension_names() -> impl Iterator<Item = (&'static str, &'static str)> {
    extensions().iter().map(|script| (script.name, script.version))
}

/// In order of name, as the file has them.
fn extensions() -> &'static [ExtensionScript] {
    static SCRIPTS: OnceLock<Vec<ExtensionScript>> = OnceLock::new();
    SCRIPTS.get_or_init(|| {
        let is_start =
            |at: &usize| EXTENSIONS[*at..].starts_with("E\t") && (*at == 0 || EXTENSIONS.as_bytes()[at - 1] == b'\n');
        let starts: Vec<usize> = memchr::memchr_iter(b'E', EXTENSIONS.as_bytes()).filter(is_start).collect();
        let ends = starts.iter().copied().skip(1).chain([EXTENSIONS.len()]);
        let script = |(start, end): (&usize, usize)| {
            let (line, text) = EXTENSIONS[*start..end].split_once('\n').unwrap_or_default();
            let [_, name, version, fixed_schema, flags, requires, ..] = columns(line);
            ExtensionScript {
                name,
                version,
                fixed_schema: Some(fixed_schema).filter(|s| !s.is_empty()),
                relocatable: flags.contains('r'),
                incomplete: flags.contains('d'),
                requires: requires.split(' ').filter(|s| !s.is_empty()).collect(),
                text,
            }
        };
        starts.iter().zip(ends).map(script).collect()
    })
}

/// The extension that creates a function (F), type (T) or schema (S) of this name; the schema is part of it where the extension has one of its own.
pub(crate) fn extension_with(letter: &'static str, name: &str) -> Option<&'static str> {
    // Most names are in none: that is asked first.
    if !EXTENSIONS.contains(name) {
        return None;
    }
    let place = if letter == "T" { 3 } else { 0 };
    let has = |script: &ExtensionScript| script.lines(letter).any(|line| line[place] == name);
    extensions().iter().find(|script| has(script)).map(|script| script.name)
}

/// Whether a Supabase server has an extension of this name available.
pub fn has_extension(name: &str) -> bool {
    extension(name).is_some()
}

impl Catalog {
    /// A new connection of this role: its `ALTER ROLE … SET` settings are the session's defaults.
    pub fn connect_as(&mut self, role: Oid) {
        self.session.session_role = role;
        self.session.current_role = role;
        let of_role = self.role(role).and_then(|r| r.settings.iter().find(|(name, _)| &**name == "search_path"));
        let of_database = || self.others().find(|o| o.kind == ObjectKind::Database && !o.detail.is_empty());
        let path = of_role.map(|(_, value)| value.clone()).or_else(|| of_database().map(|d| d.detail.clone()));
        self.session.default_search_path = split_search_path(&path.unwrap_or_else(|| "\"$user\", public".into()));
        self.reset_session();
    }
}

/// `"$user", public`: the names of a search path as it is stored.
pub(crate) fn split_search_path(text: &str) -> Vec<Symbol> {
    let mut names = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let name: String;
        if let Some(quoted) = rest.strip_prefix('"') {
            let end = quoted.find('"').unwrap_or(quoted.len());
            name = quoted.get(..end).unwrap_or("").to_string();
            rest = quoted.get(end..).unwrap_or("").trim_start_matches('"');
        } else {
            let end = rest.find(',').unwrap_or(rest.len());
            name = rest.get(..end).unwrap_or("").trim().to_ascii_lowercase();
            rest = rest.get(end..).unwrap_or("");
        }
        names.push(Symbol::from(name));
        rest = rest.trim_start().strip_prefix(',').unwrap_or("").trim_start();
    }
    names
}

impl Rows<'_> {
    /// Records an object as a member of the extension that is being created.
    pub(crate) fn member(&mut self, object: ObjectAddress) {
        if let Some(extension) = self.extension {
            self.cat.depend(object, ObjectAddress::new(Class::Extension, extension), DependencyKind::Extension);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The statements of the SQL that do not apply, with why.
    fn refused(cat: &mut Catalog, sql: &str) -> Vec<String> {
        let mut failures = Vec::new();
        for statement in syntax::parse(sql).statements {
            let text = sql.get(statement.span.range()).unwrap_or("").to_string();
            match statement.result {
                Err(error) => failures.push(format!("{text}: {}", error.message)),
                Ok(statement) => {
                    let before = cat.clone();
                    if let Err(stop) = replay::apply(cat, &statement) {
                        *cat = before;
                        failures.push(format!("{text}: {stop:?}"));
                    }
                }
            }
        }
        failures
    }

    #[test]
    fn all_of_supabase_applies() {
        let failures = refused(&mut server("supabase_admin"), SUPABASE);
        assert!(failures.is_empty(), "{} statements:\n{}", failures.len(), failures.join("\n"));
    }

    #[test]
    fn every_extension_can_be_created_and_every_statement_of_it_applies() {
        let mut failures = Vec::new();
        for script in extensions() {
            let name = script.name;
            let mut cat = supabase();
            if cat.extension_named(name).is_none() {
                failures.extend(refused(&mut cat, &format!("create extension \"{name}\" cascade")));
            }
            let schema = cat.extension_named(name).and_then(|e| cat.schema(e.schema)).map(|s| s.name.clone());
            cat = supabase();
            if let Some(schema) = schema
                && !script.text.is_empty()
            {
                cat.session.search_path = vec![schema];
                let created = ["T", "F", "N"].iter().any(|letter| script.lines(letter).next().is_some());
                assert!(script.incomplete || created, "{name}");
            }
        }
        assert!(failures.is_empty(), "{}", failures.join("\n"));
    }

    #[test]
    fn no_two_of_the_server_s_objects_have_one_oid() {
        let cat = postgres();
        let mut oids: Vec<Oid> = cat.all_functions().map(|f| f.oid).collect();
        oids.extend(server::OPERATORS.all().chain(server::COLLATIONS.all()).map(|o| o.oid));
        oids.extend(cat.others().map(|o| o.oid));
        oids.extend(cat.relations().map(|r| r.oid));
        oids.extend(cat.types().map(|t| t.oid));
        oids.extend(cat.schemas().map(|s| s.oid));
        let count = oids.len();
        oids.sort();
        oids.dedup();
        assert_eq!(oids.len(), count);
        assert!(oids.iter().all(|oid| *oid < Oid::FIRST_USER));
    }

    #[test]
    fn types_of_the_tables_are_all_there() {
        let cat = supabase();
        let missing: Vec<String> = cat
            .all_functions()
            .filter(|f| !f.returns.oid.is_valid() || f.args.iter().any(|a| !a.ty.oid.is_valid()))
            .map(|f| f.name.to_string())
            .collect();
        assert!(missing.is_empty(), "{missing:?}");
        let untyped: Vec<String> = cat
            .relations()
            .filter(|r| r.live_columns().any(|c| !c.ty.oid.is_valid()))
            .map(|r| r.name.to_string())
            .collect();
        assert!(untyped.is_empty(), "{untyped:?}");
        assert_eq!(cat.role(cat.session.current_role).map(|r| r.name.to_string()).as_deref(), Some("postgres"));
        assert_eq!(cat.session.search_path.iter().map(|s| &**s).collect::<Vec<_>>(), ["$user", "public", "extensions"]);
    }
}
