//! Requirements, judged on the schema that the chain leaves, and the statement that broke each.

use super::requirement::{self, ForeignKey, Pattern, Requirement, Tables, What, in_public};
use super::verdict::{Breach, Table, Verdict, column_origin, list, same_columns, when, write};
use super::{Contract, RULES, forbidden, rules};
use crate::catalog::{Catalog, Class, ConstraintKind, Lookup, Oid, Relation, RelationKind, TypeKind, sql_identifier};
use crate::config::Config;
use crate::replay::{Change, FileReplay, Step, Stop, Timeline};
use crate::rules::{Diagnostic, Turn, created_name, is_certain, is_member, is_skipped, is_sure, sql_name};
use crate::sort::{insert, sort_by_key};
use crate::source::{Location, Span};
use crate::syntax::ast::{Name, QualifiedName, TypeName};
use std::sync::Arc;

/// What a requirement is of.
enum Subject {
    /// The first of these tables that there is.
    Named(Vec<QualifiedName>),
    /// A table that a pattern stands for.
    Table(Oid),
    Database,
}

/// Looks for what the schema at the end of the chain lacks of the configuration's contract, as far as its turn has come, and after the last turn reports it.
pub fn check(
    timeline: &Timeline,
    config: &Config,
    turn: &Turn,
    breaches: &mut Vec<Breach>,
    found: &mut Vec<Diagnostic>,
) {
    let Some(last) = timeline.files.last().filter(|_| !config.contract.is_empty()) else { return };
    // A configuration that was read has been validated.
    let Ok(judge) = Judge::new(&config.contract, timeline.end()) else { return };
    judge.judge(timeline, turn, breaches);
    if turn.next() > 0 {
        return;
    }
    let mut breaches = std::mem::take(breaches);
    sort_by_key(&mut breaches, |breach| breach.rule); // stable
    for breach in fold(breaches) {
        let rule = &RULES[breach.rule];
        let Some(severity) = config.severity(rule) else { continue };
        let origin = breach.origin.map(|location| named_at(timeline, location));
        let end = Location { file: last.id, span: Span::at(last.source.text.len() as u32) };
        // The later of the two shaped it last.
        let place = |location: &Location| (location.file, location.span.start);
        let location = match (breach.broken_by, origin) {
            (Some(broken), Some(origin)) if place(&broken) > place(&origin) => Some(broken),
            (broken, origin) => origin.or(broken),
        };
        let mut finding = Diagnostic::new(rule, severity, location.unwrap_or(end), breach.message);
        let mut help = breach.help;
        if breach.more > 0 {
            let s = if breach.more == 1 { "" } else { "s" };
            help += &format!("; {} more requirement{s} of the contract broke with it", breach.more);
        }
        // Not where it was dropped: what then fails is no cause of that.
        if breach.rule == rules::TABLE && breach.broken_by.is_none() {
            finding.follows_from("relation", &breach.object);
        }
        finding.help(help).object(breach.object);
        match location {
            Some(location) => finding.statement = statement_at(timeline, location),
            None => finding.keys = breach.keys,
        }
        found.push(finding);
    }
}

fn statement_at(timeline: &Timeline, location: Location) -> Option<Span> {
    timeline.file(location.file).step_at(location.span).map(|step| step.span)
}

/// Where a CREATE statement names its object; other locations stay.
fn named_at(timeline: &Timeline, location: Location) -> Location {
    let step = timeline.file(location.file).step_at(location.span).filter(|s| s.span == location.span);
    Location { file: location.file, span: step.map_or(location.span, created_name) }
}

/// Leaves one finding where a statement took several things: what depends on another goes with it.
fn fold(breaches: Vec<Breach>) -> Vec<Breach> {
    let mut kept: Vec<Breach> = Vec::new();
    let mut said: Vec<(usize, String)> = Vec::new();
    for breach in breaches {
        let goes_along = breach.broken_by.is_some() && breach.rule <= rules::POLICY;
        let cause = |k: &Breach| goes_along && k.broken_by == breach.broken_by && k.rule < breach.rule;
        match kept.iter().position(cause) {
            Some(cause) => kept[cause].more += 1, // just found
            // What a pattern says may be said of the table itself too.
            None if insert(&mut said, (breach.rule, breach.message.clone())) => kept.push(breach),
            None => {}
        }
    }
    kept
}

/// What is judged, and what the contract has a say in elsewhere.
struct Judge {
    groups: Vec<(Vec<Subject>, Vec<Requirement>)>,
    enums: Vec<QualifiedName>,
}

