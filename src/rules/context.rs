//! What a rule sees: the replayed chain at the place it judges, and where it reports.

use super::{Diagnostic, Rule};
use crate::catalog::sql_identifier;
use crate::catalog::{Catalog, Class, Function, Oid, Origin, Relation};
use crate::config::{Config, History};
use crate::replay::{Change, Effect, FileReplay, Step, Timeline, Verdict};
use crate::source::{FileId, Location, Span};
use crate::syntax::ast::{Persistence, Statement, StatementKind};
use std::cell::Cell;
use std::ops::Range;
use std::sync::Arc;

/// What rules go through. A plain list: chained iterators would be compiled in anew for every rule.
pub type List<T> = std::vec::IntoIter<T>;

/// Which of the things that a rule of the whole chain goes through it judges now: all, or so many in a check in pieces. Each of those is judged by itself.
pub struct Turn {
    range: Range<usize>,
    seen: Cell<usize>,
}

impl Turn {
    /// Things a piece: tables, functions, files.
    const MOST: usize = if cfg!(test) { 3 } else { 64 };

    pub fn whole() -> Self {
        Self::of(0..usize::MAX)
    }

    pub fn from(start: usize) -> Self {
        Self::of(start..start + Self::MOST)
    }

    /// The last of so many.
    pub fn last(count: usize) -> Self {
        Self::of(count - 1..count)
    }

    fn of(range: Range<usize>) -> Self {
        Self { range, seen: Cell::new(0) }
    }

    /// Whether the next thing is one of those. Asked once for each, whether it is or not.
    pub fn takes(&self) -> bool {
        let at = self.seen.get();
        self.seen.set(at + 1);
        self.range.contains(&at)
    }

    /// Where the next turn begins; 0 after the last.
    pub fn next(&self) -> usize {
        if self.seen.get() > self.range.end { self.range.end } else { 0 }
    }
}

/// What all contexts share.
pub struct Common<'a> {
    /// To the rules that do not judge the whole chain, it ends with the file that is judged.
    timeline: &'a Timeline,
    pub config: &'a Config,
    /// By file: whether the live database already has it.
    applied: &'a [bool],
    /// The rule that is running.
    pub rule: &'static Rule,
    turn: &'a Turn,
    found: &'a mut Vec<Diagnostic>,
}

impl<'a> Common<'a> {
    pub(super) fn new(
        timeline: &'a Timeline,
        config: &'a Config,
        applied: &'a [bool],
        rule: &'static Rule,
        turn: &'a Turn,
        found: &'a mut Vec<Diagnostic>,
    ) -> Self {
        Self { timeline, config, applied, rule, turn, found }
    }

    /// The same for a context of its own.
    fn again(&mut self) -> Common<'_> {
        Common {
            timeline: self.timeline,
            config: self.config,
            applied: self.applied,
            rule: self.rule,
            turn: self.turn,
            found: &mut *self.found,
        }
    }

    /// Reports a finding; its help, object and fixes are added on the value that comes back.
    pub fn report_at(&mut self, location: Location, message: impl Into<String>) -> &mut Diagnostic {
        let file = self.timeline.file(location.file);
        let statement = file.step_at(location.span).map(|s| s.span);
        let severity = self.config.severity(self.rule).unwrap_or(self.rule.severity);
        let mut diagnostic = Diagnostic::new(self.rule, severity, location, message);
        diagnostic.statement = statement;
        let last = self.found.len();
        self.found.push(diagnostic);
        &mut self.found[last] // just pushed
    }

    /// A file of the chain, not after the one that is judged.
    pub fn file(&self, id: FileId) -> &'a FileReplay {
        self.timeline.file(id)
    }

    /// The files up to the one that is judged.
    pub fn files_so_far(&self) -> &'a [Arc<FileReplay>] {
        &self.timeline.files
    }

    /// The rule that is running.
    pub fn rule(&self) -> &'static Rule {
        self.rule
    }

    /// Whether clients reach the schema's tables through the API.
    pub fn is_exposed(&self, catalog: &Catalog, schema: Oid) -> bool {
        catalog.schema(schema).is_some_and(|s| self.config.exposed_schemas.iter().any(|e| **e == *s.name))
    }

    /// Whether the relation stands in the live database with rows, before the file `at` is applied.
    ///
    /// What the unapplied part of the chain creates is empty, and so is not live.
    pub fn is_live(&self, relation: &Relation, at: FileId) -> bool {
        if relation.persistence == Persistence::Temporary || self.is_applied(at) {
            return false;
        }
        relation.origin.created.is_none_or(|created| created.file != at && self.is_applied(created.file))
    }

    /// Whether the live database already has this file.
    pub fn is_applied(&self, file: FileId) -> bool {
        self.applied[file.0 as usize] // one for each file of the timeline
    }

    pub fn is_partial(&self) -> bool {
        self.config.history == Some(History::Partial)
    }
}

