//! SQL files that make up the base: a project's own starting point, such as a dump of its database.

use super::{Stop, apply, mark_unknown};
use crate::catalog::Catalog;
use crate::source::{LineIndex, SourceFile};
use crate::syntax;
use crate::syntax::ast::StatementKind;
use std::fmt;

/// A statement of a base file that has no effect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseError {
    pub file: String,
    pub line: u32,
    /// PostgreSQL's message, or why the statement could not be followed.
    pub message: String,
}

impl fmt::Display for BaseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.message)
    }
}

/// "Already exists", in its kinds.
const DUPLICATES: [&str; 6] = ["42P06", "42P07", "42710", "42723", "42701", "42P16"];

/// Applies the file's statements, each by itself.
pub fn load_base(cat: &mut Catalog, file: &SourceFile) -> Vec<BaseError> {
    let text = without_psql(&file.text);
    let lines = LineIndex::new(&text);
    let mut errors = Vec::new();
    cat.now = None;
    cat.session.source = text.as_str().into();
    for statement in syntax::parse(&text).statements {
        let line = lines.position(&text, statement.span.start).line;
        let mut refuse = |message: String| errors.push(BaseError { file: file.path.to_string(), line, message });
        let parsed = match statement.result {
            Ok(parsed) if matches!(parsed.kind, StatementKind::Transaction(_)) => continue,
            Ok(parsed) => parsed,
            Err(error) => {
                refuse(error.into_report().message);
                continue;
            }
        };
        let before = cat.clone();
        match apply(cat, &parsed) {
            Ok(_) => {}
            Err(Stop::Refused(error)) => {
                *cat = before;
                if !DUPLICATES.contains(&error.sqlstate) {
                    refuse(error.into_report().message);
                }
            }
            Err(Stop::Unknown(reason)) => {
                *cat = before;
                mark_unknown(cat, &parsed, &reason);
                refuse(format!("not followed: {reason}"));
            }
        }
    }
    cat.session.source = "".into();
    // The migrations begin in a session of their own.
    cat.connect_as(cat.session.session_role);
    errors
}

/// The text without psql's own commands (`\\restrict`, `\\connect`), which pg_dump writes at the start of a line.
fn without_psql(text: &str) -> String {
    let blank = |line: &str| match line.strip_prefix('\\') {
        Some(command) if !command.starts_with('.') => line.chars().map(|c| if c == '\n' { c } else { ' ' }).collect(),
        _ => line.to_string(),
    };
    text.split_inclusive('\n').map(blank).collect()
}

#[cfg(test)]
mod tests {
    use crate::Project;
    use crate::config::Config;
    use crate::source::SourceFile;

    #[test]
    fn a_dump_is_there_before_the_first_migration() {
        let mut project = Project::new(Config::default());
        let dump = "\\restrict x\nSET search_path = '';\nCREATE SCHEMA public;\nCREATE TABLE public.t (id integer);\nALTER TABLE public.nope ADD a int;\n";
        let errors = project.load_base(&SourceFile::new("dump.sql", dump));
        let shown: Vec<String> = errors.iter().map(|e| e.to_string()).collect();
        assert_eq!(shown, ["dump.sql:5: relation \"public.nope\" does not exist"]);
        project
            .set_file(SourceFile::new("20250101000000_a.sql", "alter table t add b text; alter table u add b text;"));
        let messages: Vec<String> =
            project.check().findings.into_iter().filter_map(|f| f.sqlstate.and(Some(f.message))).collect();
        assert_eq!(messages, ["relation \"u\" does not exist"]);
        let schema = project.schema_sql();
        assert!(
            !schema.contains("CREATE TABLE") && schema.contains("ALTER TABLE public.t ADD COLUMN b text"),
            "{schema}"
        );
    }
}
