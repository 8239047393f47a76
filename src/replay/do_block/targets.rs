//! What statements that are not followed may create, change or drop: read off their words, constants of dynamic SQL included.

use crate::catalog::{Catalog, Class, Doubt, ObjectAddress, Oid, Relation, RelationKind, TypeKind};
use crate::replay::privileges::make_uncertain;
use crate::replay::rows;
use crate::syntax::ast::Symbol;
use crate::syntax::plpgsql::{Code, Part};
use crate::syntax::{Token, TokenKind};

/// Makes unknown what the statements in these tokens may touch.
pub(super) fn mark(cat: &mut Catalog, code: &Code, part: Part, reason: &Symbol) {
    let mut scan = Scan { code, tokens: code.tokens(part), place: 0, reason };
    scan.run(cat, 0);
    rows::note_part(cat, code, part);
}

struct Scan<'c> {
    code: &'c Code,
    tokens: &'c [Token],
    place: usize,
    reason: &'c Symbol,
}

/// What a command is about.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Object(Class),
    View,
    Index,
    /// A policy, trigger or rule: `name ON relation`.
    Part(Class),
}

/// A name in a statement; no name where it is put together at run time.
struct Target {
    schema: Option<Symbol>,
    name: Option<Symbol>,
}

impl Target {
    fn is(&self, cat: &Catalog, schema: Oid, name: &Symbol) -> bool {
        let is_schema = |wanted: &Symbol| cat.schema(schema).is_some_and(|s| s.name == *wanted);
        self.name.as_ref().is_none_or(|wanted| wanted == name) && self.schema.as_ref().is_none_or(is_schema)
    }
}

/// The commands that change the catalog; COMMENT is left out, whose word is a column's name more often.
const COMMANDS: [&str; 5] = ["create", "alter", "drop", "grant", "revoke"];

const MODIFIERS: [&str; 15] = [
    "or",
    "replace",
    "temp",
    "temporary",
    "unlogged",
    "unique",
    "global",
    "local",
    "recursive",
    "materialized",
    "constraint",
    "foreign",
    "trusted",
    "event",
    "concurrently",
];