/// A statement that parses, whether it applied or not.
pub struct StatementContext<'a> {
    pub common: Common<'a>,
    pub file: &'a FileReplay,
    pub step: &'a Step,
    pub statement: &'a Statement,
    pub before: &'a Catalog,
    pub after: &'a Catalog,
}

/// A whole migration.
pub struct MigrationContext<'a> {
    pub common: Common<'a>,
    pub file: &'a FileReplay,
    pub before: &'a Catalog,
    pub after: &'a Catalog,
}

/// The chain and the schema that it leaves.
pub struct ProjectContext<'a> {
    pub common: Common<'a>,
    pub timeline: &'a Timeline,
    pub schema: &'a Catalog,
}

impl<'a> StatementContext<'a> {
    /// Judges each statement of the file that parses.
    pub(super) fn each(mut common: Common<'a>, file: &'a FileReplay, check: &dyn Fn(&mut StatementContext)) {
        for step in &file.steps {
            if let Some(statement) = &step.statement {
                let (before, after) = (&step.before, &step.after);
                check(&mut StatementContext { common: common.again(), file, step, statement, before, after });
            }
        }
    }

    pub fn report(&mut self, span: Span, message: impl Into<String>) -> &mut Diagnostic {
        self.common.report_at(Location { file: self.file.id, span }, message)
    }

    pub fn applied(&self) -> bool {
        matches!(self.step.verdict, Verdict::Applied)
    }

    pub fn is_live(&self, relation: &Relation) -> bool {
        self.common.is_live(relation, self.file.id)
    }

    /// The statements of the migration's transaction that come before this one.
    pub fn earlier_in_transaction(&self) -> impl Iterator<Item = &'a Step> {
        let (file, step) = (self.file, self.step);
        let own_block = step.block;
        file.steps.iter().take_while(move |s| s.span.start < step.span.start).filter(move |s| s.block == own_block)
    }
}

impl<'a> MigrationContext<'a> {
    pub(super) fn new(common: Common<'a>, file: &'a FileReplay) -> Self {
        Self { common, file, before: &file.before, after: &file.after }
    }

    pub fn report(&mut self, span: Span, message: impl Into<String>) -> &mut Diagnostic {
        self.common.report_at(Location { file: self.file.id, span }, message)
    }

    /// The effects of the migration's statements, in order, with their steps.
    pub fn effects(&self) -> List<(&'a Step, &'a Effect)> {
        let mut effects = Vec::new();
        for step in &self.file.steps {
            effects.extend(step.effects.iter().map(|effect| (step, effect)));
        }
        effects.into_iter()
    }

    /// The ordinary and partitioned tables that this migration creates and that stand at its end, with the step that created each.
    pub fn created_tables(&self) -> Vec<(&'a Step, &'a Arc<Relation>)> {
        let after = self.after;
        self.effects()
            .filter(|(_, e)| e.object.class == Class::Relation && e.change == Change::Created && e.object.column == 0)
            .filter_map(|(step, e)| after.relation(e.object.oid).map(|relation| (step, relation)))
            .filter(|(_, relation)| relation.kind.is_table() && !relation.is_temporary())
            .collect()
    }
}

impl<'a> ProjectContext<'a> {
    pub(super) fn new(common: Common<'a>, timeline: &'a Timeline) -> Self {
        Self { common, timeline, schema: timeline.end() }
    }

