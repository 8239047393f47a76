//! A contract taken apart: one requirement for each thing that it says.

use super::{Contract, TableContract, rules};
use crate::config::glob;
use crate::source::Span;
use crate::syntax::ast::{Name, PolicyCommand, QualifiedName, References, TypeName};
use crate::syntax::{Cursor, Result as Syntax, TokenKind, kw, lex};
use std::sync::Arc;

/// One thing that the schema must have, or must not have.
pub struct Requirement {
    /// The way to what says so, from the configuration's root.
    pub keys: Vec<String>,
    /// The place in `RULES`.
    pub rule: usize,
    pub what: What,
}

pub enum What {
    Table { views: bool },
    Column(Name),
    Type(Name, TypeName),
    Null(Name, bool),
    PrimaryKey(Vec<Name>),
    Unique(Vec<Name>),
    Index(Vec<Name>),
    ForeignKey(Vec<Name>, ForeignKey),
    RowSecurity,
    Policy(&'static str, PolicyCommand),
    Extension(Name),
    Enum(QualifiedName),
    Label(QualifiedName, String),
    Forbidden(Forbidden),
}

pub struct ForeignKey {
    pub references: Arc<References>,
    /// Whether it says ON DELETE.
    pub on_delete: bool,
}

pub struct Forbidden {
    pub kind: &'static str,
    pub pattern: Pattern,
}

/// Globs for the parts of a name, compared with names as the catalog has them.
pub struct Pattern {
    pub schema: String,
    pub name: String,
    /// Of a column.
    pub column: String,
}

impl Pattern {
    fn new(text: &str, with_column: bool) -> Self {
        let (rest, column) = match with_column {
            true => text.rsplit_once('.').unwrap_or(("", text)),
            false => (text, ""),
        };
        let (schema, name) = rest.split_once('.').unwrap_or(("public", rest));
        Self { schema: schema.into(), name: name.into(), column: column.into() }
    }

    pub fn is_of(&self, schema: &str, name: &str) -> bool {
        glob::component(&self.name, name) && glob::component(&self.schema, schema)
    }
}

/// What stands under a key of `tables`.
pub enum Tables {
    /// Alternatives: the first that there is.
    Named(Vec<QualifiedName>),
    Matching {
        pattern: Pattern,
        except: Vec<Pattern>,
    },
}

/// The configuration's message, and the way to what it is about.
pub type Wrong = (String, Vec<String>);

/// Whether every piece of the contract is SQL that makes sense there.
pub fn validate(contract: &Contract) -> Result<(), Wrong> {
    for (key, table) in &contract.tables {
        tables(key, table)?;
        of_table(key, table)?;
    }
    of_database(contract).map(|_| ())
}

/// The tables that a key of `tables` stands for.
pub fn tables(key: &str, table: &TableContract) -> Result<Tables, Wrong> {
    let path = ["contract", "tables", key];
    if key.contains(['*', '?']) {
        let except = table.except.iter().map(|text| Pattern::new(text, false)).collect();
        return Ok(Tables::Matching { pattern: Pattern::new(key, false), except });
    }
    if !table.except.is_empty() {
        let message = format!("`except` is for patterns: `{key}` is none");
        return Err((message, [&path[..], &["except"]].concat().iter().map(|k| k.to_string()).collect()));
    }
    let mut names = Vec::new();
    whole(key, &path, &mut |cursor| {
        names.push(in_public(cursor.qualified_name()?));
        while cursor.eat_operator("|") {
            names.push(in_public(cursor.qualified_name()?));
        }
        Ok(())
    })?;
    Ok(Tables::Named(names))
}

/// The name with its schema.
pub fn in_public(mut name: QualifiedName) -> QualifiedName {
    name.schema.get_or_insert_with(|| Name::new("public", Span::default()));
    name
}

/// What is required of each of the tables.
pub fn of_table(key: &str, table: &TableContract) -> Result<Vec<Requirement>, Wrong> {
    let mut all = List { table: key, all: Vec::new(), columns: Vec::new() };
    all.add(rules::TABLE, &[], What::Table { views: table.views });
    for (text, spec) in &table.columns {
        all.column_of(text, spec)?;
    }
    if let Some(text) = &table.primary_key {
        let columns = all.columns(&["primary_key"], text)?;
        all.add(rules::PRIMARY_KEY, &["primary_key"], What::PrimaryKey(columns));
    }
    for (rule, key, texts) in [(rules::UNIQUE, "unique", &table.unique), (rules::INDEX, "indexes", &table.indexes)] {
        for (place, text) in texts.iter().enumerate() {
            let keys = [key, &place.to_string()];
            let columns = all.columns(&keys, text)?;
            all.add(rule, &keys, if rule == rules::UNIQUE { What::Unique(columns) } else { What::Index(columns) });
        }
    }
    for (text, target) in &table.foreign_keys {
        let keys = ["foreign_keys", text];
        let columns = all.columns(&keys, text)?;
        let mut found = None;
        whole(target, &all.path(&keys), &mut |cursor| {
            let on_delete = cursor.rest().iter().any(|token| token.kind == TokenKind::Keyword(kw::ON));
            found = Some(ForeignKey { references: cursor.references(false)?, on_delete });
            Ok(())
        })?;
        if let Some(key) = found {
            all.add(rules::FOREIGN_KEY, &keys, What::ForeignKey(columns, key));
        }
    }
    if table.rls {
        all.add(rules::ROW_SECURITY, &["rls"], What::RowSecurity);
    }
    for (place, command) in table.policies.iter().enumerate() {
        let Some((word, command)) = COMMANDS.iter().find(|(word, _)| word == command) else { continue };
        all.add(rules::POLICY, &["policies", &place.to_string()], What::Policy(word, *command));
    }
    Ok(all.all)
}

/// What is required of no table.
pub fn of_database(contract: &Contract) -> Result<Vec<Requirement>, Wrong> {
    let mut all = Vec::new();
    let mut add = |rule, path: &[&str], what| all.push(Requirement { keys: owned(path), rule, what });
    for (place, name) in contract.extensions.iter().enumerate() {
        let name = Name::new(&**name, Span::default());
        add(rules::EXTENSION, &["contract", "extensions", &place.to_string()], What::Extension(name));
    }
    for (key, labels) in &contract.enums {
        let path = ["contract", "enums", key];
        let mut found = None;
        whole(key, &path, &mut |cursor| {
            found = Some(in_public(cursor.qualified_name()?));
            Ok(())
        })?;
        let Some(name) = found else { continue };
        add(rules::ENUM, &path, What::Enum(name.clone()));
        for (place, label) in labels.iter().enumerate() {
            let place = place.to_string();
            add(rules::ENUM, &["contract", "enums", key, &place], What::Label(name.clone(), label.clone()));
        }
    }
    for (place, text) in contract.forbidden.iter().enumerate() {
        let path = ["contract", "forbidden", &place.to_string()];
        let (kind, pattern) = text.split_once(' ').unwrap_or((text, ""));
        let Some(kind) = KINDS.iter().find(|known| **known == kind && !pattern.is_empty()) else {
            let message = format!("`{text}`: expected one of `{}`, then a name or pattern", KINDS.join("`, `"));
            return Err((message, owned(&path)));
        };
        let pattern = Pattern::new(pattern.trim(), *kind == "column");
        add(rules::FORBIDDEN, &path, What::Forbidden(Forbidden { kind, pattern }));
    }
    Ok(all)
}

/// The commands that policies are for.
pub const COMMANDS: [(&str, PolicyCommand); 4] = [
    ("select", PolicyCommand::Select),
    ("insert", PolicyCommand::Insert),
    ("update", PolicyCommand::Update),
    ("delete", PolicyCommand::Delete),
];

/// What can be forbidden.
const KINDS: [&str; 7] = ["table", "view", "column", "function", "type", "extension", "schema"];

fn owned(path: &[&str]) -> Vec<String> {
    path.iter().map(|key| key.to_string()).collect()
}

/// The requirements of a table as they come up.
struct List<'a> {
    table: &'a str,
    all: Vec<Requirement>,
    /// The columns that are required so far.
    columns: Vec<Name>,
}

