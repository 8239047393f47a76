//! Whatever a message or a path says, the readers of the formats read it back.

use super::{Finding, Fix, Report, Summary, github, gitlab, junit, markdown, sarif, text};
use crate::rules::Severity;
use crate::source::{LineIndex, Position, SourceFile};
use proptest::prelude::*;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

fn finding(file: &SourceFile, severity: Severity, message: &str, span: std::ops::Range<usize>) -> Finding {
    let position = |offset| LineIndex::new(&file.text).position(&file.text, offset as u32);
    Finding {
        rule: "rls/no-policy".to_string(),
        severity,
        message: message.to_string(),
        help: None,
        file: file.path.to_string(),
        start: position(span.start),
        end: position(span.end),
        statement: None,
        object: None,
        splinter: Vec::new(),
        sqlstate: None,
        caused_by: None,
        fixes: Vec::new(),
        recipe: Vec::new(),
    }
}

fn report(findings: Vec<Finding>) -> Report {
    let count = |severity| findings.iter().filter(|f| f.severity == severity).count() as u32;
    let summary = Summary {
        files: 1,
        statements: 1,
        errors: count(Severity::Error),
        warnings: count(Severity::Warning),
        infos: count(Severity::Info),
        uncertain: 0,
    };
    Report { version: 1, summary, findings, uncertain: Vec::new() }
}

