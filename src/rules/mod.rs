//! The rules: one file each, grouped by family, and the one list of them.
//!
//! A rule is a declaration (`Rule`) plus a small function. To add one: write its file and its page in `docs/rules/`, and add a line to `RULES`.

/// A text that only the native command shows: the wasm module goes without.
macro_rules! native {
    ($text:expr) => {
        if cfg!(target_os = "unknown") { "" } else { $text }
    };
}

/// A rule's page, by its name. The wasm module has none: there they are a script of their own (`pkg/rules.js`), which is loaded when one is read.
macro_rules! page {
    ($name:expr) => {
        if cfg!(target_os = "unknown") {
            ""
        } else {
            include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/rules/", $name, ".md"))
        }
    };
}

mod atomicity;
mod compat;
mod context;
mod data;
mod docs;
pub mod fix;
mod index;
mod lock;
mod md5;
mod naming;
mod prelude;
mod registry;
mod rls;
mod schema;
mod security;
mod splinter;
mod suppression;
mod syntax;
#[cfg(test)]
mod tests;
mod types;

pub(crate) use md5::md5;

use context::Common;
pub use context::{MigrationContext, ProjectContext, StatementContext, Turn};
pub(crate) use context::{created_name, is_certain, is_sure, sql_name};
pub use naming::identifier::check_patterns as check_naming_patterns;
pub use registry::{RULES, edit_distance, find, nearest};
pub(crate) use splinter::{is_member, is_skipped};

use crate::config::{Config, History};
use crate::contract::{self, Breach};
#[cfg(not(target_os = "unknown"))]
use crate::parallel;
use crate::replay::{FileReplay, Subject, Timeline};
use crate::sort::sort_by;
use crate::source::{FileId, Location, MigrationName, SourceFile, Span};
use serde::Serialize;
use std::ops::Range;
use std::sync::Arc;

/// What a rule is, and how it judges.
pub struct Rule {
    /// `family/name`.
    pub name: &'static str,
    /// The severity unless the configuration says otherwise.
    pub severity: Severity,
    /// The smallest preset that has it on.
    pub preset: Preset,
    /// One line, as `pgdry rules` lists it. Empty in wasm.
    pub summary: &'static str,
    /// Its page: what, why, examples, how to fix. Empty in wasm.
    pub doc: &'static str,
    /// The first pgdry version that has it.
    pub since: &'static str,
    pub check: Check,
}

/// At what grain a rule judges.
#[derive(Clone, Copy)]
pub enum Check {
    /// Once a statement that parses. Later files are not known yet.
    Statement(fn(&mut StatementContext)),
    /// Once a migration, at its end. Later files are not known yet.
    Migration(fn(&mut MigrationContext)),
    /// Once, on the whole chain and the schema it leaves.
    Project(fn(&mut ProjectContext)),
    /// Found by the parser, the replay or the suppression pass themselves.
    Engine,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(target_os = "unknown", derive(tsify::Tsify))]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    Info,
    Warning,
    Error,
}

impl Severity {
    pub const fn word(self) -> &'static str {
        match self {
            Severity::Info => "info",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

/// Which rules are on. Each preset has the rules of those before it, but for `ci`, which is `recommended` cut down to errors.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(target_os = "unknown", derive(tsify::Tsify))]
#[serde(rename_all = "lowercase")]
pub enum Preset {
    Ci,
    #[default]
    Recommended,
    Supabase,
    Strict,
}

/// A finding before its positions are worked out.
#[derive(Clone, Debug)]
pub struct Diagnostic {
    pub rule: &'static str,
    pub severity: Severity,
    pub message: String,
    pub help: Option<String>,
    pub location: Location,
    /// The statement that it is about.
    pub statement: Option<Span>,
    /// `schema.name` of the object that it is about.
    pub object: Option<String>,
    /// The findings of Supabase's splinter that it stands for.
    pub splinter: Vec<Splinter>,
    /// Present exactly when the replay refuses the statement.
    pub sqlstate: Option<&'static str>,
    /// What is missing or there already: findings with the same subject have one cause.
    pub subject: Option<Subject>,
    /// What a refused statement would have created: what misses it later fails because of this.
    pub provides: Vec<Subject>,
    /// The error in the same file that this one follows from.
    pub cause: Option<Span>,
    pub fixes: Vec<Fix>,
    /// What to write instead, where it takes several migrations.
    pub recipe: Vec<RecipeStep>,
    /// The way to the key of the configuration that it is about: `location` stands for that where the configuration has no text.
    pub keys: Vec<String>,
}

/// A step of a recipe: what it is for, and its SQL. Each is a migration of its own unless it says otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(target_os = "unknown", derive(tsify::Tsify))]
pub struct RecipeStep {
    pub title: String,
    pub sql: String,
}

/// A finding of Supabase's splinter: the lint, and its `cache_key`, which names the object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(target_os = "unknown", derive(tsify::Tsify))]
pub struct Splinter {
    pub name: &'static str,
    pub key: String,
}

/// Text edits that make the finding go away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    pub title: String,
    pub edits: Vec<Edit>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    pub file: FileId,
    pub span: Span,
    pub text: String,
}

impl Diagnostic {
    pub fn new(rule: &Rule, severity: Severity, location: Location, message: impl Into<String>) -> Self {
        Self {
            rule: rule.name,
            severity,
            message: message.into(),
            help: None,
            location,
            statement: None,
            object: None,
            splinter: Vec::new(),
            sqlstate: None,
            subject: None,
            provides: Vec::new(),
            cause: None,
            fixes: Vec::new(),
            recipe: Vec::new(),
            keys: Vec::new(),
        }
    }

