//! Which tables may have rows. Rows are not kept, but a table that nothing can have written to is empty.
//!
//! What a statement may write to is read off its words: the relations that it names, the functions that it calls, what the triggers, rules, defaults
//! and constraints of those relations run, and so on through the bodies of the functions. Dynamic SQL that cannot be read may write to any table.

use super::{children, do_block};
use crate::catalog::{Catalog, Class, Oid, Relation, RelationKind, TypeKind};
use crate::sort::insert;
use crate::source::Span;
use crate::syntax::ast::{FunctionBody, InsertSource, QueryBody, Statement, StatementKind, Symbol};
use crate::syntax::plpgsql::{Code, Part};
use crate::syntax::{Keyword, Token, TokenKind, kw};
use std::borrow::Cow;

/// Tables of the base that a fresh project has no rows in.
const EMPTY_IN_BASE: [(&str, &str); 6] = [
    ("auth", "users"),
    ("auth", "identities"),
    ("auth", "sessions"),
    ("auth", "refresh_tokens"),
    ("storage", "buckets"),
    ("storage", "objects"),
];

/// The bytes of an INSERT that are read.
const MOST_DATA: usize = 1 << 16;

/// Whether the table is certain to have no rows, its partitions and other descendants along with it.
pub(super) fn is_empty(cat: &Catalog, table: &Relation) -> bool {
    let schema = cat.schema(table.schema).map_or("", |s| &s.name);
    table.kind.is_table()
        && !table.may_have_rows
        && !cat.unknowns.is_history_partial()
        && (table.origin.created.is_some() || EMPTY_IN_BASE.contains(&(schema, &table.name)))
        && children(cat, table.oid).into_iter().filter_map(|oid| cat.relation(oid)).all(|child| is_empty(cat, child))
}

/// Notes what the statement may have written to, having run or perhaps having run.
pub(super) fn note(cat: &mut Catalog, statement: &Statement) {
    use StatementKind::*;
    // The base's own statements have no origin.
    if cat.now.is_none() || cat.unknowns.is_history_partial() {
        return;
    }
    let runs = match &statement.kind {
        Query(_)
        | Insert(_)
        | Update(_)
        | Delete(_)
        | Merge(_)
        | Copy(_)
        | Call(_)
        | Truncate(_)
        | CreateTableAs(_)
        | RefreshMaterializedView(_)
        | Other(_) => true,
        // A default, a condition or USING that calls a function.
        AlterTable(_) | AlterDomain(_) => text_of(cat, statement.span).contains('('),
        // Its function runs with nearly every statement to come.
        CreateEventTrigger(_) => true,
        CreateFunction(s) => s.returns.as_ref().is_some_and(|ty| &*ty.name.name.text == "event_trigger"),
        _ => false,
    };
    if runs && !changes_nothing(cat, statement) {
        let mut text = text_of(cat, statement.span);
        // Rows of data are alike.
        if let Insert(_) = statement.kind {
            let cut = (0..=text.len().min(MOST_DATA)).rev().find(|at| text.is_char_boundary(*at));
            text = text.get(..cut.unwrap_or(0)).unwrap_or("");
        }
        note_text(cat, text.into());
    }
}

fn text_of(cat: &Catalog, span: Span) -> &str {
    cat.session.source.get(span.start as usize..span.end as usize).unwrap_or("")
}

/// It is certain to find no rows to insert, update or delete, and to run no trigger for that.
pub(super) fn changes_nothing(cat: &mut Catalog, statement: &Statement) -> bool {
    let (with, name) = match &statement.kind {
        StatementKind::Insert(s) => (&s.with, &s.table),
        StatementKind::Update(s) => (&s.with, &s.table),
        StatementKind::Delete(s) => (&s.with, &s.table),
        _ => return false,
    };
    let Ok(Some(table)) = cat.find_relation(name) else { return false };
    let by_row = table.rules.is_empty() && table.triggers.iter().all(|t| t.for_each_row);
    if !with.is_empty() || !table.kind.is_table() || !by_row {
        return false;
    }
    match &statement.kind {
        StatementKind::Insert(s) => match &s.source {
            InsertSource::Query(query) if matches!(query.body, QueryBody::Select(_)) => {
                do_block::finds_nothing(cat, query)
            }
            _ => false,
        },
        _ => is_empty(cat, table),
    }
}

/// The same for a piece of SQL or of PL/pgSQL.
pub(super) fn note_text(cat: &mut Catalog, text: Symbol) {
    let code = Code::new(text);
    note_part(cat, &code, code.all());
}

/// The same for a part of a body.
pub(super) fn note_part(cat: &mut Catalog, code: &Code, part: Part) {
    note_tokens(cat, code, part, true);
}

/// The same for an expression that was evaluated: its constants are not run.
pub(super) fn note_expr(cat: &mut Catalog, code: &Code, part: Part) {
    note_tokens(cat, code, part, false);
}