impl Scan<'_> {
    fn word(&self, place: usize) -> String {
        match self.tokens.get(place) {
            Some(token) if matches!(token.kind, TokenKind::Ident | TokenKind::Keyword(_)) => {
                self.code.text_of(*token).to_ascii_lowercase()
            }
            _ => String::new(),
        }
    }

    fn run(&mut self, cat: &mut Catalog, depth: u8) {
        while let Some(token) = self.tokens.get(self.place).copied() {
            self.constant(cat, token, depth);
            let command = self.word(self.place);
            self.place += 1;
            if COMMANDS.contains(&&*command) {
                cat.unknowns.note(self.reason);
            }
            match &*command {
                "create" => self.create(cat),
                "alter" => self.alter(cat),
                "drop" => self.drop(cat),
                "revoke" => self.revoke(cat),
                "execute" => self.execute(cat, depth),
                _ => {}
            }
        }
    }

    /// A constant may be SQL, or the beginning of it.
    fn constant(&self, cat: &mut Catalog, token: Token, depth: u8) {
        if let Some(text) = self.code.string(token)
            && depth < 4
        {
            let lower = text.to_ascii_lowercase();
            if COMMANDS.iter().any(|command| lower.contains(&format!("{command} "))) {
                let code = Code::new(text);
                let tokens = code.tokens(code.all());
                Scan { code: &code, tokens, place: 0, reason: self.reason }.run(cat, depth + 1);
            }
        }
    }

    /// `EXECUTE variable`: made of constants elsewhere in the body, and of the definitions of functions that those name.
    fn execute(&self, cat: &mut Catalog, depth: u8) {
        if depth > 0 || ["", "format", "concat", "function", "procedure", "on"].contains(&&*self.word(self.place)) {
            return;
        }
        for token in self.code.tokens(self.code.all()) {
            self.constant(cat, *token, depth);
            let code = Code::new(self.code.string(*token).unwrap_or_else(|| "".into()));
            let mut signature = Scan { code: &code, tokens: code.tokens(code.all()), place: 0, reason: self.reason };
            if let Some(name) = signature.target().name
                && signature.tokens.get(signature.place).is_some_and(|t| t.kind == TokenKind::LParen)
            {
                let named = cat.schemas().flat_map(|s| cat.functions_named(s.oid, &name)).map(|f| f.oid);
                for oid in named.collect::<Vec<Oid>>() {
                    if let Some(function) = cat.function_mut(oid) {
                        function.details_unknown = true;
                    }
                }
            }
        }
    }

    fn kind(&mut self) -> Option<Kind> {
        while MODIFIERS.contains(&&*self.word(self.place)) {
            self.place += 1;
        }
        let word = self.word(self.place);
        self.place += 1;
        let kind = match &*word {
            "table" | "sequence" => Kind::Object(Class::Relation),
            "view" => Kind::View,
            "index" => Kind::Index,
            "schema" => Kind::Object(Class::Schema),
            "function" | "procedure" | "routine" | "aggregate" => Kind::Object(Class::Function),
            "type" | "domain" => Kind::Object(Class::Type),
            "policy" => Kind::Part(Class::Policy),
            "trigger" => Kind::Part(Class::Trigger),
            "rule" => Kind::Part(Class::Other),
            "role" | "user" | "group" => Kind::Object(Class::Role),
            "extension" => Kind::Object(Class::Extension),
            "publication" => Kind::Object(Class::Publication),
            "collation" | "statistics" | "server" | "language" => Kind::Object(Class::Other),
            _ => return None,
        };
        while ["concurrently", "if", "not", "exists", "only"].contains(&&*self.word(self.place)) {
            self.place += 1;
        }
        Some(kind)
    }

    /// A name, qualified or not.
    fn target(&mut self) -> Target {
        let mut target = Target { schema: None, name: self.part_of_name() };
        while target.name.is_some() && self.tokens.get(self.place).is_some_and(|t| t.kind == TokenKind::Dot) {
            self.place += 1;
            target = Target { schema: target.name, name: self.part_of_name() };
        }
        // `CREATE POLICY p_%I`, `'… prefix_' || name`: a piece of a name.
        let (before, after) = (self.tokens.get(self.place.wrapping_sub(1)), self.tokens.get(self.place));
        if let (Some(before), Some(after)) = (before, after)
            && after.kind == TokenKind::Operator
            && after.start == before.end
            && self.code.text_of(*after) == "%"
        {
            target.name = None;
        }
        target
    }

    fn part_of_name(&mut self) -> Option<Symbol> {
        let name = self.code.name(*self.tokens.get(self.place)?)?;
        self.place += 1;
        Some(name)
    }

    /// The relation after ON.
    fn on(&mut self) -> Target {
        while let Some(token) = self.tokens.get(self.place).filter(|t| t.kind != TokenKind::Semicolon) {
            self.place += 1;
            if self.code.text_of(*token).eq_ignore_ascii_case("on") {
                if self.word(self.place) == "only" {
                    self.place += 1;
                }
                return self.target();
            }
        }
        Target { schema: None, name: None }
    }

    /// The names in an index's list of columns; `None` where they are put together.
    fn columns(&self) -> Option<Vec<Symbol>> {
        let rest = self.tokens.get(self.place..)?;
        let open = rest.iter().position(|t| matches!(t.kind, TokenKind::LParen | TokenKind::Semicolon))?;
        let list = &rest[open..];
        let list = &list[..list.iter().position(|t| t.kind == TokenKind::RParen)?];
        if list.first()?.kind != TokenKind::LParen || list.iter().any(|t| self.code.text_of(*t) == "%") {
            return None;
        }
        Some(list.iter().filter_map(|token| self.code.name(*token)).collect())
    }

    fn create(&mut self, cat: &mut Catalog) {
        let Some(kind) = self.kind() else { return };
        let unnamed = kind == Kind::Index && self.word(self.place) == "on";
        let created = if unnamed { Target { schema: None, name: None } } else { self.target() };
        let class = match kind {
            Kind::Object(class) | Kind::Part(class) => class,
            Kind::View | Kind::Index => Class::Relation,
        };
        match &created.name {
            Some(name) => cat.unknowns.add_name(name, self.reason),
            None if class == Class::Schema => cat.unknowns.add_everything(self.reason),
            None => {
                cat.unknowns.add_class(class, self.reason);
                if class == Class::Relation {
                    cat.unknowns.add_class(Class::Type, self.reason); // of its rows
                }
            }
        }
        match (kind, &created.name) {
            (Kind::Object(Class::Schema), Some(name)) => cat.unknowns.add_schema(name, self.reason),
            // OR REPLACE
            (Kind::Object(Class::Function), None) => functions_changed(cat, &created),
            (Kind::View, None) => doubt(cat, &created, |r| r.doubt.security |= r.kind == RelationKind::View),
            (Kind::Index, _) => {
                let on = self.on();
                let columns = self.columns();
                doubt(cat, &on, |r| match &columns {
                    Some(columns) => r.doubt.indexed.extend(columns.iter().cloned()),
                    None => r.doubt.keys = true,
                });
            }
            (Kind::Part(class), _) if class != Class::Trigger => doubt(cat, &self.on(), |r| r.doubt.security = true),
            _ => {}
        }
    }

    fn drop(&mut self, cat: &mut Catalog) {
        let Some(kind) = self.kind() else { return };
        loop {
            let dropped = self.target();
            let on = if let Kind::Part(_) = kind { self.on() } else { Target { schema: None, name: None } };
            match &dropped.name {
                Some(name) => cat.unknowns.add_name(name, self.reason),
                None => self.any_of(cat, kind, if let Kind::Part(_) = kind { &on } else { &dropped }),
            }
            if matches!(kind, Kind::Part(class) if class != Class::Trigger) {
                doubt(cat, &on, |r| r.doubt.security = true);
            }
            if dropped.name.is_none() || self.tokens.get(self.place).is_none_or(|t| t.kind != TokenKind::Comma) {
                return;
            }
            self.place += 1;
        }
    }

    /// `REVOKE … ON [ALL] kind name, …`; a table without its kind.
    fn revoke(&mut self, cat: &mut Catalog) {
        while self.word(self.place) != "on" {
            let ends = self.tokens.get(self.place).is_none_or(|t| t.kind == TokenKind::Semicolon);
            if ends || self.word(self.place) == "from" {
                return; // of roles, or put together
            }
            self.place += 1;
        }
        self.place += 1;
        let all = self.word(self.place) == "all";
        self.place += usize::from(all);
        let class = match &*self.word(self.place) {
            "function" | "procedure" | "routine" | "functions" | "procedures" | "routines" => Class::Function,
            "schema" => Class::Schema,
            "table" | "sequence" | "tables" | "sequences" => Class::Relation,
            "type" | "domain" | "database" | "language" | "parameter" | "large" | "foreign" => return,
            _ => {
                self.place -= 1; // the name
                Class::Relation
            }
        };
        self.place += 1;
        loop {
            let name = if all { None } else { self.target().name };
            make_privileges_uncertain(cat, class, name.as_ref());
            if name.is_none() {
                return;
            }
            // The arguments of a function.
            let mut depth = 0;
            while let Some(token) = self.tokens.get(self.place) {
                match token.kind {
                    TokenKind::LParen => depth += 1,
                    TokenKind::RParen => depth -= 1,
                    _ if depth == 0 => break,
                    _ => {}
                }
                self.place += 1;
            }
            if self.tokens.get(self.place).is_none_or(|t| t.kind != TokenKind::Comma) {
                return;
            }
            self.place += 1;
        }
    }

    fn alter(&mut self, cat: &mut Catalog) {
        let Some(kind) = self.kind() else { return };
        let altered = self.target();
        match kind {
            Kind::Object(Class::Relation) | Kind::View => self.alter_relation(cat, &altered),
            Kind::Part(_) => {
                let on = self.on();
                if kind != Kind::Part(Class::Trigger) {
                    doubt(cat, &on, |r| r.doubt.security = true);
                }
                self.renamed(cat, kind, &altered, &on);
            }
            Kind::Object(Class::Function) => {
                functions_changed(cat, &altered);
                self.renamed(cat, kind, &altered, &altered);
            }
            _ => {
                match &altered.name {
                    Some(name) => cat.unknowns.add_name(name, self.reason),
                    None => self.any_of(cat, kind, &altered),
                }
                self.renamed(cat, kind, &altered, &altered);
            }
        }
    }

    /// What `RENAME TO` and `SET SCHEMA`, where they follow, make of an object or of all that may be meant.
    fn renamed(&mut self, cat: &mut Catalog, kind: Kind, renamed: &Target, holder: &Target) {
        while self.tokens.get(self.place).is_some_and(|t| t.kind != TokenKind::Semicolon) {
            let word = self.word(self.place);
            self.place += 1;
            if word != "rename" && word != "schema" {
                continue;
            }
            match &renamed.name {
                Some(name) => cat.unknowns.add_name(name, self.reason),
                None => self.any_of(cat, kind, holder),
            }
            if self.word(self.place) == "to" {
                self.place += 1;
                match (self.target().name, kind) {
                    (Some(to), _) => cat.unknowns.add_name(&to, self.reason),
                    (None, Kind::Object(class) | Kind::Part(class)) => cat.unknowns.add_class(class, self.reason),
                    (None, Kind::View | Kind::Index) => cat.unknowns.add_class(Class::Relation, self.reason),
                }
            }
        }
    }

    fn alter_relation(&mut self, cat: &mut Catalog, altered: &Target) {
        // `'ALTER TABLE ' || name || …`: what follows is elsewhere.
        let ends = self.tokens.get(self.place).is_none_or(|t| t.kind == TokenKind::Eof);
        let mut changed = Doubt { security: ends, keys: ends, indexed: Vec::new() };
        let mut columns_change = false;
        while let Some(token) = self.tokens.get(self.place) {
            if token.kind == TokenKind::Semicolon {
                break;
            }
            match &*self.word(self.place) {
                "constraint" => {
                    self.place += 1;
                    while ["if", "not", "exists"].contains(&&*self.word(self.place)) {
                        self.place += 1;
                    }
                    match self.target().name {
                        Some(constraint) => cat.unknowns.add_name(&constraint, self.reason),
                        None => self.any_of(cat, Kind::Part(Class::Constraint), altered),
                    }
                    continue;
                }
                "to" if matches!(&*self.word(self.place.wrapping_sub(1)), "rename") => {
                    self.place += 1;
                    match (self.target().name, &altered.name) {
                        (Some(to), Some(from)) => {
                            cat.unknowns.add_name(&to, self.reason);
                            cat.unknowns.add_name(from, self.reason);
                        }
                        _ => cat.unknowns.add_everything(self.reason),
                    }
                    continue;
                }
                // That is known by its name.
                "drop" if self.word(self.place + 1) == "constraint" => {}
                "security" | "owner" => changed.security = true,
                "set" | "reset" if self.tokens.get(self.place + 1).is_some_and(|t| t.kind == TokenKind::LParen) => {
                    changed.security = true;
                }
                "add" => {
                    changed.keys = true;
                    columns_change |= self.word(self.place + 1) != "constraint";
                }
                "drop" | "type" | "rename" | "inherit" | "attach" | "detach" => columns_change = true,
                "create" => break,
                _ => {}
            }
            self.place += 1;
        }
        doubt(cat, altered, |r| {
            r.doubt.security |= changed.security;
            r.doubt.keys |= changed.keys;
        });
        if columns_change {
            let changed = relations(cat, altered);
            if changed.is_empty()
                && let Some(name) = &altered.name
            {
                cat.unknowns.add_name(name, self.reason);
            }
            for oid in changed {
                if let Some(relation) = cat.relation_mut(oid) {
                    relation.columns_unknown.get_or_insert_with(|| self.reason.clone());
                }
            }
        }
    }

    /// Any object of the kind may be gone: of those that the target may mean, or that such a relation has.
    fn any_of(&self, cat: &mut Catalog, kind: Kind, target: &Target) {
        let mut names: Vec<Symbol> = Vec::new();
        for relation in relations(cat, target).into_iter().filter_map(|oid| cat.relation(oid)) {
            match kind {
                Kind::Object(Class::Relation) => names.push(relation.name.clone()),
                Kind::View if matches!(relation.kind, RelationKind::View | RelationKind::MaterializedView) => {
                    names.push(relation.name.clone());
                }
                Kind::Index if relation.kind.is_index() => names.push(relation.name.clone()),
                Kind::Part(Class::Policy) => names.extend(relation.policies.iter().map(|p| p.name.clone())),
                Kind::Part(Class::Trigger) => names.extend(relation.triggers.iter().map(|t| t.name.clone())),
                Kind::Part(Class::Constraint) => names.extend(relation.constraints.iter().map(|c| c.name.clone())),
                Kind::Part(_) => names.extend(relation.rules.iter().map(|r| r.name.clone())),
                _ => {}
            }
        }
        let is_users = |oid: Oid| oid >= Oid::FIRST_USER;
        match kind {
            Kind::Object(Class::Schema) => {
                names.extend(cat.schemas().filter(|s| is_users(s.oid)).map(|s| s.name.clone()));
            }
            Kind::Object(Class::Function) => names.extend(
                cat.functions()
                    .filter(|f| is_users(f.oid) && target.is(cat, f.schema, &f.name))
                    .map(|f| f.name.clone()),
            ),
            Kind::Object(Class::Type) => names.extend(
                cat.types()
                    .filter(|t| is_users(t.oid) && target.is(cat, t.schema, &t.name) && !is_made_along(cat, &t.kind))
                    .map(|t| t.name.clone()),
            ),
            _ => {}
        }
        for name in names {
            cat.unknowns.add_name(&name, self.reason);
        }
    }
}

