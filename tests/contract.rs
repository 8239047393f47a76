//! The contract of `examples/aias`: it holds, and whatever of it is taken away is found, alone and in its place.

#![cfg(feature = "cli")]

use pgdry::Project;
use pgdry::config::{Config, Level, RuleSetting};
use pgdry::contract::Contract;
use pgdry::generate::schema::{Schema, TableInfo};
use pgdry::replay::Verdict;
use pgdry::report::Finding;
use pgdry::source::SourceFile;
use pgdry::syntax::ast::StatementKind;
use std::path::PathBuf;

const TOML: &str = include_str!("../examples/aias/pgdry.toml");
const BASELINE: &str = "99999999999999_master_consolidated_schema.sql";
const LAST: &str = "99999999999999_z_last.sql";

/// The example with its contract, and with no other rule than the contract's.
fn project(files: impl Fn(&str) -> bool) -> Project {
    let mut config = Config::from_toml(TOML).unwrap();
    config.rules.push(("*".into(), RuleSetting::Level(Level::Off)));
    config.rules.push(("contract/*".into(), RuleSetting::Level(Level::Error)));
    let mut project = Project::new(config);
    project.set_config_file(SourceFile::new("pgdry.toml", TOML));
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("examples/aias/supabase/migrations");
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if files(&name) {
            project.set_file(SourceFile::from_bytes(name, &std::fs::read(&path).unwrap()));
        }
    }
    project
}

fn show(findings: &[Finding]) -> String {
    let line = |f: &Finding| format!("  {}:{} {} {}", f.file, f.start.line, f.rule, f.message);
    findings.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// A migration that breaks one thing, and what is found then.
struct Variant {
    sql: String,
    rule: &'static str,
    /// Stands in the message.
    about: String,
}

/// The table that the example has for a name of the contract.
fn table<'a>(schema: &'a Schema, key: &str) -> &'a TableInfo {
    let public = schema.schemas.iter().find(|s| s.name == "public").unwrap();
    key.split(" | ").find_map(|name| public.tables.iter().find(|t| t.name == name)).unwrap()
}

fn columns(text: &str) -> Vec<String> {
    text.split(", ").map(str::to_string).collect()
}

/// For everything that the contract says, the migrations that take it away.
fn variants(contract: &Contract, schema: &Schema) -> Vec<Variant> {
    let mut all = Vec::new();
    let mut add = |rule, about: &str, sql: String| all.push(Variant { sql, rule, about: about.to_string() });
    for name in &contract.extensions {
        add("contract/extension", name, format!("drop extension \"{name}\" cascade;"));
    }
    for (name, labels) in &contract.enums {
        add("contract/enum-label", &format!("public.{name}"), format!("drop type public.{name} cascade;"));
        add("contract/enum-label", &format!("public.{name}"), format!("alter type public.{name} rename to other;"));
        for label in labels {
            add("contract/enum-label", label, format!("alter type public.{name} rename value '{label}' to 'other';"));
        }
    }
    for (key, required) in contract.tables.iter().filter(|(key, _)| key != "public.*") {
        let table = table(schema, key);
        let name = format!("public.{}", table.name);
        let said = if key.contains('|') { "public.".to_string() } else { name.clone() };
        add("contract/missing-table", &said, format!("drop table {name} cascade;"));
        add("contract/missing-table", &said, format!("alter table {name} rename to other;"));
        add("contract/missing-table", &said, format!("alter table {name} set schema private;"));
        add("contract/rls", &name, format!("alter table {name} disable row level security;"));
        for (place, (column, spec)) in required.columns.iter().enumerate() {
            let about = format!("{name}.{column}");
            add("contract/missing-column", &about, format!("alter table {name} drop column {column} cascade;"));
            if column == "id" || column == "name" {
                add("contract/missing-column", &about, format!("alter table {name} rename column {column} to other;"));
            }
            // Half of them will do for the rest.
            if place % 2 == 1 {
                continue;
            }
            let (ty, using) = if spec.starts_with("text") { ("varchar(40)", "") } else { ("text", "::text") };
            let change = format!("type {ty} using {column}{using}");
            add(
                "contract/column-type",
                &about,
                format!("alter table {name} alter column {column} drop default, alter column {column} {change};"),
            );
            if spec.ends_with("not null") {
                add("contract/nullability", &about, format!("alter table {name} alter column {column} drop not null;"));
            }
        }
        let constraint = |kind: &str, of: &str| {
            let of = columns(of);
            table.constraints.iter().find(|c| c.kind == kind && c.columns == of)
        };
        if let Some(key) = required.primary_key.as_ref().and_then(|key| constraint("primary key", key)) {
            let drop = format!("alter table {name} drop constraint {} cascade;", key.name);
            add("contract/primary-key", &name, drop);
        }
        for (of, target) in &required.foreign_keys {
            let key = constraint("foreign key", of).unwrap();
            let drop = format!("alter table {name} drop constraint {}", key.name);
            add("contract/foreign-key", &name, format!("{drop};"));
            let reference = target.split(" on delete ").next().unwrap();
            let reference = if reference.contains('.') { reference.to_string() } else { format!("public.{reference}") };
            add(
                "contract/foreign-key",
                &key.name,
                format!(
                    "{drop}, add constraint {} foreign key ({of}) references {reference} on delete restrict;",
                    key.name
                ),
            );
        }
        let indexes = |of: &str, exactly: bool| {
            let of = columns(of);
            let fits = |keys: &[String]| if exactly { keys == of } else { keys.starts_with(&of) };
            table
                .indexes
                .iter()
                .filter(|i| i.filter.is_none() && fits(&i.keys))
                .map(|i| i.name.clone())
                .collect::<Vec<_>>()
        };
        for (rule, of, exactly) in required
            .indexes
            .iter()
            .map(|of| ("contract/index", of, false))
            .chain(required.unique.iter().map(|of| ("contract/unique", of, true)))
        {
            let drops: Vec<String> = indexes(of, exactly)
                .iter()
                .map(|index| match constraint("unique", of).filter(|c| c.name == *index) {
                    Some(_) => format!("alter table {name} drop constraint {index} cascade;"),
                    None => format!("drop index public.{index};"),
                })
                .collect();
            add(rule, &format!("({of})"), drops.join("\n"));
        }
        for command in &required.policies {
            let of = table.policies.iter().filter(|p| p.command == *command);
            let drops: Vec<String> = of.map(|p| format!("drop policy {} on {name};", p.name)).collect();
            add("contract/policy", &name, drops.join("\n"));
        }
    }
    add(
        "contract/forbidden",
        "public.integrations.legacy",
        "alter table public.integrations add column legacy_webhook_url text;".into(),
    );
    for schema in ["public", "private"] {
        let create = format!("create function {schema}.exec_sql() returns void language sql as 'select 1';");
        add("contract/forbidden", &format!("{schema}.exec_sql"), create);
    }
    add("contract/rls", "public.blog_posts", "alter table public.blog_posts disable row level security;".into());
    add("contract/rls", "public.fresh", "create table public.fresh (id bigint primary key);".into());
    all
}

