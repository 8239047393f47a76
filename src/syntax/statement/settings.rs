//! SET, RESET, SHOW, DISCARD and the SET clauses of functions, roles and databases.

use crate::source::Span;
use crate::syntax::ast::{
    Name, Reset, SetConstraints, SetStatement, SettingChange, SettingValue, StatementKind, Transaction,
};
use crate::syntax::cursor::Cursor;
use crate::syntax::error::{Result, SyntaxError};
use crate::syntax::keywords::kw;
use crate::syntax::lexer::TokenKind;

/// What follows SET.
enum SetRest {
    Characteristics,
    Change(SettingChange),
}

impl Cursor<'_> {
    pub(super) fn set_statement(&mut self) -> Result<StatementKind> {
        self.bump();
        if self.at(kw::CONSTRAINTS) && !self.at_generic_setting() {
            return self.set_constraints();
        }
        let mut local = false;
        if !self.at_generic_setting() {
            local = self.eat(kw::LOCAL);
            if !local
                && self.at(kw::SESSION)
                && !matches!(self.keyword_at(1), Some(kw::AUTHORIZATION | kw::CHARACTERISTICS))
            {
                self.bump();
            }
        }
        match self.set_rest()? {
            SetRest::Characteristics => Ok(StatementKind::Transaction(Transaction::Characteristics)),
            SetRest::Change(SettingChange { name, value }) => {
                Ok(StatementKind::Set(Box::new(SetStatement { local, name, value })))
            }
        }
    }

    fn set_rest(&mut self) -> Result<SetRest> {
        if !self.at_generic_setting() {
            if self.at(kw::TRANSACTION) {
                self.bump();
                if self.eat(kw::SNAPSHOT) {
                    self.string()?;
                } else {
                    self.some_transaction_modes()?;
                }
                return Ok(SetRest::Characteristics);
            }
            if self.at_all(&[kw::SESSION, kw::CHARACTERISTICS]) {
                self.expect_all(&[kw::SESSION, kw::CHARACTERISTICS, kw::AS, kw::TRANSACTION])?;
                self.some_transaction_modes()?;
                return Ok(SetRest::Characteristics);
            }
        }
        self.setting_change().map(SetRest::Change)
    }

    fn some_transaction_modes(&mut self) -> Result<()> {
        if self.transaction_modes()? == 0 { self.fail() } else { Ok(()) }
    }

    /// The word here is a parameter's name whatever else it means: `=`, TO, FROM or a dot follows.
    fn at_generic_setting(&self) -> bool {
        let next = self.peek_at(1);
        matches!(next.kind, TokenKind::Dot | TokenKind::Keyword(kw::TO | kw::FROM))
            || (next.kind == TokenKind::Operator && self.text_of(next) == "=")
    }

    /// What may follow SET as a clause (set_rest_more).
    pub(super) fn setting_change(&mut self) -> Result<SettingChange> {
        let start = self.peek();
        if !self.at_generic_setting()
            && let Some(change) = self.special_setting(start.span())?
        {
            return Ok(change);
        }
        let name = self.setting_name()?;
        if self.eat(kw::FROM) {
            self.expect(kw::CURRENT)?;
            return Ok(SettingChange { name, value: SettingValue::FromCurrent });
        }
        let value = self.generic_value()?;
        Ok(SettingChange { name, value })
    }

    /// After a parameter's name: `{TO | =} {value, … | DEFAULT}`.
    fn generic_value(&mut self) -> Result<SettingValue> {
        if !self.eat_operator("=") {
            self.expect(kw::TO)?;
        }
        if self.eat(kw::DEFAULT) {
            return Ok(SettingValue::Default);
        }
        let values =
            self.comma_list(
                |cursor| {
                    if cursor.at_number_or_sign() { cursor.number() } else { cursor.boolean_or_string() }
                },
            )?;
        Ok(SettingValue::Values(values))
    }

    /// `name [. name]…` of a parameter, as one name.
    pub(super) fn setting_name(&mut self) -> Result<Name> {
        let first = self.name()?;
        if !self.at_kind(TokenKind::Dot) {
            return Ok(Name::new(first.to_ascii_lowercase(), first.span));
        }
        let mut text = first.to_string();
        let mut span = first.span;
        while self.eat_kind(TokenKind::Dot) {
            let part = self.name()?;
            text = format!("{text}.{part}");
            span = span.to(part.span);
        }
        Ok(Name::new(text.to_ascii_lowercase(), span))
    }

    /// TIME ZONE, SCHEMA, NAMES, ROLE and the other forms with words of their own.
    fn special_setting(&mut self, at: Span) -> Result<Option<SettingChange>> {
        let change = |name: &str, value| Ok(Some(SettingChange { name: Name::new(name, at), value }));
        let one = |value: Name| SettingValue::Values(vec![value]);
        match (self.keyword(), self.keyword_at(1)) {
            (Some(kw::TIME), _) => {
                self.bump();
                let zone = self.expect(kw::ZONE)?;
                let value = self.zone_value()?;
                Ok(Some(SettingChange { name: Name::new("timezone", at.to(zone)), value }))
            }
            (Some(kw::CATALOG), _) => {
                self.bump();
                self.string()?;
                Err(SyntaxError::new(at, "current database cannot be changed").with_sqlstate("0A000"))
            }
            (Some(kw::SCHEMA), _) => {
                self.bump();
                let schema = self.string()?;
                change("search_path", one(Name::new(schema.text, schema.span)))
            }
            (Some(kw::NAMES), _) => {
                self.bump();
                if self.at_string() {
                    let encoding = self.string()?;
                    return change("client_encoding", one(Name::new(encoding.text, encoding.span)));
                }
                self.eat(kw::DEFAULT);
                change("client_encoding", SettingValue::Default)
            }
            (Some(kw::ROLE), _) => {
                self.bump();
                let role = self.word_or_string()?;
                change("role", one(role))
            }
            (Some(kw::SESSION), Some(kw::AUTHORIZATION)) => {
                self.bump();
                self.bump();
                if self.eat(kw::DEFAULT) {
                    return change("session_authorization", SettingValue::Default);
                }
                let role = self.word_or_string()?;
                change("session_authorization", one(role))
            }
            (Some(kw::XML), _) => {
                self.bump();
                self.expect(kw::OPTION)?;
                let Some(keyword @ (kw::DOCUMENT | kw::CONTENT)) = self.keyword() else { return self.fail() };
                let span = self.bump().span();
                change("xmloption", one(Name::new(keyword.text(), span)))
            }
            (Some(kw::TRANSACTION), Some(kw::SNAPSHOT)) => {
                self.bump();
                self.bump();
                let snapshot = self.string()?;
                change("transaction_snapshot", one(Name::new(snapshot.text, snapshot.span)))
            }
            _ => Ok(None),
        }
    }

    fn zone_value(&mut self) -> Result<SettingValue> {
        let start = self.peek();
        let word = |name: Name| Ok(SettingValue::Values(vec![name]));
        match start.kind {
            TokenKind::Keyword(kw::DEFAULT | kw::LOCAL) => {
                self.bump();
                Ok(SettingValue::Default)
            }
            TokenKind::Ident | TokenKind::QuotedIdent | TokenKind::UnicodeIdent => word(self.name()?),
            TokenKind::Keyword(kw::INTERVAL) => {
                self.bump();
                if self.at_kind(TokenKind::LParen) {
                    self.interval_fields(start)?;
                    self.string()?;
                } else {
                    self.string()?;
                    self.zone_interval_fields()?;
                }
                let span = self.span_from(start);
                word(Name::new(self.text().get(span.range()).unwrap_or(""), span))
            }
            _ if self.at_string() => {
                let zone = self.string()?;
                word(Name::new(zone.text, zone.span))
            }
            _ => word(self.number()?),
        }
    }

    /// The fields of a time zone's interval: HOUR, or HOUR TO MINUTE, or none.
    fn zone_interval_fields(&mut self) -> Result<()> {
        let start = self.peek();
        let hour = self.at(kw::HOUR);
        let fields = self.interval_fields(start)?;
        let span = self.span_from(start);
        let to_second = self.text().get(span.range()).is_some_and(|text| text.to_ascii_lowercase().contains("second"));
        if !fields.is_empty() && (!hour || to_second) {
            return Err(SyntaxError::new(span, "time zone interval must be HOUR or HOUR TO MINUTE"));
        }
        Ok(())
    }

    fn set_constraints(&mut self) -> Result<StatementKind> {
        self.bump();
        let names = if self.eat(kw::ALL) { Vec::new() } else { self.qualified_name_list()? };
        let deferred = self.eat(kw::DEFERRED);
        if !deferred {
            self.expect(kw::IMMEDIATE)?;
        }
        Ok(StatementKind::SetConstraints(Box::new(SetConstraints { names, deferred })))
    }

    pub(super) fn reset(&mut self) -> Result<StatementKind> {
        self.bump();
        let name = self.reset_target()?;
        Ok(StatementKind::Reset(Box::new(Reset { name, discard: false })))
    }

    /// After RESET: `None` for ALL.
    pub(super) fn reset_target(&mut self) -> Result<Option<Name>> {
        if self.eat(kw::ALL) { Ok(None) } else { self.shown_setting().map(Some) }
    }

    /// A parameter's name, or the words that stand for one.
    fn shown_setting(&mut self) -> Result<Name> {
        let start = self.peek();
        if self.eat_all(&[kw::TIME, kw::ZONE]) {
            return Ok(Name::new("timezone", self.span_from(start)));
        }
        if self.eat_all(&[kw::TRANSACTION, kw::ISOLATION]) {
            self.expect(kw::LEVEL)?;
            return Ok(Name::new("transaction_isolation", self.span_from(start)));
        }
        if self.eat_all(&[kw::SESSION, kw::AUTHORIZATION]) {
            return Ok(Name::new("session_authorization", self.span_from(start)));
        }
        self.setting_name()
    }

    pub(super) fn show(&mut self) -> Result<StatementKind> {
        self.bump();
        if let Some(span) = self.eat_span(kw::ALL) {
            return Ok(StatementKind::Show(Name::new("all", span)));
        }
        self.shown_setting().map(StatementKind::Show)
    }

    pub(super) fn discard(&mut self) -> Result<StatementKind> {
        self.bump();
        if !self.at_any(&[kw::ALL, kw::TEMP, kw::TEMPORARY, kw::PLANS, kw::SEQUENCES]) {
            return self.fail();
        }
        self.bump();
        Ok(StatementKind::Reset(Box::new(Reset { name: None, discard: true })))
    }

    /// `SET …` or `RESET …` of ALTER ROLE and ALTER DATABASE; `None` for RESET ALL.
    pub(super) fn set_or_reset_clause(&mut self) -> Result<Option<SettingChange>> {
        if self.eat(kw::RESET) {
            let name = self.reset_target()?;
            return Ok(name.map(|name| SettingChange { name, value: SettingValue::Default }));
        }
        let set = self.expect(kw::SET)?;
        match self.set_rest()? {
            SetRest::Change(change) => Ok(Some(change)),
            // A transaction's modes parse here, and mean the parameters that they set.
            SetRest::Characteristics => {
                let name = Name::new("transaction", set);
                Ok(Some(SettingChange { name, value: SettingValue::Default }))
            }
        }
    }

    /// `SET name {TO | =} …` or `RESET {name | ALL}` of ALTER SYSTEM.
    pub(super) fn alter_system(&mut self) -> Result<StatementKind> {
        if self.eat(kw::RESET) {
            if !self.eat(kw::ALL) {
                self.setting_name()?;
            }
        } else {
            self.expect(kw::SET)?;
            self.setting_name()?;
            self.generic_value()?;
        }
        Ok(super::common::other("ALTER SYSTEM", None))
    }
}
