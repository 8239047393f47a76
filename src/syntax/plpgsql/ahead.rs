//! Functions' bodies that are read along with their file, on the thread that reads it, before the replay comes to them. What the catalog would be asked is
//! guessed: what was read holds where it says the same.

use super::check::language;
use super::{Code, Declared, Kind, Part, Surroundings, TypeKinds, kind_by_name, read_asking};
use crate::parallel;
use crate::syntax::ast::{Compiled, CreateFunction, FunctionBody, StatementKind, Symbol};
use crate::syntax::{ParsedFile, Result};

pub struct Ahead {
    compiled: Compiled,
    around: Surroundings,
    asked: Vec<Asked>,
}

/// A type that is written in a declaration, and what it was taken for.
pub struct Asked {
    pub part: Part,
    pub of_row: bool,
    pub kind: Kind,
}

impl ParsedFile {
    /// Reads the bodies of its functions; `source` is the text of the file.
    pub fn read_bodies(&self, source: &Symbol) {
        parallel::map_chunks(&self.statements, |statements| {
            for statement in statements.iter().filter_map(|s| s.result.as_ref().ok()) {
                if let StatementKind::CreateFunction(function) = &statement.kind
                    && let FunctionBody::Text(body) = &*function.body
                    && language(function) == Some("plpgsql")
                    && let Ok(mut ahead) = body.ahead.lock()
                {
                    *ahead = read_body(Code::of_literal(body, source), function).map(Box::new);
                }
            }
        });
    }
}

/// `None`: an error, which may be another one by the catalog.
fn read_body(code: Code, function: &CreateFunction) -> Option<Ahead> {
    let around = Surroundings::of_function(function, &guessed);
    let (block, asked) = read_asking(&code, &around, &guessed).ok()?;
    Some(Ahead { compiled: Compiled { code, block }, around, asked })
}

/// Most types have no fields.
fn guessed(declared: Declared) -> Result<Kind> {
    kind_by_name(declared).map(|kind| if kind == Kind::Unknown { Kind::Scalar } else { kind })
}

impl Ahead {
    /// What was read, if it is what reading it by these would give.
    pub fn by(self, around: &Surroundings, types: TypeKinds) -> Option<Compiled> {
        let code = &self.compiled.code;
        let is_so = |asked: &Asked| {
            let kind = match asked.of_row {
                true => code.qualified_name(asked.part).map(|name| types(Declared::RowOf(&name))),
                false => code.type_name(asked.part).ok().map(|ty| types(Declared::Type(&ty))),
            };
            matches!(kind, Some(Ok(kind)) if kind == asked.kind)
        };
        (self.around == *around && self.asked.iter().all(is_so)).then_some(self.compiled)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax;

    /// Whether the body that was read ahead holds, where the catalog says `kind` of every type but void.
    fn holds(sql: &str, kind: Kind) -> Option<bool> {
        let source: Symbol = sql.into();
        let parsed = syntax::parse(sql);
        parsed.read_bodies(&source);
        let Ok(StatementKind::CreateFunction(function)) = parsed.statements[0].result.as_ref().map(|s| &s.kind) else {
            panic!("{sql}")
        };
        let FunctionBody::Text(body) = &*function.body else { panic!("{sql}") };
        let ahead = body.ahead.lock().unwrap().take()?;
        let types = |_: Declared| Ok(kind.clone());
        Some(ahead.by(&Surroundings::of_function(function, &types), &types).is_some())
    }

    #[test]
    fn holds_where_the_catalog_says_what_was_guessed() {
        let function =
            |args: &str, body: &str| format!("create function f({args}) returns void language plpgsql as $$ {body} $$");
        let plain = function("", "begin perform 1; end");
        let declares = function("", "declare a mood; begin a := 'x'; end");
        let takes = function("a mood", "begin perform a; end");
        for sql in [&plain, &declares, &takes] {
            assert_eq!(holds(sql, Kind::Scalar), Some(true), "{sql}");
        }
        assert_eq!(holds(&plain, Kind::Record), Some(true));
        // A table's name is the type of its rows.
        assert_eq!(holds(&declares, Kind::Record), Some(false));
        assert_eq!(holds(&takes, Kind::Record), Some(false));
        assert_eq!(holds(&function("", "declare r t%rowtype; begin r.a := 1; end"), Kind::Record), Some(true));
        // Errors are found when it is its turn.
        assert_eq!(holds(&function("", "begin retrun; end"), Kind::Scalar), None);
        assert_eq!(holds("create function f() returns int language sql as 'select 1'", Kind::Scalar), None);
    }
}