#[test]
fn whatever_is_taken_from_the_example_is_found_alone_and_in_its_place() {
    let mut project = project(|_| true);
    let before = project.check();
    assert!(before.findings.is_empty(), "{}", show(&before.findings));
    let contract = project.config().contract.clone();
    let tables = contract.tables.iter().filter(|(key, _)| key != "public.*").count();
    assert_eq!(tables, 12, "the guide's required tables");
    let schema = project.schema();
    let (mut judged, mut refused, mut wrong) = (Vec::new(), 0, Vec::new());
    for Variant { sql, rule, about } in variants(&contract, &schema) {
        project.set_file(SourceFile::new(LAST, format!("-- One thing less.\n{sql}\n")));
        let timeline = project.timeline();
        // Some columns cannot change while policies and views use them: that is no variant.
        if !timeline.files.last().unwrap().steps.iter().all(|step| matches!(step.verdict, Verdict::Applied)) {
            refused += 1;
            continue;
        }
        judged.push(rule);
        let findings = project.check().findings;
        let line = 1 + sql.lines().count() as u32;
        match &findings[..] {
            [one]
                if one.rule == rule
                    && one.message.contains(&about)
                    && one.file == LAST
                    && one.statement.is_some_and(|s| s.start.line == line) => {}
            _ => wrong.push(format!("{sql}\n  expected {rule} {about}, found\n{}", show(&findings))),
        }
    }
    assert!(wrong.is_empty(), "{} of {} wrong:\n{}", wrong.len(), judged.len(), wrong.join("\n"));
    println!("{} variants, {refused} refused by PostgreSQL", judged.len());
    assert!(judged.len() >= 300, "{} variants, {refused} refused", judged.len());
    for rule in pgdry::contract::RULES.iter() {
        let count = judged.iter().filter(|judged| **judged == rule.name).count();
        println!("{count:4} {}", rule.name);
        assert!(count >= 3, "{count} variants of {}", rule.name);
    }
}

/// Statements are taken from the migrations that have them, so that what they make never was there.
#[test]
fn what_never_was_there_is_found_at_the_line_of_the_contract() {
    let mut project = project(|name| name != BASELINE);
    assert!(project.check().findings.is_empty());
    let mut seen = [0; 3];
    let mut wrong = Vec::new();
    for file in &project.timeline().files {
        // Every third: each costs a replay of what follows.
        for step in file.steps.iter().step_by(3) {
            let rule = match step.statement.as_ref().map(|s| &s.kind) {
                Some(StatementKind::CreateIndex(_)) => 0,
                Some(StatementKind::CreatePolicy(_)) => 1,
                Some(StatementKind::AlterTable(_)) if file.source.slice(step.span).contains("enable row level") => 2,
                _ => continue,
            };
            let mut text = file.source.text.to_string();
            text.replace_range(step.span.range(), &" ".repeat(step.span.range().len()));
            project.set_file(SourceFile::new(file.source.path.clone(), text));
            let findings = project.check().findings;
            project.set_file(file.source.clone());
            let statement = file.source.slice(step.span);
            // What the contract does not require, or something else still gives, is not missed.
            let Some(finding) = findings.first() else { continue };
            seen[rule] += 1;
            let line = TOML.lines().nth(finding.start.line as usize - 1).unwrap_or("");
            let is_in_place = match rule {
                0 => finding.file == "pgdry.toml" && (line.starts_with("indexes = ") || line.starts_with("unique = ")),
                1 => finding.file == "pgdry.toml" && line.starts_with("policies = "),
                _ => finding.file == *file.source.path && finding.statement.is_some(),
            };
            if findings.len() != 1 || !is_in_place {
                wrong.push(format!("without {statement}\n{}", show(&findings)));
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    println!("without a statement: {seen:?} indexes, policies, row level security");
    assert!(seen[0] >= 4 && seen[1] >= 10 && seen[2] >= 3, "{seen:?}");
}
