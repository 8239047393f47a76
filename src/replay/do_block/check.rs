//! What PL/pgSQL refuses before anything runs: SQL that does not parse, unknown variables, RAISE with the wrong number of parameters.

use super::parse::{Block, Code, Handler, LoopHead, Part, Raise, Step, StepKind, Target};
use crate::catalog::Catalog;
use crate::replay::error::state;
use crate::replay::expr::quiet;
use crate::replay::{Replayed, SqlError, Stop};
use crate::source::Span;
use crate::syntax::ast::{StringLiteral, Symbol};
use crate::syntax::{Category, SyntaxError, TokenKind};

/// Checks a body. `names`: the variables that stand around it.
pub(super) fn block(cat: &Catalog, code: &Code, block: &Block, names: &[&str]) -> Replayed<()> {
    let mut check = Check { cat, code, names: names.iter().map(|name| Symbol::from(*name)).collect() };
    check.block(block)
}

/// A body that was not read: refused when a token of it is none, else unknown.
pub(super) fn unread(code: &Code, body: &StringLiteral) -> Stop {
    match code.invalid_token() {
        Some(error) => super::placed(refused(error), body),
        None => Stop::unknown("the PL/pgSQL was not read"),
    }
}

fn refused(error: SyntaxError) -> Stop {
    SqlError::new(error.sqlstate, error.span, error.message).into()
}

struct Check<'c> {
    cat: &'c Catalog,
    code: &'c Code,
    names: Vec<Symbol>,
}