fn note_tokens(cat: &mut Catalog, code: &Code, part: Part, constants: bool) {
    let mut walk = Walk::new(cat);
    walk.constants = constants;
    walk.read(code, code.tokens(part));
    let written = walk.finish();
    mark(cat, written);
}

/// A table that something else than a statement writes to.
pub(super) fn may_have_rows(cat: &mut Catalog, table: Oid) {
    if let Some(table) = cat.relation_mut(table) {
        table.may_have_rows = true;
    }
}

/// `None` stands for all tables.
fn mark(cat: &mut Catalog, written: Option<Vec<Oid>>) {
    let all = || cat.relations().map(|r| r.oid).collect();
    for oid in written.unwrap_or_else(all) {
        if cat.relation(oid).is_some_and(|r| !r.may_have_rows) {
            may_have_rows(cat, oid);
        }
    }
}

/// What comes before the name of a relation, or dynamic SQL.
const WORDS: [Keyword; 8] = [kw::INTO, kw::COPY, kw::UPDATE, kw::FROM, kw::TRUNCATE, kw::JOIN, kw::VIEW, kw::EXECUTE];

struct Walk<'c> {
    cat: &'c Catalog,
    /// Whether a constant may be SQL that is run.
    constants: bool,
    /// Bodies and constants to read.
    texts: Vec<Symbol>,
    /// Bodies that are tokens already.
    bodies: Vec<&'c Code>,
    /// Functions, and relations whose code is read; `true`: for changes that cascade.
    seen: Vec<(Oid, bool)>,
    words: Vec<String>,
    /// The relations' names that were looked up.
    names: Vec<(Mention, Option<String>, String)>,
    written: Vec<Oid>,
    everything: bool,
}

/// The first words of dynamic SQL that writes to nothing but what it names.
const FIRST_WORDS: [&str; 18] = [
    "alter", "analyze", "call", "comment", "copy", "create", "delete", "do", "drop", "grant", "insert", "merge",
    "notify", "refresh", "revoke", "set", "truncate", "update",
];

impl<'c> Walk<'c> {
    fn new(cat: &'c Catalog) -> Self {
        let (texts, bodies, seen, words, names, written) = Default::default();
        Self { cat, constants: true, texts, bodies, seen, words, names, written, everything: false }
    }

    fn finish(mut self) -> Option<Vec<Oid>> {
        self.constants = true;
        while !self.everything {
            if let Some(code) = self.bodies.pop() {
                self.read(code, code.tokens(code.all()));
            } else if let Some(text) = self.texts.pop() {
                let code = Code::new(text);
                self.read(&code, code.tokens(code.all()));
            } else {
                break;
            }
        }
        if self.everything { None } else { Some(self.written) }
    }

    fn read(&mut self, code: &Code, tokens: &[Token]) {
        let word = |place: usize| tokens.get(place).map_or("".into(), |token| word(code, *token));
        let kind = |place: usize| tokens.get(place).map_or(TokenKind::Eof, |token| token.kind);
        for (place, token) in tokens.iter().enumerate() {
            let before = || word(place.wrapping_sub(1));
            match token.kind {
                kind if self.constants && is_string(kind) => {
                    self.constant(code, *token);
                    continue;
                }
                TokenKind::Keyword(keyword) if WORDS.contains(&keyword) => {}
                TokenKind::QuotedIdent => {}
                TokenKind::Keyword(_) | TokenKind::Ident if kind(place + 1) == TokenKind::LParen => {}
                _ => continue,
            }
            let word = word(place);
            match &*word {
                "into" | "copy" => self.named(code, tokens, place + 1, Mention::Insert),
                "update" if before() != "for" => self.named(code, tokens, place + 1, Mention::Change),
                "from" if before() == "delete" => self.named(code, tokens, place + 1, Mention::Change),
                "truncate" => {
                    self.named(code, tokens, place + 1, Mention::Change);
                    let others = (place..tokens.len()).take_while(|p| kind(*p) != TokenKind::Semicolon);
                    for comma in others.filter(|p| kind(*p) == TokenKind::Comma) {
                        self.named(code, tokens, comma + 1, Mention::Change);
                    }
                }
                "from" | "join" | "view" => self.named(code, tokens, place + 1, Mention::Read),
                "execute" => self.dynamic(code, tokens.get(place + 1..).unwrap_or(&[])),
                _ if kind(place + 1) == TokenKind::LParen && insert(&mut self.words, word.to_string()) => {
                    let cat = self.cat;
                    let found = cat.schemas().flat_map(|s| cat.functions_named(s.oid, &word));
                    found.for_each(|f| self.function(f.oid));
                }
                _ => {}
            }
        }
    }