/// The relations that a name may mean: the users', where it has no name.
fn relations(cat: &Catalog, target: &Target) -> Vec<Oid> {
    cat.relations()
        .filter(|r| (r.oid >= Oid::FIRST_USER || target.name.is_some()) && target.is(cat, r.schema, &r.name))
        .map(|r| r.oid)
        .collect()
}

/// Arrays, and the types of rows.
fn is_made_along(cat: &Catalog, kind: &TypeKind) -> bool {
    match kind {
        TypeKind::Array(_) | TypeKind::Multirange(_) => true,
        TypeKind::Composite(of) => cat.relation(*of).is_none_or(|r| r.kind != RelationKind::CompositeType),
        _ => false,
    }
}

fn doubt(cat: &mut Catalog, target: &Target, mark: impl Fn(&mut Relation)) {
    for oid in relations(cat, target) {
        if let Some(relation) = cat.relation_mut(oid) {
            mark(relation);
        }
    }
}

fn functions_changed(cat: &mut Catalog, target: &Target) {
    let changed: Vec<Oid> = cat
        .functions()
        .filter(|f| f.oid >= Oid::FIRST_USER && target.is(cat, f.schema, &f.name))
        .map(|f| f.oid)
        .collect();
    for oid in changed {
        if let Some(function) = cat.function_mut(oid) {
            function.details_unknown = true;
        }
    }
}

/// Of the users' objects of this name; of all, where it has none.
fn make_privileges_uncertain(cat: &mut Catalog, class: Class, name: Option<&Symbol>) {
    let meant = |oid: Oid, own: &Symbol| oid >= Oid::FIRST_USER && name.is_none_or(|name| name == own);
    let oids: Vec<Oid> = match class {
        Class::Function => cat.functions().filter(|o| meant(o.oid, &o.name)).map(|o| o.oid).collect(),
        Class::Schema => cat.schemas().filter(|o| meant(o.oid, &o.name)).map(|o| o.oid).collect(),
        _ => cat.relations().filter(|o| !o.kind.is_index() && meant(o.oid, &o.name)).map(|o| o.oid).collect(),
    };
    for oid in oids {
        make_uncertain(cat, ObjectAddress::new(class, oid));
    }
}