    /// For a rule that goes through things of its own, each of which it judges by itself.
    pub fn turn(&self) -> &'a Turn {
        self.common.turn
    }

    /// Judges each statement that parses, with the schema that the chain leaves.
    pub fn each_statement(&mut self, check: fn(&mut StatementContext, &Catalog)) {
        for file in self.timeline.files.iter().filter(|_| self.common.turn.takes()) {
            StatementContext::each(self.common.again(), file, &|cx| check(cx, self.schema));
        }
    }

    /// Judges each migration, with the schema that the chain leaves.
    pub fn each_migration(&mut self, check: fn(&mut MigrationContext, &Catalog)) {
        for file in self.timeline.files.iter().filter(|_| self.common.turn.takes()) {
            check(&mut MigrationContext::new(self.common.again(), file), self.schema);
        }
    }

    pub fn report(&mut self, location: Location, message: impl Into<String>) -> &mut Diagnostic {
        self.common.report_at(location, message)
    }

    /// The tables that the migrations leave in exposed schemas, with where each was created: those whose turn it is.
    pub fn exposed_tables(&self) -> Vec<(&'a Arc<Relation>, Location)> {
        let schema = self.schema;
        schema
            .relations()
            .filter(|r| r.kind.is_table() && !r.is_temporary() && self.common.is_exposed(schema, r.schema))
            .filter_map(|r| r.origin.created.map(|location| (r, location)))
            .filter(|_| self.common.turn.takes())
            .collect()
    }

    /// The relations that the migrations leave and the replay is sure of, with where each was created: those whose turn it is.
    pub fn own_relations(&self) -> List<(&'a Arc<Relation>, Location)> {
        let mut own = Vec::new();
        for relation in self.schema.relations().filter(|r| !r.is_temporary()) {
            if let Some(created) = relation.origin.created
                && self.common.turn.takes()
                && is_certain(self.schema, relation)
            {
                own.push((relation, created));
            }
        }
        own.into_iter()
    }

    /// The functions that the migrations leave and the replay is sure of, with the statement that last defined each: those whose turn it is.
    pub fn own_functions(&self) -> Vec<(&'a Arc<Function>, Location)> {
        let mut own = Vec::new();
        // Most functions are the base's: that is asked first.
        for function in self.schema.functions().filter(|f| f.origin.created.or(f.origin.changed).is_some()) {
            if self.common.turn.takes()
                && !function.details_unknown
                && is_sure(self.schema, function.schema, &function.name, function.origin)
                && let Some(location) = self.definition(function.origin)
            {
                own.push((function, location));
            }
        }
        own
    }

    /// The last change, where it is a CREATE OR REPLACE; else the creation.
    fn definition(&self, origin: Origin) -> Option<Location> {
        let replaces = |at: &Location| {
            let kind = self.statement_at(*at).and_then(|step| step.statement.as_ref()).map(|s| &s.kind);
            matches!(kind, Some(StatementKind::CreateFunction(_)))
        };
        origin.changed.filter(replaces).or(origin.created)
    }

    /// Where the statement at a location names what it creates; the location itself for other statements.
    pub fn name_location(&self, location: Location) -> Location {
        let span = self.statement_at(location).map_or(location.span, created_name);
        Location { file: location.file, span }
    }

    /// The statement that stands around a location.
    pub fn statement_at(&self, location: Location) -> Option<&'a Step> {
        self.timeline.file(location.file).step_at(location.span)
    }
}

/// An edit that puts a statement on a line of its own after another and its `;`.
pub fn insert_after(step: &Step, statement: String) -> (Span, String) {
    let semicolon = if step.end == step.span.end { ";" } else { "" };
    (Span::at(step.end), format!("{semicolon}\n{statement}"))
}

/// Where a CREATE statement names its object; the whole statement for others.
pub fn created_name(step: &Step) -> Span {
    match step.statement.as_ref().map(|s| &s.kind) {
        Some(StatementKind::CreateTable(s)) => s.name.span(),
        Some(StatementKind::CreateTableAs(s)) => s.name.span(),
        Some(StatementKind::CreateView(s)) => s.name.span(),
        Some(StatementKind::CreateFunction(s)) => s.name.span(),
        Some(StatementKind::CreateExtension(s)) => s.name.span,
        Some(StatementKind::CreateIndex(s)) => s.name.as_ref().map_or(step.span, |n| n.span),
        _ => step.span,
    }
}

/// `schema.name`, quoted where SQL needs it.
pub fn sql_name(catalog: &Catalog, relation: &Relation) -> String {
    let name = sql_identifier(&relation.name);
    catalog.schema(relation.schema).map_or(name.clone(), |s| format!("{}.{name}", sql_identifier(&s.name)))
}

/// False when something that could not be followed may have changed the relation, or when it is only taken to exist.
pub fn is_certain(catalog: &Catalog, relation: &Relation) -> bool {
    is_sure(catalog, relation.schema, &relation.name, relation.origin)
}

/// The same of its policies, its row security and who owns it.
pub fn is_security_certain(catalog: &Catalog, relation: &Relation) -> bool {
    !relation.doubt.security && is_certain(catalog, relation)
}

/// The same of any object in a schema.
pub fn is_sure(catalog: &Catalog, schema: Oid, name: &str, origin: Origin) -> bool {
    if catalog.unknowns.is_history_partial() {
        return origin.created.is_some() && catalog.unknowns.may_be_changed(name).is_none();
    }
    catalog.unknowns.may_be_touched(catalog.schema(schema).map(|s| &*s.name), name).is_none()
}