    pub fn help(&mut self, help: impl Into<String>) -> &mut Self {
        self.help = Some(help.into());
        self
    }

    pub fn object(&mut self, object: impl Into<String>) -> &mut Self {
        self.object = Some(object.into());
        self
    }

    /// Follows from a refused statement that would have made this, if there is one.
    pub fn follows_from(&mut self, kind: &'static str, name: &str) -> &mut Self {
        self.subject = Some(Subject { kind, name: name.into() });
        self
    }

    /// Stands for this finding of splinter; its key is these words in a row.
    pub fn splinter(&mut self, name: &'static str, key: &[&str]) -> &mut Self {
        self.splinter.push(Splinter { name, key: key.join("_") });
        self
    }

    /// A fix of one edit in the finding's own file.
    pub fn fix(&mut self, title: impl Into<String>, (span, text): (Span, String)) -> &mut Self {
        let edit = Edit { file: self.location.file, span, text };
        self.fixes.push(Fix { title: title.into(), edits: vec![edit] });
        self
    }

    /// More steps of the recipe: separated by empty lines, the first line of each its title. `{0}` … stand for the values.
    pub fn recipe(&mut self, template: &str, values: &[&str]) -> &mut Self {
        for step in template.split("\n\n") {
            let (title, sql) = step.split_once('\n').unwrap_or((step, ""));
            let mut parts = sql.split('{');
            let mut sql = parts.next().unwrap_or_default().to_string();
            for part in parts {
                let (number, rest) = part.split_once('}').unwrap_or((part, ""));
                sql += number.parse().ok().and_then(|n: usize| values.get(n)).copied().unwrap_or_default();
                sql += rest;
            }
            self.recipe.push(RecipeStep { title: title.to_string(), sql });
        }
        self
    }

    pub fn fix_all(&mut self, title: impl Into<String>, edits: Vec<Edit>) -> &mut Self {
        self.fixes.push(Fix { title: title.into(), edits });
        self
    }
}

/// Which rules judge under a configuration, and what they are told of the files.
pub struct Judge {
    config: Arc<Config>,
    /// By file of the chain: whether the live database already has it.
    applied: Vec<bool>,
    /// The rules that are on.
    rules: Vec<&'static Rule>,
}

/// Statements that rules judge in a piece, each rule by itself.
const STATEMENTS: usize = if cfg!(test) { 4 } else { 4096 };

/// How far the judging of the whole chain is.
#[derive(Default)]
pub struct Progress {
    /// The place of the rule whose turn it is. After the rules come the refusals, then the contract.
    step: usize,
    /// How many things it has gone through.
    from: usize,
    refusals: schema::Refusals,
    breaches: Vec<Breach>,
}

impl Judge {
    /// The files of the whole chain, in its order.
    pub fn new(config: Arc<Config>, files: &[SourceFile]) -> Self {
        // Without that no table is known to be live, and these families have nothing to say.
        let knows_live = config.knows_applied() || config.history == Some(History::Partial);
        let is_silent =
            |rule: &Rule| !knows_live && (rule.name.starts_with("lock/") || rule.name.starts_with("compat/"));
        let is_on = |rule: &&'static Rule| config.severity(rule).is_some() && !is_silent(rule);
        Self { applied: applied(files, &config), rules: RULES.iter().copied().filter(is_on).collect(), config }
    }

    /// What the rules find that judge a statement or a migration, in the last file of the chain so far: they know nothing of those that come later.
    pub fn last_file(&self, so_far: &Timeline) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        self.last_file_by(0..self.rules.len(), so_far, &mut found);
        found
    }

    /// The same by the rules from a place on, as many as take few milliseconds; the place of the next, when there are more.
    pub fn last_file_piece(&self, from: usize, so_far: &Timeline, found: &mut Vec<Diagnostic>) -> Option<usize> {
        let statements = so_far.files.last().map_or(0, |file| file.steps.len());
        let to = from + 1 + STATEMENTS / (statements + 1);
        self.last_file_by(from..to.min(self.rules.len()), so_far, found);
        (to < self.rules.len()).then_some(to)
    }

    fn last_file_by(&self, rules: Range<usize>, so_far: &Timeline, found: &mut Vec<Diagnostic>) {
        let Some(file) = so_far.files.last() else { return };
        let turn = Turn::whole();
        for rule in &self.rules[rules] {
            let common = Common::new(so_far, &self.config, &self.applied, rule, &turn, found);
            match rule.check {
                Check::Statement(check) => StatementContext::each(common, file, &check),
                Check::Migration(check) => check(&mut MigrationContext::new(common, file)),
                Check::Project(_) | Check::Engine => {}
            }
        }
    }