impl<'a> List<'a> {
    fn path(&self, keys: &[&'a str]) -> Vec<&'a str> {
        [&["contract", "tables", self.table], keys].concat()
    }

    fn add(&mut self, rule: usize, keys: &[&str], what: What) {
        let keys = [&["contract", "tables", self.table], keys].concat();
        self.all.push(Requirement { keys: owned(&keys), rule, what });
    }

    /// A column that must be there, because something says so or names it.
    fn need(&mut self, keys: &[&str], column: &Name) {
        if !self.columns.contains(column) {
            self.columns.push(column.clone());
            self.add(rules::COLUMN, keys, What::Column(column.clone()));
        }
    }

    /// A key of `columns`.
    fn column_of(&mut self, text: &str, spec: &str) -> Result<(), Wrong> {
        let keys = ["columns", text];
        let path = [&["contract", "tables", self.table], &keys[..]].concat();
        let mut name = None;
        whole(text, &path, &mut |cursor| {
            name = Some(cursor.name()?);
            Ok(())
        })?;
        let (mut ty, mut null) = (None, None);
        whole(spec, &path, &mut |cursor| {
            if !cursor.is_at_end() && !cursor.at_any(&[kw::NOT, kw::NULL]) {
                ty = Some(cursor.type_name()?);
            }
            if cursor.eat(kw::NOT) {
                cursor.expect(kw::NULL)?;
                null = Some(false);
            } else if cursor.eat(kw::NULL) {
                null = Some(true);
            }
            Ok(())
        })?;
        let Some(name) = name else { return Ok(()) };
        self.need(&keys, &name);
        if let Some(ty) = ty {
            self.add(rules::COLUMN_TYPE, &keys, What::Type(name.clone(), ty));
        }
        if let Some(null) = null {
            self.add(rules::NULLABILITY, &keys, What::Null(name, null));
        }
        Ok(())
    }

    /// The columns that a text lists, which must be there.
    fn columns(&mut self, keys: &[&str], text: &str) -> Result<Vec<Name>, Wrong> {
        let path = [&["contract", "tables", self.table], keys].concat();
        let mut columns = Vec::new();
        whole(text, &path, &mut |cursor| {
            columns = cursor.name_list()?;
            Ok(())
        })?;
        for column in &columns {
            self.need(keys, column);
        }
        Ok(columns)
    }
}

/// Reads a piece of SQL to its end.
fn whole(text: &str, path: &[&str], read: &mut dyn FnMut(&mut Cursor) -> Syntax<()>) -> Result<(), Wrong> {
    let tokens = lex(text).tokens;
    let mut cursor = Cursor::new(text, &tokens);
    let end = read(&mut cursor).and_then(|()| match cursor.is_at_end() {
        true => cursor.take_deferred().map_or(Ok(()), Err),
        false => cursor.fail(),
    });
    end.map_err(|error| (format!("`{text}`: {}", error.message), owned(path)))
}
