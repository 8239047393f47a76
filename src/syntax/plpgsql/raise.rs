//! RAISE.

use super::block::known_condition;
use super::reader::Reader;
use super::{Condition, Part, Raise};
use crate::syntax::TokenKind;
use crate::syntax::error::{Result, SyntaxError};

impl Reader<'_> {
    /// After RAISE.
    pub fn raise(&mut self) -> Result<Raise> {
        let start = self.place.saturating_sub(1);
        let mut raise = Raise {
            is_error: true,
            again: self.kind() == TokenKind::Semicolon,
            format: None,
            args: Vec::new(),
            condition: None,
            errcode: None,
            message: None,
        };
        if raise.again {
            return Ok(raise);
        }
        if self.at_any(&["warning", "notice", "info", "log", "debug"]) {
            raise.is_error = false;
            self.place += 1;
        } else {
            self.eat("exception");
        }
        if self.kind() == TokenKind::Eof {
            return Err(self.near("unexpected end of function definition"));
        }
        if self.code.string(self.token()).is_some() {
            raise.format = Some(Part { start: self.place, end: self.place + 1 });
            self.place += 1;
            if !matches!(self.kind(), TokenKind::Comma | TokenKind::Semicolon) && !self.at("using") {
                return self.fail();
            }
            if self.eat_kind(TokenKind::Comma) {
                raise.args = self.exprs(&[",", ";", "using"], ", or ; or USING")?;
            }
        } else if !self.at("using") {
            raise.condition = Some(self.raised_condition()?);
            if self.kind() != TokenKind::Semicolon && !self.at("using") {
                return self.fail();
            }
        }
        if self.eat("using") {
            self.raise_options(&mut raise)?;
        }
        self.check_parameters(&raise, start)?;
        Ok(raise)
    }

    fn raised_condition(&mut self) -> Result<Condition> {
        let span = self.token().span();
        if self.eat("sqlstate") {
            return self.sqlstate();
        }
        let Some(word) = self.word() else { return self.fail() };
        if word.parts.len() > 1 || word.datum.is_some() {
            return self.fail();
        }
        let name = self.any_identifier()?;
        known_condition(&name, span)?;
        Ok(Condition::Name(name.to_string()))
    }

    /// `option = value, …` after USING.
    fn raise_options(&mut self, raise: &mut Raise) -> Result<()> {
        loop {
            if self.kind() == TokenKind::Eof {
                return Err(self.near("unexpected end of function definition"));
            }
            let option = self.code.text_of(self.token()).to_ascii_lowercase();
            if !OPTIONS.contains(&&*option) {
                return Err(self.near("unrecognized RAISE statement option"));
            }
            self.place += 1;
            if !self.eat_assign() {
                return Err(self.near("syntax error, expected \"=\""));
            }
            let value = self.expr(&[",", ";"], ", or ;")?;
            match &*option {
                "errcode" => raise.errcode = Some(value),
                "message" => raise.message = Some(value),
                _ => {}
            }
            if !self.eat_kind(TokenKind::Comma) {
                return Ok(());
            }
        }
    }

    /// Each `%` wants a parameter (check_raise_parameters).
    fn check_parameters(&self, raise: &Raise, start: usize) -> Result<()> {
        let template = raise.format.and_then(|part| self.code.string(self.code.token(part.start)));
        let Some(template) = template else { return Ok(()) };
        let wanted = template.replace("%%", "").matches('%').count();
        let how_many = match raise.args.len().cmp(&wanted) {
            std::cmp::Ordering::Greater => "many",
            std::cmp::Ordering::Less => "few",
            std::cmp::Ordering::Equal => return Ok(()),
        };
        let span = self.code.span(Part { start, end: self.place });
        Err(SyntaxError::new(span, format!("too {how_many} parameters specified for RAISE")))
    }
}

const OPTIONS: [&str; 9] =
    ["errcode", "message", "detail", "hint", "column", "constraint", "datatype", "table", "schema"];
