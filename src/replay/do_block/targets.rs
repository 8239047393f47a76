//! What statements that are not followed may create, change or drop: read off their words, constants of dynamic SQL included.

use crate::catalog::{Catalog, Class, ObjectAddress, Oid, Relation};
use crate::replay::privileges::make_uncertain;
use crate::replay::rows;
use crate::syntax::ast::Symbol;
use crate::syntax::plpgsql::{Code, Part};
use crate::syntax::{Token, TokenKind};
use std::sync::Arc;

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
    Relation,
    Schema,
    Function,
    /// Policies, triggers, rules, constraints, types, roles and the rest: known by their own names.
    Named,
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
            if let Some(name) = signature.name()
                && signature.tokens.get(signature.place).is_some_and(|t| t.kind == TokenKind::LParen)
            {
                let named = cat.schemas().flat_map(|s| cat.functions_named(s.oid, &name)).map(|f| f.oid);
                for oid in named.collect::<Vec<Oid>>() {
                    if let Some(function) = cat.function_mut(oid) {
                        function.body_unknown = true;
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
            "table" | "view" | "index" | "sequence" => Kind::Relation,
            "schema" => Kind::Schema,
            "function" | "procedure" | "routine" | "aggregate" => Kind::Function,
            "type" | "domain" | "policy" | "trigger" | "rule" | "extension" | "role" | "user" | "group"
            | "publication" | "collation" | "statistics" | "server" | "language" => Kind::Named,
            _ => return None,
        };
        while ["concurrently", "if", "not", "exists", "only"].contains(&&*self.word(self.place)) {
            self.place += 1;
        }
        Some(kind)
    }

    /// A (qualified) name: its last part; `None` when it is put together at run time.
    fn name(&mut self) -> Option<Symbol> {
        let mut name = self.code.name(*self.tokens.get(self.place)?)?;
        self.place += 1;
        while self.tokens.get(self.place).is_some_and(|t| t.kind == TokenKind::Dot) {
            self.place += 1;
            name = self.code.name(*self.tokens.get(self.place)?)?;
            self.place += 1;
        }
        // `CREATE POLICY p_%I`, `'… prefix_' || name`: a piece of a name.
        let glued = |place: usize| {
            let (Some(before), Some(token)) = (self.tokens.get(place.wrapping_sub(1)), self.tokens.get(place)) else {
                return false;
            };
            token.kind == TokenKind::Operator && token.start == before.end && self.code.text_of(*token) == "%"
        };
        if glued(self.place) { None } else { Some(name) }
    }

    fn create(&mut self, cat: &mut Catalog) {
        let Some(kind) = self.kind() else { return };
        match self.name() {
            Some(name) => {
                cat.unknowns.add_name(&name, self.reason);
                if kind == Kind::Schema {
                    cat.unknowns.add_schema(&name, self.reason);
                }
            }
            None => cat.unknowns.add_everything(self.reason),
        }
    }

    fn drop(&mut self, cat: &mut Catalog) {
        let Some(kind) = self.kind() else { return };
        loop {
            match self.name() {
                Some(name) => cat.unknowns.add_name(&name, self.reason),
                None => return self.any_of(cat, kind),
            }
            if self.tokens.get(self.place).is_none_or(|t| t.kind != TokenKind::Comma) {
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
            let name = if all { None } else { self.name() };
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
        let name = self.name();
        if kind != Kind::Relation {
            match &name {
                Some(name) => cat.unknowns.add_name(name, self.reason),
                None => self.any_of(cat, kind),
            }
        }
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
                    match self.name() {
                        Some(constraint) => cat.unknowns.add_name(&constraint, self.reason),
                        None => self.any_constraint(cat, name.as_ref()),
                    }
                    continue;
                }
                "to" if matches!(&*self.word(self.place.wrapping_sub(1)), "rename") => {
                    self.place += 1;
                    match (self.name(), &name) {
                        (Some(to), Some(from)) => {
                            cat.unknowns.add_name(&to, self.reason);
                            cat.unknowns.add_name(from, self.reason);
                        }
                        _ => cat.unknowns.add_everything(self.reason),
                    }
                    continue;
                }
                "add" | "drop" if self.word(self.place + 1) == "constraint" => {}
                "add" | "drop" | "type" | "rename" | "inherit" | "attach" | "detach" => columns_change = true,
                "create" => return,
                _ => {}
            }
            self.place += 1;
        }
        if kind == Kind::Relation && columns_change {
            let changed: Vec<Oid> = cat
                .relations()
                .filter(|r| r.oid >= Oid::FIRST_USER && name.as_ref().is_none_or(|name| *name == r.name))
                .map(|r| r.oid)
                .collect();
            if changed.is_empty()
                && let Some(name) = &name
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

    /// Any constraint of the relations of this name (of all, where it has none) may be gone.
    fn any_constraint(&self, cat: &mut Catalog, relation: Option<&Symbol>) {
        let meant = |r: &&Arc<Relation>| r.oid >= Oid::FIRST_USER && relation.is_none_or(|name| *name == r.name);
        let constraints = cat.relations().filter(meant).flat_map(|r| r.constraints.iter().map(|c| c.name.clone()));
        for name in constraints.collect::<Vec<Symbol>>() {
            cat.unknowns.add_name(&name, self.reason);
        }
    }

    /// Any object of the kind may be gone.
    fn any_of(&self, cat: &mut Catalog, kind: Kind) {
        let is_users = |oid: &Oid| *oid >= Oid::FIRST_USER;
        let mut names: Vec<Symbol> = Vec::new();
        match kind {
            Kind::Relation => names.extend(cat.relations().filter(|r| is_users(&r.oid)).map(|r| r.name.clone())),
            Kind::Schema => names.extend(cat.schemas().filter(|s| is_users(&s.oid)).map(|s| s.name.clone())),
            Kind::Function => names.extend(cat.functions().filter(|f| is_users(&f.oid)).map(|f| f.name.clone())),
            Kind::Named => {
                for relation in cat.relations().filter(|r| is_users(&r.oid)) {
                    names.extend(relation.policies.iter().map(|p| p.name.clone()));
                    names.extend(relation.triggers.iter().map(|t| t.name.clone()));
                }
                names.extend(cat.types().filter(|t| is_users(&t.oid)).map(|t| t.name.clone()));
            }
        }
        for name in names {
            cat.unknowns.add_name(&name, self.reason);
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
