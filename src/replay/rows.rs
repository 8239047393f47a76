//! Which tables may have rows. Rows are not kept, but a table that nothing can have written to is empty.
//!
//! What a statement may write to is read off its words: the relations that it names, the functions that it calls, what the triggers, rules, defaults
//! and constraints of those relations run, and so on through the bodies of the functions. Dynamic SQL that cannot be read may write to any table.

use super::{children, do_block};
use crate::catalog::{Catalog, Class, Oid, Relation, RelationKind, TypeKind};
use crate::sort::insert;
use crate::source::Span;
use crate::syntax::ast::{Compiled, FunctionBody, InsertSource, QueryBody, Statement, StatementKind, Symbol};
use crate::syntax::plpgsql::{Code, Mention, Mentions, Part};

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
    walk.take(&Mentions::of(code, code.tokens(part), constants));
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

struct Walk<'c> {
    cat: &'c Catalog,
    /// Pieces of SQL to read.
    texts: Vec<Symbol>,
    /// Bodies that were read before.
    bodies: Vec<&'c Mentions>,
    /// Functions, and relations whose code is read; `true`: for changes that cascade.
    seen: Vec<(Oid, bool)>,
    calls: Vec<Symbol>,
    /// The relations' names that were looked up.
    names: Vec<(Mention, Option<Symbol>, Symbol)>,
    written: Vec<Oid>,
    everything: bool,
}

impl<'c> Walk<'c> {
    fn new(cat: &'c Catalog) -> Self {
        let (texts, bodies, seen, calls, names, written) = Default::default();
        Self { cat, texts, bodies, seen, calls, names, written, everything: false }
    }

    fn finish(mut self) -> Option<Vec<Oid>> {
        while !self.everything {
            if let Some(mentions) = self.bodies.pop() {
                self.take(mentions);
            } else if let Some(text) = self.texts.pop() {
                // Of what has no definition there is none.
                if !text.is_empty() {
                    self.take(&mentions(text));
                }
            } else {
                break;
            }
        }
        if self.everything { None } else { Some(self.written) }
    }

    /// What the names may mean: in any schema, where they have none. Bodies name the same things over and over.
    fn take(&mut self, mentions: &Mentions) {
        self.everything |= mentions.everything;
        self.texts.extend(mentions.texts.iter().cloned());
        let cat = self.cat;
        for name in &mentions.calls {
            if insert(&mut self.calls, name.clone()) {
                cat.named_anywhere(Class::Function, name).for_each(|(_, oid)| self.function(oid));
            }
        }
        for mention in &mentions.relations {
            if !insert(&mut self.names, mention.clone()) {
                continue;
            }
            let (mention, schema, name) = mention;
            let schema = schema.as_ref().map(|schema| cat.schema_named(schema).map_or(Oid::INVALID, |s| s.oid));
            let found = cat.named_anywhere(Class::Relation, name);
            for (_, oid) in found.filter(|(place, _)| schema.is_none_or(|schema| schema == *place)) {
                if let Some(relation) = cat.relation(oid) {
                    self.relation(relation, *mention);
                }
            }
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
        let Some(function) = self.cat.own_function(oid) else { return };
        if function.origin.created.is_none() || !insert(&mut self.seen, (oid, false)) {
            return;
        }
        self.functions_of(oid);
        self.texts.push(function.body_definition.text.clone());
        self.texts.extend(function.args.iter().map(|arg| arg.default.text.clone()));
        match function.body.as_deref() {
            Some(FunctionBody::Text(body)) if matches!(&*function.language, "sql" | "plpgsql") => {
                self.bodies.push(body.mentions.get_or_init(|| match body.compiled.get() {
                    Some(Compiled { code, .. }) => Box::new(Mentions::of(code, code.tokens(code.all()), true)),
                    None => Box::new(mentions(body.text.clone())),
                }));
            }
            Some(FunctionBody::Text(_)) if &*function.language != "internal" => self.everything = true,
            _ => {}
        }
    }
}

fn mentions(text: Symbol) -> Mentions {
    let code = Code::new(text);
    Mentions::of(&code, code.tokens(code.all()), true)
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
