//! Sequences and the sequence options of identity columns.

use crate::syntax::ast::{
    AlterSequence, CreateSequence, Persistence, QualifiedName, SequenceOption, StatementKind, Symbol,
};
use crate::syntax::cursor::Cursor;
use crate::syntax::error::{Result, SyntaxError};
use crate::syntax::keywords::kw;
use crate::syntax::lexer::TokenKind;

impl Cursor<'_> {
    /// After `CREATE [persistence] SEQUENCE`.
    pub(super) fn create_sequence(&mut self, persistence: Persistence) -> Result<StatementKind> {
        let if_not_exists = self.if_not_exists()?;
        let name = self.qualified_name()?;
        let options = self.sequence_options()?;
        Ok(StatementKind::CreateSequence(Box::new(CreateSequence { name, if_not_exists, persistence, options })))
    }

    /// The options of ALTER SEQUENCE.
    pub(super) fn alter_sequence(&mut self, name: QualifiedName, if_exists: bool) -> Result<StatementKind> {
        let options = self.sequence_options()?;
        Ok(StatementKind::AlterSequence(Box::new(AlterSequence { name, if_exists, options })))
    }

    /// `[( option… )]` of an identity column.
    pub(super) fn optional_sequence_options(&mut self) -> Result<Vec<SequenceOption>> {
        if !self.eat_kind(TokenKind::LParen) {
            return Ok(Vec::new());
        }
        let options = self.sequence_options()?;
        if options.is_empty() {
            return self.fail();
        }
        self.expect_kind(TokenKind::RParen)?;
        Ok(options)
    }

    fn sequence_options(&mut self) -> Result<Vec<SequenceOption>> {
        let mut options = Vec::new();
        while self.at_sequence_option() {
            options.push(self.sequence_option()?);
        }
        Ok(options)
    }

    pub(super) fn at_sequence_option(&self) -> bool {
        self.at_any(&[
            kw::AS,
            kw::CACHE,
            kw::CYCLE,
            kw::INCREMENT,
            kw::LOGGED,
            kw::MAXVALUE,
            kw::MINVALUE,
            kw::NO,
            kw::OWNED,
            kw::RESTART,
            kw::SEQUENCE,
            kw::START,
            kw::UNLOGGED,
        ])
    }

    pub(super) fn sequence_option(&mut self) -> Result<SequenceOption> {
        let keyword = self.keyword();
        self.bump();
        Ok(match keyword {
            Some(kw::AS) => SequenceOption::As(self.simple_type_name()?),
            Some(kw::CACHE) => SequenceOption::Cache(self.number()?.text),
            Some(kw::CYCLE) => SequenceOption::Cycle(true),
            Some(kw::LOGGED) => SequenceOption::Logged(true),
            Some(kw::UNLOGGED) => SequenceOption::Logged(false),
            Some(kw::INCREMENT) => {
                self.eat(kw::BY);
                SequenceOption::Increment(self.number()?.text)
            }
            Some(kw::MAXVALUE) => SequenceOption::MaxValue(Some(self.number()?.text)),
            Some(kw::MINVALUE) => SequenceOption::MinValue(Some(self.number()?.text)),
            Some(kw::NO) => {
                let option = match self.keyword() {
                    Some(kw::CYCLE) => SequenceOption::Cycle(false),
                    Some(kw::MAXVALUE) => SequenceOption::MaxValue(None),
                    Some(kw::MINVALUE) => SequenceOption::MinValue(None),
                    _ => return self.fail(),
                };
                self.bump();
                option
            }
            Some(kw::OWNED) => {
                self.expect(kw::BY)?;
                self.owner_column()?
            }
            Some(kw::SEQUENCE) => {
                self.expect(kw::NAME)?;
                SequenceOption::SequenceName(self.qualified_name()?)
            }
            Some(kw::START) => {
                self.eat(kw::WITH);
                SequenceOption::Start(self.number()?.text)
            }
            _ => SequenceOption::Restart(self.restart_value()?),
        })
    }

    /// After RESTART: `[[WITH] number]`.
    fn restart_value(&mut self) -> Result<Option<Symbol>> {
        if self.eat(kw::WITH) || self.at_number() {
            return Ok(Some(self.number()?.text));
        }
        Ok(None)
    }

    /// `table.column` or NONE, which is an ordinary name here.
    fn owner_column(&mut self) -> Result<SequenceOption> {
        if self.at(kw::NONE) && self.peek_at(1).kind != TokenKind::Dot {
            self.bump();
            return Ok(SequenceOption::OwnedBy(None));
        }
        let mut parts = self.dotted_name()?;
        let Some(column) = parts.pop() else { return self.fail() };
        if parts.is_empty() {
            let error = SyntaxError::new(column.span, "invalid OWNED BY option");
            self.defer(error.with_help("Specify OWNED BY table.column or OWNED BY NONE."));
            return Ok(SequenceOption::OwnedBy(None));
        }
        Ok(SequenceOption::OwnedBy(Some((self.qualified_parts(parts)?, column))))
    }

    /// `{RESTART … | SET option | SET GENERATED …}…` of ALTER COLUMN: whether GENERATED says ALWAYS, and the options.
    pub(super) fn identity_options(&mut self) -> Result<(Option<bool>, Vec<SequenceOption>)> {
        let mut always = None;
        let mut options = Vec::new();
        loop {
            if self.eat(kw::RESTART) {
                options.push(SequenceOption::Restart(self.restart_value()?));
            } else if !self.eat(kw::SET) {
                return Ok((always, options));
            } else if self.eat(kw::GENERATED) {
                always = Some(self.generated_when()?);
            } else if !self.at_sequence_option() {
                return self.fail();
            } else {
                let start = self.peek();
                let option = self.sequence_option()?;
                let name = match option {
                    SequenceOption::As(_) => "as",
                    SequenceOption::Restart(_) => "restart",
                    SequenceOption::OwnedBy(_) => "owned_by",
                    option => {
                        options.push(option);
                        continue;
                    }
                };
                let message = format!("sequence option \"{name}\" not supported here");
                return Err(SyntaxError::new(self.span_from(start), message));
            }
        }
    }
}