/// Texts of what the formats give a meaning to, among any other characters.
fn nasty() -> impl Strategy<Value = String> {
    let special = [
        "\n",
        "\r\n",
        "\r",
        "\t",
        " ",
        "\0",
        "\u{1b}[31m",
        "\u{7f}",
        "\u{85}",
        "\u{fffe}",
        "%",
        "%0A",
        "%25",
        "::",
        ":",
        ",",
        "=",
        "]]>",
        "<![CDATA[",
        "&amp;",
        "&",
        "<b>",
        "</details>",
        "<!--",
        "-->",
        "|",
        "\\|",
        "\\",
        "`",
        "``",
        "```",
        "*x*",
        "_x_",
        "~~x~~",
        "[x](y)",
        "![x](y)",
        "$x$",
        "@team",
        "#1",
        "# ",
        "- ",
        "1. ",
        "\"",
        "'",
        "{}",
        "##[error]",
        "https://example.org/",
        "größe",
        "𝄞",
        "e\u{301}",
        "\u{2028}",
        "a",
        "b c",
    ];
    let piece = prop_oneof![
        4 => prop::sample::select(special.to_vec()).prop_map(str::to_string),
        1 => any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(piece, 1..12).prop_map(|pieces| pieces.concat())
}

/// A text and a span of it.
fn spanned() -> impl Strategy<Value = (String, std::ops::Range<usize>)> {
    (nasty(), any::<prop::sample::Index>(), any::<prop::sample::Index>()).prop_map(|(text, a, b)| {
        let places: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
        let (a, b) = (*a.get(&places), *b.get(&places));
        (text, a.min(b)..a.max(b))
    })
}

/// A rule's page, as the native command has it.
fn page(rule: &str) -> Option<String> {
    crate::rules::find(rule).map(|rule| rule.doc.to_string())
}

struct Command {
    name: String,
    properties: Vec<(String, String)>,
    data: String,
}

/// What an Actions runner makes of a line (`ActionCommand.TryParseV2`).
fn command(line: &str) -> Option<Command> {
    let (info, data) = line.trim_start().strip_prefix("::")?.split_once("::")?;
    let unescape = |text: &str, tokens: &[(&str, &str)]| {
        tokens.iter().fold(text.to_string(), |text, (code, token)| text.replace(code, token))
    };
    let (name, properties) = info.split_once(' ').unwrap_or((info, ""));
    let pairs = properties.trim().split(',').filter_map(|pair| pair.split_once('=')).map(|(name, value)| {
        let tokens = [("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")];
        (name.to_string(), unescape(value, &tokens))
    });
    let data = unescape(data, &[("%0D", "\r"), ("%0A", "\n"), ("%25", "%")]);
    Some(Command { name: name.to_string(), properties: pairs.collect(), data })
}

/// The text of Markdown's table cells, code between backticks, and all HTML in it.
fn cells(text: &str) -> (Vec<String>, Vec<String>) {
    let (mut cells, mut html, mut is_in_cell) = (Vec::new(), Vec::new(), false);
    for event in Parser::new_ext(text, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_MATH) {
        let piece = match event {
            Event::Start(Tag::TableCell) => {
                cells.push(String::new());
                is_in_cell = true;
                continue;
            }
            Event::End(TagEnd::TableCell) => {
                is_in_cell = false;
                continue;
            }
            Event::Html(tag) | Event::InlineHtml(tag) => {
                html.push(tag.trim().to_string());
                if &*tag == "<br>" { "\n".to_string() } else { String::new() }
            }
            Event::Text(text) => text.to_string(),
            Event::Code(code) => format!("`{code}`"),
            Event::Start(Tag::Strong) | Event::End(TagEnd::Strong) => continue,
            event if is_in_cell => panic!("{event:?} in a cell of {text}"),
            _ => continue,
        };
        if let Some(cell) = cells.last_mut().filter(|_| is_in_cell) {
            cell.push_str(&piece);
        }
    }
    (cells, html)
}

/// On one line, without what no page shows.
fn one_line(text: &str) -> String {
    let visible = text.chars().map(|c| match c {
        '\n' | '\r' | '\t' => ' ',
        c if c.is_control() => '\u{fffd}',
        c => c,
    });
    visible.collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

fn percent_decoded(uri: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = uri.bytes();
    while let Some(byte) = rest.next() {
        assert!(byte.is_ascii_graphic() && !b"<>\"{}|\\^`".contains(&byte), "{uri}");
        let code = |rest: &mut std::str::Bytes| [rest.next().unwrap(), rest.next().unwrap()];
        bytes.push(match byte {
            b'%' => u8::from_str_radix(std::str::from_utf8(&code(&mut rest)).unwrap(), 16).unwrap(),
            byte => byte,
        });
    }
    String::from_utf8(bytes).unwrap()
}

/// The text of a SARIF region, whose columns are in UTF-16 code units.
fn region(text: &str, region: &serde_json::Value) -> String {
    let number = |name: &str| region[name].as_u64().unwrap() as usize;
    let lines: Vec<Vec<u16>> = text.split_inclusive('\n').map(|line| line.encode_utf16().collect()).collect();
    let offset = |line: usize, column: usize| lines.iter().take(line - 1).map(Vec::len).sum::<usize>() + column - 1;
    let units: Vec<u16> = text.encode_utf16().collect();
    let from = offset(number("startLine"), number("startColumn"));
    String::from_utf16(&units[from..offset(number("endLine"), number("endColumn"))]).unwrap()
}

proptest! {
    #[test]
    fn sarif_and_gitlab_read_back((text, span) in spanned(), message in nasty(), name in nasty(), new in nasty()) {
        let file = SourceFile::new(format!("supabase/{name}"), text);
        let mut finding = finding(&file, Severity::Error, &message, span.clone());
        let edit = super::Edit { file: finding.file.clone(), start: finding.start, end: finding.end, text: new.clone() };
        finding.fixes.push(Fix { title: "mend it".to_string(), edits: vec![edit] });
        let report = report(vec![finding]);
        let files = [file];
        let file = &files[0];
        let log: serde_json::Value = serde_json::from_str(&sarif::render(&report, &files, &page)).unwrap();
        let result = &log["runs"][0]["results"][0];
        let said = result["message"]["text"].as_str().unwrap();
        prop_assert!(said.chars().skip(1).collect::<String>().starts_with(&message.chars().skip(1).collect::<String>()));
        let place = &result["locations"][0]["physicalLocation"];
        prop_assert_eq!(percent_decoded(place["artifactLocation"]["uri"].as_str().unwrap()), &*file.path);
        prop_assert_eq!(region(&file.text, &place["region"]), &file.text[span.clone()]);
        let replacement = &result["fixes"][0]["artifactChanges"][0]["replacements"][0];
        prop_assert_eq!(region(&file.text, &replacement["deletedRegion"]), &file.text[span]);
        prop_assert_eq!(replacement["insertedContent"]["text"].as_str(), Some(&*new));
        let issues: serde_json::Value = serde_json::from_str(&gitlab::render(&report, &files)).unwrap();
        prop_assert_eq!(issues[0]["location"]["path"].as_str(), Some(&*file.path));
        let description = format!("rls/no-policy: {message}");
        prop_assert_eq!(issues[0]["description"].as_str(), Some(&*description));
    }

    #[test]
    fn github_reads_back(message in nasty(), path in nasty(), help in nasty()) {
        let file = SourceFile::new(format!("supabase/{path}"), "select 1;");
        let mut finding = finding(&file, Severity::Warning, &message, 0..6);
        finding.help = Some(help.clone());
        let out = github::render(&report(vec![finding]));
        // The runner reads lines.
        let lines: Vec<&str> = out.split(['\n', '\r']).collect();
        prop_assert_eq!(lines.len(), 3);
        let Command { name, properties, data } = command(lines[0]).unwrap();
        prop_assert_eq!(name, "warning");
        let expected = [
            ("file", &*file.path), ("line", "1"), ("endLine", "1"), ("col", "1"), ("endColumn", "7"),
            ("title", "rls/no-policy"),
        ];
        prop_assert_eq!(properties, expected.map(|(name, value)| (name.to_string(), value.to_string())));
        prop_assert_eq!(data, format!("{message}\n --> {}:1:1\nhelp: {help}", file.path));
        prop_assert_eq!(&lines[1..], ["1 file, 1 statement: 1 warning", ""]);
    }

    #[test]
    fn junit_reads_back(message in nasty(), name in nasty(), object in nasty()) {
        let file = SourceFile::new(format!("supabase/{name}"), "select 1;");
        let mut finding = finding(&file, Severity::Error, &message, 0..6);
        finding.object = Some(object.clone());
        let out = junit::render(&report(vec![finding]), std::slice::from_ref(&file), Some(Severity::Error));
        let allowed = |text: &str| -> String {
            let is_none = |c: char| c < ' ' && !"\t\n\r".contains(c) || matches!(c, '\u{fffe}' | '\u{ffff}');
            text.chars().map(|c| if is_none(c) { '\u{fffd}' } else { c }).collect()
        };
        let xml = roxmltree::Document::parse(&out).map_err(|e| TestCaseError::fail(format!("{e}: {out}")))?;
        let of = |name: &str| xml.descendants().find(|node| node.has_tag_name(name)).unwrap();
        prop_assert_eq!(of("testsuite").attribute("name"), Some(&*allowed(&file.path)));
        prop_assert_eq!(of("testcase").attribute("name"), Some(&*format!("rls/no-policy: {}", allowed(&object))));
        prop_assert_eq!(of("failure").attribute("message"), Some(&*allowed(&message)));
        let told = format!("{}:1:1: error: {message}", file.path);
        prop_assert_eq!(of("failure").text(), Some(&*allowed(&told)));
    }

    #[test]
    fn markdown_reads_back((source, span) in spanned(), message in nasty(), name in nasty(), help in nasty()) {
        let file = SourceFile::new(format!("supabase/{name}"), source);
        let mut finding = finding(&file, Severity::Info, &message, span);
        finding.help = Some(help);
        let out = markdown::render(&report(vec![finding]), std::slice::from_ref(&file), markdown::COMMENT);
        let (cells, html) = cells(&out);
        prop_assert_eq!(cells.len(), 4, "{}", out); // two of the head, two of the finding
        let message = one_line(&format!("ℹ️ info `rls/no-policy` {message}"));
        prop_assert_eq!(one_line(&cells[3]), message, "{}", out);
        for tag in html {
            let known = ["<br>", "<!-- -->", "</details>"].contains(&&*tag) || tag.starts_with("<details><summary>Line ");
            prop_assert!(known, "{} in {}", tag, out);
        }
    }

    #[test]
    fn text_takes_any_place(message in nasty(), source in nasty(), line in 1..9u32, column in 1..9u32, offset in 0..99u32) {
        let file = SourceFile::new("a.sql", source);
        let mut finding = finding(&file, Severity::Error, &message, 0..0);
        // A position of another text, as when a file changed meanwhile.
        finding.start = Position { line, column, offset, utf16: offset };
        finding.end = Position { line, column, offset: offset + column, utf16: offset };
        let report = report(vec![finding]);
        for files in [&[][..], &[file]] {
            prop_assert!(text::render(&report, files, false).contains("a.sql:"));
            sarif::render(&report, files, &page);
            gitlab::render(&report, files);
            markdown::render(&report, files, markdown::COMMENT);
        }
    }
}

/// What the crate makes of a finding, which prints no path and no note as a terminal would obey it.
fn annotated(finding: &Finding, text: Option<&str>) -> String {
    use annotate_snippets::{AnnotationKind, Level, Origin, Renderer, Snippet};
    let title = Level::ERROR.primary_title(&*finding.message).id(&*finding.rule);
    let mut group = match text {
        Some(text) => {
            let start = finding.start.offset as usize;
            let spanned = &text[start..finding.end.offset as usize];
            let span = start..start + spanned.find('\n').unwrap_or(spanned.len());
            let label = finding.sqlstate.as_ref().map(|s| format!("SQLSTATE {s}")).unwrap_or_default();
            let annotation = AnnotationKind::Primary.span(span).label(label);
            title.element(Snippet::source(text).path(&*finding.file).annotation(annotation))
        }
        None => {
            let place = Origin::path(&*finding.file).line(finding.start.line as usize);
            title.element(place.char_column(finding.start.column as usize))
        }
    };
    if let Some(help) = &finding.help {
        group = group.element(Level::HELP.message(&**help));
    }
    if let Some(fix) = finding.fixes.first() {
        group = group.element(Level::HELP.with_name("fix").message(&*fix.title));
    }
    // Control codes of Latin-1 are the only ones that it lets pass.
    Renderer::styled().render(&[group]).replace(|c| matches!(c, '\u{80}'..='\u{9f}'), "\u{fffd}")
}

proptest! {
    #[test]
    fn text_is_as_annotate_snippets_prints_it(
        (source, span) in spanned(), message in nasty(), refused in any::<bool>(), known in any::<bool>(), notes in 0..3,
    ) {
        // After the last newline we show an empty line, as all formats count it; the crate shows the line before.
        prop_assume!(!source.ends_with('\n') || span.start < source.len());
        let file = SourceFile::new("a.sql", source);
        let mut finding = finding(&file, Severity::Error, &message, span);
        finding.sqlstate = refused.then(|| "42P01".to_string());
        finding.help = (notes > 0).then(|| "write\nsomething else".to_string());
        if notes > 1 {
            finding.fixes.push(Fix { title: "mend it".to_string(), edits: Vec::new() });
        }
        let text = known.then_some(&*file.text);
        let mut out = String::new();
        super::snippet::write(&mut out, &finding, text, 0, &super::snippet::STYLED);
        // It styles no empty line.
        prop_assert_eq!(out.replace("\x1b[1m\x1b[0m", ""), annotated(&finding, text).replace("\x1b[1m\x1b[0m", ""));
    }
}

#[test]
fn a_long_line_is_cut_around_its_span() {
    let cases = [(0..6, 0, 6), (700..706, 20, 6), (994..1000, 20, 6), (130..900, 20, 116)];
    for (span, start, length) in cases {
        let file = SourceFile::new("a.sql", format!("{}\nselect 1;", "é".repeat(1000)));
        let finding = finding(&file, Severity::Error, "m", 2 * span.start..2 * span.end);
        let out = text::render(&report(vec![finding]), &[file], false);
        let lines: Vec<&str> = out.lines().collect();
        assert!(lines[3].chars().count() <= 140, "{}", lines[3]);
        let carets = lines[4].find('^').unwrap();
        assert_eq!((carets - 4, lines[4].len() - carets), (start, length), "{out}");
        assert_eq!((lines[3].starts_with("1 | ..."), lines[3].ends_with("...")), (start > 0, span.end < 1000), "{out}");
    }
}

#[test]
fn a_finding_in_an_unknown_file_has_its_place() {
    let config = SourceFile::new("pgdry.toml", "[contract]\ntables = ['users']\n");
    let report = report(vec![finding(&config, Severity::Error, "there is no table `users`", 21..28)]);
    let expected =
        "error[rls/no-policy]: there is no table `users`\n--> pgdry.toml:2:11\n\n1 file, 1 statement: 1 error\n";
    assert_eq!(text::render(&report, &[], false), expected);
    let with_text = text::render(&report, &[config], false);
    assert!(with_text.contains("2 | tables = ['users']\n  |           ^^^^^^^\n"), "{with_text}");
    let log: serde_json::Value = serde_json::from_str(&sarif::render(&report, &[], &page)).unwrap();
    let place = &log["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "pgdry.toml");
    assert_eq!((&place["region"]["startLine"], &place["region"]["startColumn"]), (&2.into(), &11.into()));
    let xml = junit::render(&report, &[], Some(Severity::Error));
    assert!(xml.contains("<testsuite name=\"pgdry.toml\" tests=\"1\" failures=\"1\""), "{xml}");
}

#[test]
fn github_has_errors_first_and_says_what_it_does_not_show() {
    let file = SourceFile::new("a.sql", "select 1;");
    let of = |severity, number| (0..number).map(move |n| (severity, n));
    let all = of(Severity::Info, 12).chain(of(Severity::Error, 12)).chain(of(Severity::Warning, 10));
    let findings = all.map(|(severity, n)| finding(&file, severity, &format!("{n}"), 0..6)).collect();
    let out = github::render(&report(findings));
    let kinds: Vec<String> = out.lines().filter_map(command).map(|command| command.name).collect();
    let expected: Vec<&str> = [("error", 12), ("warning", 10), ("notice", 13)]
        .iter()
        .flat_map(|(kind, number)| std::iter::repeat_n(*kind, *number))
        .collect();
    assert_eq!(kinds, expected);
    let note = "::notice title=pgdry::GitHub shows ten annotations of a kind: 2 errors, 3 infos more in the log and the job summary";
    assert_eq!(out.lines().nth(22), Some(note)); // of the first ten notices, the first
}

#[test]
fn a_comment_has_a_limit_and_counts_the_rest() {
    let files: Vec<SourceFile> = (0..30).map(|n| SourceFile::new(format!("{n}.sql"), "select 1;")).collect();
    let mut findings = Vec::new();
    for file in &files {
        for n in 0..100 {
            let severity = if n < 3 { Severity::Error } else { Severity::Warning };
            findings.push(finding(file, severity, &"x".repeat(100), 0..6));
        }
    }
    let report = report(findings);
    for limit in [10_000, markdown::COMMENT, markdown::JOB_SUMMARY] {
        let out = markdown::render(&report, &files, limit);
        let rows = |severity: &str| out.matches(&format!("**{severity}** `rls/no-policy`")).count();
        let (errors, warnings) = (rows("error"), rows("warning"));
        assert!(out.len() <= limit && (out.len() > limit / 2 || errors + warnings == 3000), "{} of {limit}", out.len());
        let left_out: Vec<String> = [(90 - errors, "error"), (2910 - warnings, "warning")]
            .into_iter()
            .filter(|(n, _)| *n > 0)
            .map(|(n, noun)| super::shared::count(n as u32, noun))
            .collect();
        let says = format!("**There was no room for {} more.**", left_out.join(", "));
        assert_eq!(out.contains(&says), !left_out.is_empty(), "{says}");
        assert!(errors == 90 || warnings == 0); // errors come first
    }
}

#[test]
fn fingerprints_stay_when_lines_move_and_are_unique() {
    let prints = |text: &str, spans: &[&str]| -> Vec<String> {
        let file = SourceFile::new("a.sql", text);
        let mut from = 0;
        let mut findings = Vec::new();
        for span in spans {
            let at = from + text[from..].find(span).unwrap();
            from = at + span.len();
            findings.push(finding(&file, Severity::Error, &format!("message {at}"), at..from));
        }
        let out = gitlab::render(&report(findings), &[file]);
        let issues: Vec<serde_json::Value> = serde_json::from_str(&out).unwrap();
        issues.iter().map(|issue| issue["fingerprint"].as_str().unwrap().to_string()).collect()
    };
    let before = prints("a b;\na b;\nc;\n", &["a b", "a b", "c"]);
    assert_eq!(prints("-- new\n\na\n  b;\na b;\nc;\n", &["a\n  b", "a b", "c"]), before);
    assert!(before[0] != before[1] && before[1] != before[2] && before[0].len() == 32);
}

#[test]
fn quiet_keeps_what_counts() {
    let file = SourceFile::new("a.sql", "select 1;");
    let mut findings: Vec<Finding> = [Severity::Warning, Severity::Error, Severity::Error]
        .into_iter()
        .map(|severity| finding(&file, severity, "message", 0..6))
        .collect();
    findings[2].caused_by = Some(1);
    let mut report = report(findings);
    report.findings_from(Some(Severity::Error));
    assert_eq!(report.findings.iter().map(|f| f.caused_by).collect::<Vec<_>>(), [None, Some(0)]);
    assert_eq!((report.summary.errors, report.summary.warnings), (2, 0));
    report.findings_from(None);
    assert!(report.findings.is_empty());
}