impl Judge {
    /// Takes the contract apart. Patterns stand for what there is in the schema.
    fn new(contract: &Contract, schema: &Catalog) -> Result<Self, requirement::Wrong> {
        let mut judge = Judge { groups: Vec::new(), enums: Vec::new() };
        for (key, table) in &contract.tables {
            let subjects = match requirement::tables(key, table)? {
                Tables::Named(names) => vec![Subject::Named(names)],
                Tables::Matching { pattern, except } => matching(schema, &pattern, &except, table.views),
            };
            judge.groups.push((subjects, requirement::of_table(key, table)?));
        }
        let of_database = requirement::of_database(contract)?;
        for requirement in &of_database {
            if let What::Enum(name) = &requirement.what {
                judge.enums.push(name.clone());
            }
        }
        judge.groups.push((vec![Subject::Database], of_database));
        Ok(judge)
    }

    fn judge(&self, timeline: &Timeline, turn: &Turn, breaches: &mut Vec<Breach>) {
        let may_break = |step: &Step| step.effects.iter().any(|effect| may_break(effect.change));
        let breaking: Vec<_> = timeline.steps().filter(|(_, step)| may_break(step)).collect();
        for (subjects, requirements) in &self.groups {
            for subject in subjects.iter().filter(|_| turn.takes()) {
                for requirement in requirements {
                    if let What::Forbidden(what) = &requirement.what {
                        forbidden::find(timeline.end(), what, &requirement.keys, breaches);
                    }
                    if let Verdict::Broken(mut breach) = self.verdict(timeline.end(), subject, &requirement.what) {
                        breach.rule = requirement.rule;
                        breach.keys = requirement.keys.clone();
                        breach.broken_by = self.broken_by(&breaking, subject, requirement);
                        breaches.push(breach);
                    }
                }
            }
        }
    }

    /// The last statement before which the requirement was kept.
    fn broken_by(
        &self,
        breaking: &[(&FileReplay, &Step)],
        subject: &Subject,
        requirement: &Requirement,
    ) -> Option<Location> {
        let kept = |cat: &Catalog| matches!(self.verdict(cat, subject, &requirement.what), Verdict::Kept);
        let breaks =
            |step: &Step| !is_untouched(step, subject, &requirement.what) && kept(&step.before) && !kept(&step.after);
        let (file, step) = breaking.iter().rfind(|(_, step)| breaks(step))?;
        Some(Location { file: file.id, span: step.span })
    }

    fn verdict(&self, cat: &Catalog, subject: &Subject, what: &What) -> Verdict {
        match what {
            What::Extension(name) => extension(cat, name),
            What::Enum(name) => enum_type(cat, name, None),
            What::Label(name, label) => enum_type(cat, name, Some(label)),
            // Found by its name.
            What::Forbidden(_) => Verdict::Moot,
            _ => self.of_table(cat, subject, what),
        }
    }

    fn of_table(&self, cat: &Catalog, subject: &Subject, what: &What) -> Verdict {
        let table = match relation(cat, subject) {
            Lookup::Found(table) if is_certain(cat, table) => table,
            Lookup::Absent if matches!(what, What::Table { .. }) => return missing_table(subject),
            _ => return Verdict::Moot,
        };
        let has_rows = table.kind.is_table() || table.kind == RelationKind::ForeignTable;
        if let What::Table { views } = what {
            let is_view = matches!(table.kind, RelationKind::View | RelationKind::MaterializedView);
            let name = cat.relation_name(table);
            let message = format!("`{name}` is a {}: the contract requires a table", table.kind.noun());
            let help = "make it a table, or write `views = true` in the contract".to_string();
            return when(has_rows || (is_view && *views), name, message, help, table.origin.created);
        }
        let table = Table { cat, table, name: cat.relation_name(table), sql: sql_name(cat, table) };
        match what {
            What::Column(column) => table.column(column),
            What::Type(column, ty) => self.column_type(&table, column, ty),
            // The rest is not for views.
            _ if !has_rows => Verdict::Moot,
            What::Null(column, null) => table.null(column, *null),
            What::RowSecurity => table.row_security(),
            What::Policy(word, command) => table.policy(word, *command),
            What::PrimaryKey(columns) => table.with(columns, &|numbers| table.primary_key(columns, numbers)),
            What::Unique(columns) => table.with(columns, &|numbers| table.unique(columns, numbers)),
            What::Index(columns) => table.with(columns, &|numbers| table.index(columns, numbers)),
            What::ForeignKey(columns, key) => {
                table.with(columns, &|numbers| self.foreign_key(&table, columns, key, numbers))
            }
            _ => Verdict::Moot,
        }
    }

