//! syntax/truncated-identifier: a name longer than the 63 bytes that PostgreSQL keeps.

use crate::rules::prelude::*;
use crate::source::Location;
use crate::source::{WordBytes, letters_and, runs};
use crate::syntax::ast::StatementKind;
use crate::syntax::{TokenKind, lex_at};

pub const RULE: Rule = Rule {
    name: "syntax/truncated-identifier",
    severity: Severity::Warning,
    preset: Preset::Recommended,
    summary: native!("name longer than 63 bytes"),
    doc: page!("syntax/truncated-identifier"),
    since: "0.1.0",
    check: Check::Project(check),
};

const LONGEST: usize = 63;

fn check(cx: &mut ProjectContext) {
    let timeline = cx.timeline;
    // The names that were cut so far, as written.
    let mut known: Vec<String> = Vec::new();
    for (file, step) in timeline.steps() {
        if !has_long_word(file.source.slice(step.span)) || cx.common.is_applied(file.id) {
            continue;
        }
        for token in lex_at(&file.source.text, step.span).tokens {
            let text = file.source.slice(token.span());
            let name = match token.kind {
                TokenKind::Ident => text.to_ascii_lowercase(),
                TokenKind::QuotedIdent => text[1..text.len() - 1].replace("\"\"", "\""),
                _ => continue,
            };
            if name.len() <= LONGEST || known.contains(&name) {
                continue;
            }
            let kept = &name[..name.floor_char_boundary(LONGEST)];
            let other = known.iter().find(|k| k.starts_with(kept)).cloned();
            let location = Location { file: file.id, span: token.span() };
            let message = format!("`{name}` is longer than 63 bytes: PostgreSQL keeps `{kept}`");
            match other {
                // Policies and triggers are told apart by their tables too.
                Some(other) if !is_of_table(step.statement.as_ref().map(|s| &s.kind)) => {
                    let finding =
                        cx.report(location, format!("{message}, which is all that it keeps of `{other}` too"));
                    finding.help("give the two names that differ in their first 63 bytes");
                    finding.severity = Severity::Error;
                }
                _ => {
                    cx.report(location, message).help("choose a shorter name");
                }
            }
            known.push(name);
        }
    }
}

fn is_of_table(kind: Option<&StatementKind>) -> bool {
    use StatementKind::*;
    matches!(kind, Some(CreatePolicy(_) | AlterPolicy(_) | CreateTrigger(_) | Drop(_) | Comment(_) | AlterTable(_)))
}

/// Whether so many bytes stand in a row that could be a name.
fn has_long_word(text: &str) -> bool {
    let mut quote = 0;
    for (at, _) in text.match_indices('"') {
        if at - quote > LONGEST {
            return true;
        }
        quote = at;
    }
    static PARTS: WordBytes = letters_and(b"_", true);
    runs(text, LONGEST + 1, &PARTS).next().is_some()
}
