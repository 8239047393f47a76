//! Every example of every rule's page is a test: `bad` must report the rule, `good` must not, `fixed` is what the fix makes of the `bad` before it.

use super::{Preset, RULES, Rule, fix};
use crate::Project;
use crate::config::Config;
use crate::report::{Report, by_file};
use crate::source::SourceFile;

struct Example {
    kind: &'static str,
    config: Config,
    files: Vec<SourceFile>,
}

/// The ```` ```sql kind ```` blocks of a page. `-- config: key = value` lines configure, `-- file: name` lines begin files.
fn examples(page: &str) -> Vec<Example> {
    let mut examples = Vec::new();
    for block in page.split("```sql ").skip(1) {
        let (kind, rest) = block.split_once('\n').unwrap();
        let kind = ["bad", "good", "fixed"].into_iter().find(|k| *k == kind.trim()).unwrap_or_else(|| panic!("{kind}"));
        let (body, _) = rest.split_once("```").expect("a closed block");
        let mut toml = String::new();
        let mut files: Vec<(String, String)> = Vec::new();
        for line in body.lines() {
            if let Some(setting) = line.strip_prefix("-- config: ") {
                toml.push_str(setting);
                toml.push('\n');
            } else if let Some(name) = line.strip_prefix("-- file: ") {
                files.push((name.to_string(), String::new()));
            } else {
                if files.is_empty() {
                    files.push(("20250101000000_example.sql".into(), String::new()));
                }
                let text = &mut files.last_mut().unwrap().1;
                text.push_str(line);
                text.push('\n');
            }
        }
        let config = Config::from_toml(&toml).unwrap_or_else(|e| panic!("{toml}: {e}"));
        let files = files.into_iter().map(|(name, text)| SourceFile::new(name, text)).collect();
        examples.push(Example { kind, config, files });
    }
    examples
}

fn project(config: &Config, files: &[SourceFile]) -> Project {
    let mut project = Project::new(config.clone());
    files.iter().for_each(|f| project.set_file(f.clone()));
    project
}

fn check(config: &Config, files: &[SourceFile]) -> Report {
    project(config, files).check()
}

/// A check in pieces finds what one at once does.
fn assert_same_in_pieces(config: &Config, files: &[SourceFile], report: &Report) {
    let mut project = project(config, files);
    while project.advance() {}
    let changes = project.changes().expect("everything is done");
    assert_eq!(changes.summary, report.summary);
    assert_eq!(changes.files, by_file(report.clone()));
}

fn reports(report: &Report, rule: &Rule) -> bool {
    report.findings.iter().any(|f| f.rule == rule.name)
}

fn texts(files: &[SourceFile]) -> Vec<(&str, &str)> {
    files.iter().map(|f| (f.file_name(), &*f.text)).collect()
}