    fn column_type(&self, table: &Table, column: &Name, ty: &TypeName) -> Verdict {
        let Some(column) = table.table.column(column).filter(|c| !c.type_unknown) else { return Verdict::Moot };
        let mut cat = table.cat.clone();
        cat.session.search_path = cat.session.default_search_path.clone();
        let required = match cat.find_type(ty) {
            Err(Stop::Unknown(_)) => return Verdict::Moot,
            found => found.ok().flatten(),
        };
        // That the enum is missing is said of itself.
        if required.is_none() && self.enums.contains(&in_public(ty.name.clone())) {
            return Verdict::Moot;
        }
        let wanted = required.map_or_else(|| ty.name.to_string(), |ty| cat.format_type(ty));
        let object = &table.name;
        let is = cat.format_type(column.ty);
        let message = format!("column `{object}.{}` is `{is}`: the contract requires `{wanted}`", column.name);
        let help =
            write(&["alter table ", &table.sql, " alter column ", &sql_identifier(&column.name), " type ", &wanted]);
        when(required == Some(column.ty), object.clone(), message, help, column_origin(column))
    }

    fn foreign_key(&self, table: &Table, columns: &[Name], wanted: &ForeignKey, numbers: &[u16]) -> Verdict {
        let cat = table.cat;
        let name = in_public(wanted.references.table.clone());
        // Any of a table's alternatives is that table.
        let mut alternatives = vec![name.clone()];
        let mut is_required = false;
        for (subjects, _) in &self.groups {
            if let [Subject::Named(names)] = &subjects[..]
                && names.contains(&name)
            {
                is_required = true;
                alternatives = names.clone();
            }
        }
        let target = match relation(cat, &Subject::Named(alternatives)) {
            Lookup::Found(target) => Some(target),
            Lookup::Absent if !is_required => None,
            // That the table is missing is said of itself.
            _ => return Verdict::Moot,
        };
        let mut other = None;
        for constraint in &table.table.constraints {
            let ConstraintKind::ForeignKey(key) = &constraint.kind else { continue };
            if !constraint.enforced || !same_columns(&key.columns, numbers) {
                continue;
            }
            let references = |(number, wanted): (&u16, &Name)| {
                let place = key.columns.iter().position(|c| c == number);
                let column = place.and_then(|place| key.referenced_columns.get(place));
                let column = column.and_then(|number| target?.column_by_number(*number));
                column.is_some_and(|column| column.name == wanted.text)
            };
            let to = &wanted.references.columns;
            if target.is_some_and(|target| target.oid == key.references)
                && (to.is_empty() || (to.len() == numbers.len() && numbers.iter().zip(to).all(references)))
                && (!wanted.on_delete || key.on_delete == wanted.references.on_delete)
            {
                return Verdict::Kept;
            }
            other = Some((constraint, key));
        }
        let mut text = name.to_string();
        if !wanted.references.columns.is_empty() {
            text += &[" (", &list(&wanted.references.columns), ")"].concat();
        }
        if wanted.on_delete {
            text += " on delete ";
            text += wanted.references.on_delete.words();
        }
        let (object, columns) = (&table.name, list(columns));
        let (message, origin) = match other {
            Some((constraint, key)) => {
                let to = cat.relation(key.references).map(|r| cat.relation_name(r)).unwrap_or_default();
                let is = format!("references {to} on delete {}", key.on_delete.words());
                let location = constraint.origin.created.map(|c| Location { file: c.file, span: constraint.span });
                (format!("foreign key `{}` of `{object}` {is}", constraint.name), location)
            }
            None => (format!("`{object}` has no foreign key on ({columns})"), None),
        };
        let message = message + ": the contract requires that it references " + &text;
        let help = write(&["alter table ", &table.sql, " add foreign key (", &columns, ") references ", &text]);
        when(false, object.clone(), message, help, origin)
    }
}

/// Whether what is required of a table cannot be another after the statement, because the table is the same.
fn is_untouched(step: &Step, subject: &Subject, what: &What) -> bool {
    let Subject::Table(oid) = subject else { return false };
    let of_itself = matches!(what, What::RowSecurity | What::Policy(..) | What::Column(_) | What::Null(..));
    of_itself
        && step.uncertain().is_none()
        && match (step.before.relation(*oid), step.after.relation(*oid)) {
            (Some(before), Some(after)) => Arc::ptr_eq(before, after),
            (before, after) => before.is_none() && after.is_none(),
        }
}