    /// A constant may be SQL, or the beginning of it.
    fn constant(&mut self, code: &Code, token: Token) {
        let start = code.text_of(token).get(1..).unwrap_or("").trim_start_matches(['\'', ' ', '\n', '\t', '(']);
        if token.kind == TokenKind::DollarString || is_first_word(start) || starts_query(start) {
            self.texts.extend(code.string(token));
        }
    }

    /// After EXECUTE. What `EXECUTE 'CREATE POLICY …' || x` names is read with the constant.
    fn dynamic(&mut self, code: &Code, tokens: &[Token]) {
        let mut tokens = tokens
            .iter()
            .skip_while(|t| t.kind == TokenKind::LParen || ["format", "concat"].contains(&&*word(code, **t)));
        let Some(first) = tokens.next() else { return self.everything = true };
        // Of a trigger; the privilege.
        if ["function", "procedure", "on"].contains(&&*word(code, *first)) {
            return;
        }
        let text = if is_string(first.kind) { code.string(*first) } else { None };
        let text = text.unwrap_or_else(|| "".into());
        let text = text.trim_start();
        self.everything |= !(is_first_word(text) || starts_query(text) && has_word(text, "from"));
    }

    /// The relations that the name at a place may mean: in any schema, where it has none.
    fn named(&mut self, code: &Code, tokens: &[Token], mut place: usize, mention: Mention) {
        let at = |place: usize| tokens.get(place).copied();
        while at(place).is_some_and(|t| ["only", "table"].contains(&&*word(code, t))) {
            place += 1;
        }
        let first = at(place).map(|token| (token.kind, word(code, token)));
        let (schema, name) = match first {
            Some((_, name)) if !name.is_empty() => match (at(place + 1), at(place + 2)) {
                (Some(dot), Some(last)) if dot.kind == TokenKind::Dot => (Some(name), word(code, last)),
                _ => (None, name),
            },
            // `INSERT INTO %I`, or put together at run time.
            None | Some((TokenKind::Operator | TokenKind::Eof, _)) if mention != Mention::Read => {
                return self.everything = true;
            }
            _ => return,
        };
        if name.is_empty() {
            self.everything |= mention != Mention::Read;
            return;
        }
        // Bodies name the same tables over and over.
        if !insert(&mut self.names, (mention, schema.as_deref().map(str::to_string), name.to_string())) {
            return;
        }
        let cat = self.cat;
        let schemas = cat.schemas().filter(|s| schema.as_ref().is_none_or(|schema| **schema == *s.name));
        for relation in schemas.filter_map(|s| cat.relation_named(s.oid, &name)) {
            self.relation(relation, mention);
        }
    }

    fn relation(&mut self, relation: &'c Relation, mention: Mention) {
        let cat = self.cat;
        if mention == Mention::Insert {
            let mut filled = vec![relation.oid];
            while let Some(oid) = filled.pop() {
                if insert(&mut self.written, oid) {
                    filled.extend(children(cat, oid));
                    filled.extend(cat.relation(oid).map(|r| r.writes_to).filter(|oid| oid.is_valid()));
                }
            }
        }
        if mention != Mention::Read || matches!(relation.kind, RelationKind::View | RelationKind::MaterializedView) {
            self.runs(relation, mention == Mention::Change);
        }
    }

    /// What runs when rows of the relation change, or a view is read.
    fn runs(&mut self, relation: &'c Relation, cascades: bool) {
        let cat = self.cat;
        if !insert(&mut self.seen, (relation.oid, cascades)) {
            return;
        }
        self.texts.extend(relation.rules.iter().map(|rule| rule.definition.text.clone()));
        self.texts.push(relation.definition.text.clone());
        for edge in cat.dependencies(relation.oid) {
            if let Some(TypeKind::Domain(domain)) = cat.type_(edge.referenced.oid).map(|t| &t.kind) {
                domain.constraints.iter().for_each(|c| self.functions_of(c.oid));
            }
        }
        self.functions_of(relation.oid);
        if let Some(table) = cat.relation(relation.writes_to) {
            self.runs(table, cascades);
        }
        for edge in cat.dependents(relation.oid) {
            let part = edge.dependent;
            let owner = cat.owner_of(part.oid).map(|owner| owner.oid);
            match (part.class, cat.relation(owner.unwrap_or(part.oid))) {
                // A foreign key to the relation: its action changes the rows of another.
                (Class::Constraint, Some(other)) if owner != Some(relation.oid) => {
                    if cascades {
                        self.runs(other, true);
                    }
                }
                (Class::Relation, Some(child)) if child.inherits.contains(&relation.oid) => self.runs(child, cascades),
                (Class::Relation, Some(other)) if !other.kind.is_index() => {}
                _ => self.functions_of(part.oid),
            }
        }
    }

    fn functions_of(&mut self, object: Oid) {
        for edge in self.cat.dependencies(object).filter(|edge| edge.referenced.class == Class::Function) {
            self.function(edge.referenced.oid);
        }
    }