impl Check<'_> {
    fn block(&mut self, block: &Block) -> Replayed<()> {
        let outer = self.names.len();
        self.names.extend(block.label.clone());
        for declaration in &block.declarations {
            self.declared_type(declaration.ty)?;
            self.optional(declaration.default)?;
            self.names.push(declaration.name.clone());
        }
        self.steps(&block.body)?;
        for Handler { body, .. } in &block.handlers {
            self.names.extend(["sqlstate", "sqlerrm"].map(Symbol::from));
            self.steps(body)?;
        }
        self.names.truncate(outer);
        Ok(())
    }

    fn steps(&mut self, steps: &[Step]) -> Replayed<()> {
        steps.iter().try_for_each(|step| self.step(step))
    }

    fn step(&mut self, step: &Step) -> Replayed<()> {
        let span = self.code.span(step.part);
        match &step.kind {
            StepKind::Block(block) => self.block(block),
            StepKind::Assign { target, value } => {
                self.target(target, span)?;
                self.assignable(step.part)?;
                self.expr(*value)
            }
            StepKind::If { branches, otherwise } => {
                for (condition, body) in branches {
                    self.expr(*condition)?;
                    self.steps(body)?;
                }
                self.steps(otherwise)
            }
            StepKind::Case { operand, branches, otherwise } => {
                self.optional(*operand)?;
                for (values, body) in branches {
                    values.iter().try_for_each(|value| self.expr(*value))?;
                    self.steps(body)?;
                }
                otherwise.iter().try_for_each(|body| self.steps(body))
            }
            StepKind::Loop(run) => {
                let outer = self.names.len();
                self.names.extend(run.label.clone());
                self.head(&run.head, span)?;
                self.steps(&run.body)?;
                self.names.truncate(outer);
                Ok(())
            }
            StepKind::Leave { when, .. } => self.optional(*when),
            StepKind::Return(value) | StepKind::ReturnNext(value) => self.optional(*value),
            StepKind::ReturnQuery(query) => self.query(*query),
            StepKind::Raise(raise) => self.raise(raise, span),
            StepKind::Execute { query, into, using } => {
                self.expr(*query)?;
                into.iter().try_for_each(|target| self.target(target, span))?;
                using.iter().try_for_each(|value| self.expr(*value))
            }
            StepKind::Perform(part) => self.code.as_query(*part).map(|_| ()).map_err(refused),
            StepKind::Diagnostics(targets) => targets.iter().try_for_each(|target| self.target(target, span)),
            StepKind::Sql { pieces, into } => {
                into.iter().try_for_each(|target| self.target(target, span))?;
                self.code.statement(pieces).map(|_| ()).map_err(refused)
            }
            StepKind::Null | StepKind::Unsupported(_) => Ok(()),
        }
    }

    fn head(&mut self, head: &LoopHead, span: Span) -> Replayed<()> {
        let rows_message = "loop variable of loop over rows must be a record variable or list of scalar variables";
        match head {
            LoopHead::Forever => Ok(()),
            LoopHead::While(condition) => self.expr(*condition),
            LoopHead::Integer { variable, from, to, by, .. } => {
                self.expr(*from)?;
                self.expr(*to)?;
                self.optional(*by)?;
                self.names.push(variable.clone());
                Ok(())
            }
            LoopHead::Query { targets, query } => {
                if targets.iter().any(|target| !self.knows(target)) {
                    return Err(SqlError::new(state::SYNTAX_ERROR, span, rows_message).into());
                }
                // A cursor variable's name is no query.
                if self.code.tokens(*query).len() > 1 { self.query(*query) } else { Ok(()) }
            }
            LoopHead::Execute { targets, query, using } => {
                if targets.iter().any(|target| !self.knows(target)) {
                    return Err(SqlError::new(state::SYNTAX_ERROR, span, rows_message).into());
                }
                self.expr(*query)?;
                using.iter().try_for_each(|value| self.expr(*value))
            }
            LoopHead::Each { variable, array } => {
                if !self.names.contains(variable) {
                    let message = "loop variable of FOREACH must be a known variable or list of variables";
                    return Err(SqlError::new(state::SYNTAX_ERROR, span, message).into());
                }
                self.expr(*array)
            }
        }
    }

    fn knows(&self, target: &Target) -> bool {
        self.names.contains(&target.name)
    }

    fn target(&self, target: &Target, span: Span) -> Replayed<()> {
        if self.knows(target) {
            return Ok(());
        }
        let message = format!("\"{}\" is not a known variable", target.name);
        Err(SqlError::new(state::SYNTAX_ERROR, span, message).into())
    }

    /// The SQL grammar, which reads assignments, takes no reserved word for a variable.
    fn assignable(&self, part: Part) -> Replayed<()> {
        let Some(token) = self.code.tokens(part).first() else { return Ok(()) };
        match token.kind {
            TokenKind::Keyword(keyword)
                if matches!(keyword.category(), Category::Reserved | Category::TypeOrFunction) =>
            {
                Err(refused(SyntaxError::at(&self.code.text, *token)))
            }
            _ => Ok(()),
        }
    }

    /// A variable's type, `table%ROWTYPE`, `table.column%TYPE` or `variable%TYPE` (42704, 42P01, 42703, 3F000).
    fn declared_type(&self, part: Part) -> Replayed<()> {
        let tokens = self.code.tokens(part);
        if let [.., percent, word] = tokens
            && self.code.text_of(*percent) == "%"
            && self.code.text_of(*word).eq_ignore_ascii_case("rowtype")
        {
            let name = Part { start: part.start, end: part.end - 2 };
            let Some(name) = self.code.qualified_name(name) else { return Ok(()) };
            return quiet(self.cat.resolve_relation(&name)).map(|_| ());
        }
        let Ok(ty) = self.code.type_name(part) else { return Ok(()) };
        let of_variable = tokens.iter().any(|t| self.code.text_of(*t) == "%")
            && self
                .names
                .iter()
                .any(|name| *name == ty.name.name.text || ty.name.schema.as_ref().is_some_and(|s| s.text == *name));
        if of_variable {
            return Ok(());
        }
        quiet(self.cat.resolve_type(&ty)).map(|_| ())
    }

    fn optional(&self, part: Option<Part>) -> Replayed<()> {
        part.map_or(Ok(()), |part| self.expr(part))
    }

    /// What could stand after SELECT.
    fn expr(&self, part: Part) -> Replayed<()> {
        if self.code.expr(part).is_ok() {
            return Ok(());
        }
        self.code.as_query(part).map(|_| ()).map_err(refused)
    }

    fn query(&self, part: Part) -> Replayed<()> {
        match self.code.query(part) {
            Ok(_) => Ok(()),
            // INSERT … RETURNING and its kin are queries too.
            Err(error) => self.code.statement(&[part]).map(|_| ()).map_err(|_| refused(error)),
        }
    }

    fn raise(&self, raise: &Raise, span: Span) -> Replayed<()> {
        raise.args.iter().chain(&raise.errcode).chain(&raise.message).try_for_each(|part| self.expr(*part))?;
        let Some(format) = raise.format.and_then(|part| self.code.tokens(part).first().copied()) else { return Ok(()) };
        let Some(template) = self.code.string(format) else { return Ok(()) };
        let placeholders = template.replace("%%", "").matches('%').count();
        let refuse = |message: &str| Err(SqlError::new(state::SYNTAX_ERROR, span, message).into());
        match raise.args.len() {
            given if given > placeholders => refuse("too many parameters specified for RAISE"),
            given if given < placeholders => refuse("too few parameters specified for RAISE"),
            _ => Ok(()),
        }
    }
}