/// Whether a change can take away what was there.
fn may_break(change: Change) -> bool {
    use Change::*;
    !matches!(
        change,
        Created
            | OwnerChanged
            | DefaultSet
            | DefaultDropped
            | Commented
            | PrivilegesGranted
            | PrivilegesRevoked
            | RowsInserted
            | RowsUpdated
            | RowsDeleted
            | Truncated
            | Refreshed
    )
}

fn relation<'c>(cat: &'c Catalog, subject: &Subject) -> Lookup<&'c Arc<Relation>> {
    let mut answer = Lookup::Absent;
    match subject {
        Subject::Named(names) => {
            for name in names {
                match cat.find_relation(name) {
                    Ok(Some(relation)) => return Lookup::Found(relation),
                    Err(Stop::Unknown(reason)) => answer = Lookup::Unknown(reason),
                    _ => {}
                }
            }
        }
        Subject::Table(oid) => return cat.relation(*oid).map_or(answer, Lookup::Found),
        Subject::Database => {}
    }
    answer
}

/// The tables that a pattern stands for.
fn matching(cat: &Catalog, pattern: &Pattern, except: &[Pattern], views: bool) -> Vec<Subject> {
    let mut subjects = Vec::new();
    for relation in cat.relations() {
        let is_view = matches!(relation.kind, RelationKind::View | RelationKind::MaterializedView);
        let Some(schema) = cat.schema(relation.schema) else { continue };
        if (relation.kind.is_table() || (is_view && views))
            && !relation.is_temporary()
            && pattern.is_of(&schema.name, &relation.name)
            && !except.iter().any(|e| e.is_of(&schema.name, &relation.name))
            && !is_skipped(cat, relation.schema)
            && !is_member(cat, relation.oid)
        {
            subjects.push(Subject::Table(relation.oid));
        }
    }
    subjects
}

fn missing_table(subject: &Subject) -> Verdict {
    let Subject::Named(names) = subject else { return Verdict::Moot };
    let all: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    let message = match &all[..] {
        [one] => format!("table {one} is missing: the contract requires it"),
        _ => format!("none of {} is there: the contract requires one of them", all.join(", ")),
    };
    let help = "create it, or take it out of the contract".to_string();
    when(false, names.first().map(|name| name.to_string()).unwrap_or_default(), message, help, None)
}

fn extension(cat: &Catalog, name: &Name) -> Verdict {
    let there = cat.extension_named(name).is_some();
    if cat
        .unknowns
        .may_be_changed(name)
        .or(cat.unknowns.may_exist(Class::Extension, None, name).filter(|_| !there))
        .is_some()
    {
        return Verdict::Moot;
    }
    let message = format!("extension `{name}` is missing: the contract requires it");
    when(there, name.to_string(), message, write(&["create extension ", &sql_identifier(name)]), None)
}

/// Whether the enum is there, or has the label.
fn enum_type(cat: &Catalog, name: &QualifiedName, label: Option<&String>) -> Verdict {
    let ty = match cat.find_type_by_name(name) {
        Err(Stop::Unknown(_)) => return Verdict::Moot,
        found => found.ok().flatten(),
    };
    let object = name.to_string();
    let origin = ty.and_then(|ty| ty.origin.changed);
    let labels = match ty.map(|ty| &ty.kind) {
        Some(_) if ty.is_some_and(|ty| !is_sure(cat, ty.schema, &ty.name, ty.origin)) => return Verdict::Moot,
        Some(TypeKind::Enum(labels)) => Some(labels),
        _ => None,
    };
    match (labels, label) {
        (None, Some(_)) => Verdict::Moot,
        (labels, None) => {
            let is = if ty.is_some() { "is no enum" } else { "is missing" };
            let message = format!("enum `{object}` {is}: the contract requires it");
            when(labels.is_some(), object, message, "create it, or take it out of the contract".to_string(), origin)
        }
        (Some(labels), Some(label)) => {
            let message = format!("enum `{object}` has no label `{label}`: the contract requires it");
            let help = write(&["alter type ", &object, " add value '", &label.replace('\'', "''"), "'"]);
            when(labels.iter().any(|l| **l == **label), object, message, help, origin)
        }
    }
}