    /// The functions of the base and of extensions write to tables of their own.
    fn function(&mut self, oid: Oid) {
        let Some(function) = self.cat.function(oid) else { return };
        if function.origin.created.is_none() || !insert(&mut self.seen, (oid, false)) {
            return;
        }
        self.functions_of(oid);
        self.texts.push(function.body_definition.text.clone());
        self.texts.extend(function.args.iter().map(|arg| arg.default.text.clone()));
        match function.body.as_deref() {
            Some(FunctionBody::Text(body)) if matches!(&*function.language, "sql" | "plpgsql") => {
                match body.compiled.get() {
                    Some(compiled) => self.bodies.push(&compiled.code),
                    None => self.texts.push(body.text.clone()),
                }
            }
            Some(FunctionBody::Text(_)) if &*function.language != "internal" => self.everything = true,
            _ => {}
        }
    }
}

/// How a statement is about a relation.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Mention {
    Read,
    /// Rows are added.
    Insert,
    /// Those that there are change or go.
    Change,
}

fn is_string(kind: TokenKind) -> bool {
    use TokenKind::{DollarString, EscapeString, NationalString, String, UnicodeString};
    matches!(kind, String | EscapeString | DollarString | UnicodeString | NationalString)
}

/// An unquoted word in lower case, or what a quoted identifier means; empty for other tokens.
fn word(code: &Code, token: Token) -> Cow<'_, str> {
    match token.kind {
        TokenKind::Ident | TokenKind::Keyword(_) => match code.text_of(token) {
            text if text.bytes().any(|b| b.is_ascii_uppercase()) => text.to_ascii_lowercase().into(),
            text => text.into(),
        },
        TokenKind::QuotedIdent => code.name(token).map_or("".into(), |name| name.to_string().into()),
        _ => "".into(),
    }
}

fn starts_with_one_of(text: &str, words: &[&str]) -> bool {
    let end = text.bytes().position(|b| !b.is_ascii_alphabetic()).unwrap_or(text.len());
    words.iter().any(|word| word.len() == end && text[..end].eq_ignore_ascii_case(word))
}

fn is_first_word(text: &str) -> bool {
    starts_with_one_of(text, &FIRST_WORDS)
}

fn starts_query(text: &str) -> bool {
    starts_with_one_of(text, &["select", "with"])
}

fn has_word(text: &str, word: &str) -> bool {
    text.split_ascii_whitespace().any(|found| found.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use crate::replay::testing::check;

    /// Whether the rows of `t` are known to be none, after a setup.
    #[test]
    fn tables_that_nothing_wrote_to_are_empty() {
        let empty = "do $$ begin if not exists (select from t) then raise 'empty'; end if; end $$";
        let setups = [
            ("", true),
            ("insert into t values (1)", false),
            ("insert into t select a from u", true),
            ("insert into t select count(*) from u", false),
            ("insert into u values (1); insert into t select a from u", false),
            ("insert into u values (1); update t set a = 2; delete from t", true),
            ("with new as (insert into t values (1) returning a) select a from new", false),
            ("begin; insert into t values (1); rollback", true),
            ("do $$ begin execute 'insert into t values (1)'; end $$", false),
            ("do $$ begin if random() > 2 then insert into public.t values (1); end if; end $$", false),
            ("do $$ begin if random() > 2 then insert into u values (1); end if; end $$", true),
            (
                "create function f() returns int language sql as 'insert into t values (1) returning a'; create table d (a int default f())",
                true,
            ),
            (
                "create function f() returns int language sql as 'insert into t values (1) returning a'; create table d (a int default f()); insert into d values (default)",
                false,
            ),
            (
                "create function f(name text) returns void language plpgsql as $$ begin execute 'insert into ' || name; end $$; select f('x') from u",
                false,
            ),
            (
                "create function f(name text) returns void language plpgsql as $$ begin execute format('alter table %I enable row level security', name); end $$; select f('x') from u",
                true,
            ),
            ("create view v as select * from t; insert into v values (1)", false),
            ("create table child () inherits (t)", true),
            ("create table child () inherits (t); insert into child values (1)", false),
            ("alter table t rename to x; insert into x values (1); alter table x rename to t", false),
            ("alter table t rename to x; alter table x rename to t", true),
        ];
        let verdict = |is_empty| if is_empty { "P0001 empty" } else { "ok" };
        let setups = setups.map(|(more, is_empty)| {
            let tables = "create table t (a int); create table u (a int)";
            (if more.is_empty() { tables.to_string() } else { format!("{tables}; {more}") }, verdict(is_empty))
        });
        let cases: Vec<(&str, &str, &str)> =
            setups.iter().map(|(setup, verdict)| (&**setup, empty, *verdict)).collect();
        check(&cases);
    }
}
