//! Blocks: labels, declarations, exception handlers.

use super::names::LabelKind;
use super::reader::Reader;
use super::{Block, Condition, Declaration, DeclarationKind, Declared, Handler, Kind, Part, Variable, conditions};
use crate::source::Span;
use crate::syntax::TokenKind;
use crate::syntax::ast::Symbol;
use crate::syntax::error::{Result, SyntaxError};

impl Reader<'_> {
    /// A whole body.
    pub fn body(&mut self) -> Result<Block> {
        self.scope.push(self.around.label.clone(), LabelKind::Block);
        for variable in &self.around.variables {
            self.scope.declare(variable.clone());
        }
        self.compile_options()?;
        let label = self.label()?;
        let block = self.block(label)?;
        self.eat_kind(TokenKind::Semicolon);
        if self.kind() == TokenKind::Eof { Ok(block) } else { self.fail() }
    }

    /// `#variable_conflict use_column` and its kin.
    fn compile_options(&mut self) -> Result<()> {
        while self.eat_operator("#") {
            if self.eat("option") {
                self.expect("dump")?;
            } else if self.eat("print_strict_params") {
                let value = self.any_identifier()?;
                if !matches!(&*value, "on" | "off") {
                    let message = format!("unrecognized print_strict_params option {value}");
                    return Err(SyntaxError::new(self.token().span(), message).with_sqlstate("XX000"));
                }
            } else {
                self.expect("variable_conflict")?;
                if !(self.eat("error") || self.eat("use_variable") || self.eat("use_column")) {
                    return self.fail();
                }
            }
        }
        Ok(())
    }

    /// `<<label>>`, or none.
    pub fn label(&mut self) -> Result<Option<Symbol>> {
        if !self.eat_operator("<<") {
            return Ok(None);
        }
        let label = self.any_identifier()?;
        if self.eat_operator(">>") { Ok(Some(label)) } else { self.fail() }
    }

    /// `[DECLARE …] BEGIN … [EXCEPTION …] END [label]`.
    pub fn block(&mut self, label: Option<Symbol>) -> Result<Block> {
        self.scope.push(label.clone(), LabelKind::Block);
        let block = self.block_in_scope(label)?;
        self.scope.pop();
        Ok(block)
    }

    fn block_in_scope(&mut self, label: Option<Symbol>) -> Result<Block> {
        let mut declarations = Vec::new();
        if self.eat("declare") {
            while !self.at("begin") {
                if self.at_operator("<<") {
                    let start = self.token();
                    self.label()?;
                    let message = "block label must be placed before DECLARE, not after";
                    return Err(SyntaxError::new(start.span(), message));
                }
                // DECLARE may be repeated.
                if !self.eat("declare") {
                    declarations.push(self.declaration()?);
                }
            }
        }
        self.expect("begin")?;
        let body = self.steps()?;
        let mut handlers = Vec::new();
        if self.eat("exception") {
            for name in ["sqlstate", "sqlerrm"] {
                self.scope.declare(Variable { name: name.into(), kind: Kind::Scalar, constant: true });
            }
            handlers.push(self.handler()?);
            while self.at("when") {
                handlers.push(self.handler()?);
            }
        }
        self.expect("end")?;
        self.end_label(label.as_ref())?;
        Ok(Block { label, declarations, body, handlers })
    }

    /// The label that may be repeated at the end (check_labels).
    pub fn end_label(&mut self, label: Option<&Symbol>) -> Result<()> {
        if !self.at_identifier() {
            return Ok(());
        }
        let span = self.token().span();
        let end = self.any_identifier()?;
        match label {
            None => Err(SyntaxError::new(span, format!("end label \"{end}\" specified for unlabeled block"))),
            Some(label) if *label != end => {
                let message = format!("end label \"{end}\" differs from block's label \"{label}\"");
                Err(SyntaxError::new(span, message))
            }
            Some(_) => Ok(()),
        }
    }

    fn handler(&mut self) -> Result<Handler> {
        self.expect("when")?;
        let mut conditions = vec![self.handled_condition()?];
        while self.eat("or") {
            conditions.push(self.handled_condition()?);
        }
        self.expect("then")?;
        Ok(Handler { conditions, body: self.steps()? })
    }

    fn handled_condition(&mut self) -> Result<Condition> {
        let span = self.token().span();
        let name = self.any_identifier()?;
        if &*name == "sqlstate" {
            return self.sqlstate();
        }
        if &*name != "others" {
            known_condition(&name, span)?;
        }
        Ok(Condition::Name(name.to_string()))
    }

    /// The five characters after SQLSTATE.
    pub fn sqlstate(&mut self) -> Result<Condition> {
        let Some(state) = self.code.string(self.token()) else { return self.fail() };
        if state.len() != 5 || !state.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase()) {
            return Err(self.near("invalid SQLSTATE code"));
        }
        self.place += 1;
        Ok(Condition::State(state.to_string()))
    }

    fn declaration(&mut self) -> Result<Declaration> {
        let name = self.declared_name()?;
        if self.eat("alias") {
            self.expect("for")?;
            let Some(word) = self.word() else { return self.fail() };
            let Some(of) = word.datum else {
                let message = format!("variable \"{}\" does not exist", word.parts.join("."));
                return Err(SyntaxError::new(word.span, message).with_sqlstate("42704"));
            };
            self.place = word.end;
            self.expect_kind(TokenKind::Semicolon)?;
            let kind = of.kind();
            self.scope.declare(Variable { name: name.clone(), kind, constant: false });
            return Ok(Declaration { name, kind: DeclarationKind::Alias });
        }
        if self.at_any(&["no", "scroll", "cursor"]) {
            return self.cursor_declaration(name);
        }
        let constant = self.eat("constant");
        let (ty, kind) = self.data_type()?;
        if self.eat("collate") && self.word().map(|word| self.place = word.end).is_none() {
            return self.fail();
        }
        let not_null = self.at("not").then(|| self.token().span());
        if self.eat("not") {
            self.expect("null")?;
        }
        let default = if self.eat("default") || self.eat_assign() { Some(self.expr(&[";"], ";")?) } else { None };
        if let (Some(span), None) = (not_null, default) {
            let message = format!("variable \"{name}\" must have a default value, since it's declared NOT NULL");
            return Err(SyntaxError::new(span, message).with_sqlstate("22004"));
        }
        self.expect_kind(TokenKind::Semicolon)?;
        self.scope.declare(Variable { name: name.clone(), kind, constant });
        Ok(Declaration { name, kind: DeclarationKind::Variable { ty, default } })
    }

    fn declared_name(&mut self) -> Result<Symbol> {
        let name = self.any_identifier()?;
        if self.scope.is_declared_here(&name) {
            self.place -= 1;
            return Err(self.near("duplicate declaration"));
        }
        Ok(name)
    }

    /// `name [[NO] SCROLL] CURSOR [(args)] {IS | FOR} query`, after the name.
    fn cursor_declaration(&mut self, name: Symbol) -> Result<Declaration> {
        if self.eat("no") {
            self.expect("scroll")?;
        } else {
            self.eat("scroll");
        }
        self.expect("cursor")?;
        let mut args: Vec<Symbol> = Vec::new();
        self.scope.push(Some(name.clone()), LabelKind::Other);
        if self.eat_kind(TokenKind::LParen) {
            loop {
                let arg = self.declared_name()?;
                let (_, kind) = self.data_type()?;
                self.scope.declare(Variable { name: arg.clone(), kind, constant: false });
                args.push(arg);
                if !self.eat_kind(TokenKind::Comma) {
                    break;
                }
            }
            self.expect_kind(TokenKind::RParen)?;
        }
        if !(self.eat("is") || self.eat("for")) {
            return self.fail();
        }
        self.sql()?;
        self.expect_kind(TokenKind::Semicolon)?;
        self.scope.pop();
        let kind = Kind::Cursor { bound: Some(args) };
        self.scope.declare(Variable { name: name.clone(), kind, constant: false });
        Ok(Declaration { name, kind: DeclarationKind::Cursor })
    }

    /// A variable's type, `variable%TYPE`, `table.column%TYPE` or `table%ROWTYPE` (read_datatype).
    fn data_type(&mut self) -> Result<(Part, Kind)> {
        let start = self.place;
        if let Some(word) = self.word()
            && self.code.text_of(self.code.token(word.end)) == "%"
        {
            self.place = word.end + 1;
            let of_row = self.at("rowtype");
            if of_row || self.at("type") {
                self.place += 1;
                let mut kind = match (&word.datum, of_row) {
                    (Some(datum), false) => datum_type(datum.kind()),
                    _ => self.referenced_type(start, &word, of_row)?,
                };
                if self.array_decoration()? {
                    kind = Kind::Scalar;
                }
                return Ok((Part { start, end: self.place }, kind));
            }
            self.place = start;
        }
        let mut depth = 0i32;
        loop {
            match self.kind() {
                TokenKind::Semicolon | TokenKind::ColonEquals => break,
                TokenKind::Eof if depth != 0 => return Err(self.near("mismatched parentheses")),
                TokenKind::Eof => return Err(self.near("incomplete data type declaration")),
                TokenKind::Invalid => return self.fail(),
                TokenKind::Comma | TokenKind::RParen if depth == 0 => break,
                TokenKind::LParen => depth += 1,
                TokenKind::RParen => depth -= 1,
                _ if self.at_any(&["collate", "not", "default"]) || self.at_operator("=") => break,
                _ => {}
            }
            self.place += 1;
        }
        let part = Part { start, end: self.place };
        if self.place == start {
            return Err(self.near("missing data type declaration"));
        }
        let ty = self.code.whole(part, |cursor| cursor.type_name())?;
        if ty.setof {
            let message = format!("invalid type name \"{}\"", self.code.text().get(ty.span.range()).unwrap_or(""));
            return Err(SyntaxError::new(ty.span, message));
        }
        let kind = (self.types)(Declared::Type(&ty))?;
        self.note(part, false, &kind);
        Ok((part, kind))
    }

    fn referenced_type(&mut self, start: usize, word: &super::reader::Word, of_row: bool) -> Result<Kind> {
        let part = Part { start, end: word.end };
        if of_row {
            let relation = self.code.whole(part, |cursor| cursor.qualified_name())?;
            let kind = (self.types)(Declared::RowOf(&relation))?;
            self.note(part, true, &kind);
            return Ok(kind);
        }
        if word.parts.len() == 1 {
            let message = format!("variable \"{}\" does not exist", word.shown());
            return Err(SyntaxError::new(word.span, message).with_sqlstate("42704"));
        }
        let with_percent = Part { start, end: word.end + 2 };
        let kind = (self.types)(Declared::Type(&self.code.type_name(with_percent)?))?;
        self.note(with_percent, false, &kind);
        Ok(kind)
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn note(&mut self, part: Part, of_row: bool, kind: &Kind) {
        self.asked.push(super::ahead::Asked { part, of_row, kind: kind.clone() });
    }

    #[cfg(target_arch = "wasm32")]
    fn note(&mut self, _: Part, _: bool, _: &Kind) {}

    /// `ARRAY`, `[]`, `[3]` after `%TYPE`.
    fn array_decoration(&mut self) -> Result<bool> {
        let mut is_array = self.eat("array");
        while self.eat_kind(TokenKind::LBracket) {
            is_array = true;
            self.eat_kind(TokenKind::Integer);
            if !self.eat_kind(TokenKind::RBracket) {
                return Err(self.near("syntax error, expected \"]\""));
            }
        }
        Ok(is_array)
    }
}

/// The kind of a variable declared with another's type: a cursor's query is not part of it.
fn datum_type(kind: Kind) -> Kind {
    match kind {
        Kind::Cursor { .. } => Kind::Cursor { bound: None },
        kind => kind,
    }
}

/// The condition must be one of PostgreSQL's (plpgsql_recognize_err_condition).
pub(super) fn known_condition(name: &str, span: Span) -> Result<()> {
    match conditions::sqlstate(name) {
        Some(_) => Ok(()),
        None => {
            let message = format!("unrecognized exception condition \"{name}\"");
            Err(SyntaxError::new(span, message).with_sqlstate("42704"))
        }
    }
}