    /// What judges the whole chain, all at once: what each rule finds, and the rest.
    #[cfg(not(target_os = "unknown"))]
    pub fn whole(&self, timeline: &Timeline) -> (Progress, Vec<Vec<Diagnostic>>) {
        let (mut of_rules, others) = parallel::join(
            || {
                parallel::map(&self.rules, |rule| {
                    let mut found = Vec::new();
                    self.project(rule, timeline, &Turn::whole(), &mut found);
                    found
                })
            },
            || {
                let mut found = Vec::new();
                schema::Refusals::default().of(timeline, &self.config, &Turn::whole(), &mut found);
                contract::check(timeline, &self.config, &Turn::whole(), &mut Vec::new(), &mut found);
                found
            },
        );
        let done = Progress { step: self.rules.len() + 2, ..Progress::default() };
        of_rules.push(others);
        (done, of_rules)
    }

    /// A piece of what judges the whole chain: a rule, or as many of the things that it goes through as take few milliseconds. False when there are no more.
    pub fn piece(&self, progress: &mut Progress, timeline: &Timeline, found: &mut Vec<Diagnostic>) -> bool {
        let turn = Turn::from(progress.from);
        match progress.step.checked_sub(self.rules.len()) {
            None => self.project(self.rules[progress.step], timeline, &turn, found), // the step is one of these
            Some(0) => progress.refusals.of(timeline, &self.config, &turn, found),
            Some(1) => contract::check(timeline, &self.config, &turn, &mut progress.breaches, found),
            Some(_) => return false,
        }
        progress.from = turn.next();
        if progress.from == 0 {
            progress.step += 1;
            while self.rules.get(progress.step).is_some_and(|rule| !matches!(rule.check, Check::Project(_))) {
                progress.step += 1;
            }
        }
        true
    }

    /// What is found in the last file of the chain so far, when the findings of its rules are there: all but what takes the whole chain.
    pub fn last_file_alone(&self, so_far: &Timeline, mut found: Vec<Diagnostic>) -> Vec<Diagnostic> {
        let Some(file) = so_far.files.last() else { return found };
        schema::Refusals::default().of(so_far, &self.config, &Turn::last(so_far.files.len()), &mut found);
        let mut found = self.finish(file, found);
        // A suppression may be for what is not found yet.
        found.retain(|d| d.rule != suppression::UNUSED.name);
        found
    }

    /// Takes out what is suppressed in a file, and puts the rest in order of place, what is about the configuration last.
    pub fn finish(&self, file: &FileReplay, mut found: Vec<Diagnostic>) -> Vec<Diagnostic> {
        let config = &*self.config;
        if !config.overrides.is_empty() {
            found.retain_mut(|d| {
                // What is about the configuration stands in no migration.
                if !d.keys.is_empty() {
                    return true;
                }
                let severity = find(d.rule).and_then(|rule| config.severity_in(rule, &file.source));
                d.severity = severity.unwrap_or(d.severity);
                severity.is_some()
            });
        }
        let mut found = suppression::apply(file, config, found);
        if config.preset == Preset::Ci {
            found.retain(|d| d.severity == Severity::Error);
        }
        sort_by(&mut found, |a, b| {
            let place = |d: &Diagnostic| (!d.keys.is_empty(), d.location.span.start, d.location.span.end);
            place(a).cmp(&place(b)).then(a.rule.cmp(b.rule)).then_with(|| a.message.cmp(&b.message))
        });
        found
    }

    fn project(&self, rule: &'static Rule, timeline: &Timeline, turn: &Turn, found: &mut Vec<Diagnostic>) {
        if let Check::Project(check) = rule.check {
            let common = Common::new(timeline, &self.config, &self.applied, rule, turn, found);
            check(&mut ProjectContext::new(common, timeline));
        }
    }
}

/// The rules whose findings in a file take the whole chain.
pub fn of_the_whole() -> impl Iterator<Item = &'static Rule> {
    let is_late = |rule: &&'static Rule| match rule.check {
        Check::Project(_) => true,
        Check::Engine => rule.name == suppression::UNUSED.name || rule.name.starts_with("contract/"),
        Check::Statement(_) | Check::Migration(_) => false,
    };
    RULES.iter().copied().filter(is_late)
}

/// By file: whether the live database already has it.
fn applied(files: &[SourceFile], config: &Config) -> Vec<bool> {
    // The list may be as long as the chain.
    let mut listed: Vec<&str> = config.applied.iter().flatten().map(|entry| &**entry).collect();
    sort_by(&mut listed, |a, b| a.cmp(b));
    let is_listed = |name: &str| listed.binary_search(&name).is_ok();
    let is_applied = |file: &SourceFile| match &config.applied {
        Some(_) => is_listed(&file.path) || is_listed(file.file_name()),
        None => config.applied_until.as_ref().is_some_and(|until| MigrationName::is_until(file.file_name(), until)),
    };
    files.iter().map(is_applied).collect()
}