#[test]
fn pages_show_what_they_say() {
    let mut wrong = Vec::new();
    for rule in RULES {
        let examples = examples(rule.doc);
        assert!(rule.doc.starts_with(&format!("# {}\n", rule.name)), "{}: the title", rule.name);
        for kind in ["bad", "good"] {
            assert!(examples.iter().any(|e| e.kind == kind), "{}: no {kind} example", rule.name);
        }
        let mut last_bad: Option<(&Example, Report)> = None;
        for example in &examples {
            let report = check(&example.config, &example.files);
            let shown = || texts(&example.files);
            match example.kind {
                "bad" => {
                    assert_same_in_pieces(&example.config, &example.files, &report);
                    if !reports(&report, rule) {
                        wrong.push(format!(
                            "{}: bad example is not reported: {:#?} {:#?}",
                            rule.name,
                            shown(),
                            report.findings
                        ));
                    }
                    last_bad = Some((example, report));
                }
                "good" => {
                    if reports(&report, rule) {
                        wrong.push(format!(
                            "{}: good example is reported: {:#?} {:#?}",
                            rule.name,
                            shown(),
                            report.findings
                        ));
                    }
                }
                _ => {
                    let (bad, mut bad_report) = last_bad.take().expect("a bad example before");
                    bad_report.findings.retain(|f| f.rule == rule.name);
                    let (changed, count) = fix::apply(&bad.files, &bad_report);
                    let fixed: Vec<SourceFile> = bad
                        .files
                        .iter()
                        .map(|old| changed.iter().find(|new| new.path == old.path).unwrap_or(old).clone())
                        .collect();
                    if count == 0 || texts(&fixed) != shown() {
                        wrong.push(format!(
                            "{}: the fix gives {:#?}, the page says {:#?}",
                            rule.name,
                            texts(&fixed),
                            shown()
                        ));
                    }
                    let after = check(&bad.config, &fixed);
                    let new: Vec<&str> = after
                        .findings
                        .iter()
                        .map(|f| f.rule.as_str())
                        .filter(|r| *r == rule.name || *r == "syntax/error" || r.starts_with("schema/"))
                        .collect();
                    if !new.is_empty() {
                        wrong.push(format!("{}: after the fix there is {new:?}", rule.name));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn recipes_apply_and_are_clean() {
    let mut wrong = Vec::new();
    let mut seen = 0;
    for rule in RULES {
        for example in examples(rule.doc).iter().filter(|e| e.kind == "bad") {
            let report = check(&example.config, &example.files);
            for finding in report.findings.iter().filter(|f| f.rule == rule.name && !f.recipe.is_empty()) {
                seen += 1;
                // The steps as migrations, in place of the one that the finding is in.
                let mut files: Vec<SourceFile> = example.files.clone();
                files.retain(|file| *file.path < *finding.file);
                let stem = finding.file.trim_end_matches(".sql");
                for (step, number) in finding.recipe.iter().zip(1..) {
                    assert!(!step.sql.contains(['{', '}']) && !step.sql.is_empty(), "{}: {step:?}", rule.name);
                    files.push(SourceFile::new(format!("{stem}_{number}.sql"), step.sql.clone()));
                }
                let broken = |rule: &str| {
                    let family = rule.split('/').next().unwrap_or_default();
                    rule == finding.rule || matches!(family, "syntax" | "schema" | "security" | "rls")
                };
                let after = check(&example.config, &files).findings;
                for found in after.iter().filter(|f| broken(&f.rule) && f.file.starts_with(stem)) {
                    wrong.push(format!("{}: {} {}: {:#?}", rule.name, found.file, found.message, texts(&files)));
                }
            }
        }
    }
    assert!(seen > 20 && wrong.is_empty(), "{seen} recipes, {}", wrong.join("\n\n"));
}

#[test]
fn pages_have_three_bad_and_three_good_examples() {
    let mut few = Vec::new();
    for rule in RULES {
        let examples = examples(rule.doc);
        for kind in ["bad", "good"] {
            let count = examples.iter().filter(|e| e.kind == kind).count();
            if count < 3 {
                few.push(format!("{}: {count} {kind}", rule.name));
            }
        }
    }
    assert!(few.is_empty(), "{few:#?}");
}

/// What users of other linters complained about is an example that names the issue.
#[test]
fn pages_name_the_issues_of_other_tools() {
    let squawk = [220, 300, 308, 331, 338, 349, 519, 628, 673, 693].map(|n| ("squawk", n));
    let others =
        [("eugene", 110), ("eugene", 125), ("splinter", 63), ("splinter", 81), ("splinter", 87), ("splinter", 98)];
    // A heading may name several: `(squawk issues 300 and 628)`, `(squawk issue 220, eugene issue 125)`.
    let headings: Vec<&str> = RULES
        .iter()
        .flat_map(|rule| rule.doc.lines())
        .filter(|line| line.starts_with("## ") && line.contains("issue"))
        .collect();
    let missing: Vec<_> = squawk
        .into_iter()
        .chain(others)
        .filter(|(tool, number)| {
            let number = number.to_string();
            !headings
                .iter()
                .any(|h| h.contains(tool) && h.split(|c: char| !c.is_ascii_digit()).any(|word| word == number))
        })
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn findings_follow_from_what_was_refused() {
    let text = "create function public.count_notes() returns bigint language plpgsql as $$\
                begin return (select count(*) from public.notes); end $$;\n\
                create table public.notes (id bigint primary key, state public.note_state);\n\
                create table public.tags (id bigint primary key);\n\
                alter table public.tags enable row level security;\n\
                create policy tags_select on public.tags for select using (public.is_member());\n";
    let report =
        check(&Config::default(), &[SourceFile::new("20250101000000_example.sql".to_string(), text.to_string())]);
    let index = |rule: &str| report.findings.iter().position(|f| f.rule == rule).unwrap();
    let body = &report.findings[index("schema/invalid-function-body")];
    assert_eq!(body.caused_by, Some(index("schema/undefined-type") as u32), "{:#?}", report.findings);
    let policy = &report.findings[index("rls/no-policy")];
    assert_eq!(policy.caused_by, Some(index("schema/undefined-function") as u32), "{:#?}", report.findings);
}

/// What may be so since a block that is not followed is not reported; the rest is.
#[test]
fn a_block_that_is_not_followed_silences_what_it_may_have_changed() {
    let config = Config { preset: Preset::Supabase, ..Config::default() };
    let after = |command: &str| {
        let text = format!(
            "create schema other;\n\
             create table public.notes (id bigint primary key, author_id bigint references public.notes (id));\n\
             create function public.f() returns int language sql security definer as 'select 1';\n\
             create table public.names (name text primary key);\n\
             alter table public.names enable row level security;\n\
             create policy names_select on public.names for select to authenticated using (name = auth.jwt() ->> 'name');\n\
             insert into public.names values ('x');\n\
             do $$ declare r record; begin for r in select name from public.names loop execute format('{command}', r.name); end loop; end $$;\n"
        );
        let report = check(&config, &[SourceFile::new("20250101000000_example.sql".to_string(), text)]);
        ["rls/enabled-on-create", "index/foreign-key", "rls/auth-initplan", "security/function-search-path"]
            .map(|rule| report.findings.iter().any(|f| f.rule == rule))
    };
    assert_eq!(after("select 1"), [true, true, true, true]);
    assert_eq!(after("alter table public.%I enable row level security"), [false, true, false, true]);
    let pieces = "alter table ' || r.name || ' enable row level security";
    assert_eq!(after(pieces), [false, false, false, true]);
    assert_eq!(after("alter table other.%I enable row level security"), [true, true, true, true]);
    assert_eq!(after("create policy p_%I on public.notes using (true)"), [false, true, true, true]);
    assert_eq!(after("create index %I on public.notes (author_id)"), [true, false, true, true]);
    assert_eq!(after("create index %I on public.notes (%I)"), [true, false, true, true]);
    assert_eq!(after("create index notes_key on public.notes using btree (id desc)"), [true, true, true, true]);
    assert_eq!(after("drop index %I"), [true, true, true, true]);
    assert_eq!(after("alter table public.notes drop constraint %I"), [true, false, true, true]);
    assert_eq!(
        after("alter table public.notes drop constraint c_%I, add unique (author_id)"),
        [true, false, true, true]
    );
    assert_eq!(after("drop policy %I on public.names"), [true, true, false, true]);
    assert_eq!(after("alter function public.%I() set search_path = public"), [true, true, true, false]);
    assert_eq!(
        after("create or replace function %I() returns int language sql as $f$ select 1 $f$"),
        [true, true, true, false]
    );
}
