//! Triggers, event triggers and rules.

use crate::syntax::ast::{
    CreateEventTrigger, CreateRule, CreateTrigger, QualifiedName, RuleEvent, Statement, StatementKind, Symbol,
    TransitionTable, TriggerEvent, TriggerTiming,
};
use crate::syntax::cursor::Cursor;
use crate::syntax::error::{Result, SyntaxError};
use crate::syntax::keywords::kw;
use crate::syntax::lexer::TokenKind;
use crate::syntax::statement::constraint_attributes::{self, Written};

impl Cursor<'_> {
    /// From `[CONSTRAINT] TRIGGER` on.
    pub(super) fn create_trigger(&mut self, or_replace: bool) -> Result<StatementKind> {
        let constraint = self.eat(kw::CONSTRAINT);
        self.expect(kw::TRIGGER)?;
        let name = self.name()?;
        let timing = self.trigger_timing(constraint)?;
        let events = self.trigger_events()?;
        self.expect(kw::ON)?;
        let table = self.qualified_name()?;
        let (mut from, mut written, mut transition_tables) = (None, Written::default(), Vec::new());
        let for_each_row = if constraint {
            if self.eat(kw::FROM) {
                from = Some(self.qualified_name()?);
            }
            written = self.constraint_attributes(constraint_attributes::TRIGGER)?;
            self.expect_all(&[kw::FOR, kw::EACH, kw::ROW])?;
            true
        } else {
            transition_tables = self.transition_tables()?;
            self.for_each_row()?
        };
        let when = if self.eat(kw::WHEN) { Some(self.paren_expr()?) } else { None };
        let (function, args) = self.trigger_function()?;
        Ok(StatementKind::CreateTrigger(Box::new(CreateTrigger {
            name,
            or_replace,
            constraint,
            timing,
            events,
            table,
            from,
            deferrable: written.attributes.deferrable,
            initially_deferred: written.attributes.initially_deferred,
            for_each_row,
            transition_tables,
            when,
            function,
            args,
        })))
    }

    fn trigger_timing(&mut self, constraint: bool) -> Result<TriggerTiming> {
        if constraint {
            self.expect(kw::AFTER)?;
            return Ok(TriggerTiming::After);
        }
        if self.eat(kw::BEFORE) {
            return Ok(TriggerTiming::Before);
        }
        if self.eat(kw::AFTER) {
            return Ok(TriggerTiming::After);
        }
        self.expect_all(&[kw::INSTEAD, kw::OF])?;
        Ok(TriggerTiming::InsteadOf)
    }

    /// `event [OR event]…`, each at most once.
    fn trigger_events(&mut self) -> Result<Vec<TriggerEvent>> {
        let mut events: Vec<TriggerEvent> = Vec::new();
        loop {
            let event = match self.keyword() {
                Some(kw::INSERT) => TriggerEvent::Insert,
                Some(kw::DELETE) => TriggerEvent::Delete,
                Some(kw::TRUNCATE) => TriggerEvent::Truncate,
                Some(kw::UPDATE) => TriggerEvent::Update(Vec::new()),
                _ => return self.fail(),
            };
            let mut last = self.bump();
            let event = match event {
                TriggerEvent::Update(_) if self.eat(kw::OF) => TriggerEvent::Update(self.name_list()?),
                event => event,
            };
            let same = |other: &TriggerEvent| std::mem::discriminant(other) == std::mem::discriminant(&event);
            if events.iter().any(same) {
                // After UPDATE PostgreSQL has read one token more before it finds out.
                if matches!(event, TriggerEvent::Update(_)) {
                    last = self.peek();
                }
                let message = "duplicate trigger events specified";
                return Err(SyntaxError::near(self.text(), last.span(), message));
            }
            events.push(event);
            if !self.eat(kw::OR) {
                return Ok(events);
            }
        }
    }

    /// `[REFERENCING {OLD | NEW} {TABLE | ROW} [AS] name …]`.
    fn transition_tables(&mut self) -> Result<Vec<TransitionTable>> {
        let mut tables = Vec::new();
        if !self.eat(kw::REFERENCING) {
            return Ok(tables);
        }
        loop {
            let new = self.eat(kw::NEW);
            if !new {
                self.expect(kw::OLD)?;
            }
            let row = !self.eat(kw::TABLE);
            if row {
                self.expect(kw::ROW)?;
            }
            self.eat(kw::AS);
            tables.push(TransitionTable { name: self.name()?, new, row });
            if !self.at_any(&[kw::NEW, kw::OLD]) {
                return Ok(tables);
            }
        }
    }

    /// `[FOR [EACH] {ROW | STATEMENT}]`.
    fn for_each_row(&mut self) -> Result<bool> {
        if !self.eat(kw::FOR) {
            return Ok(false);
        }
        self.eat(kw::EACH);
        if self.eat(kw::ROW) {
            return Ok(true);
        }
        self.expect(kw::STATEMENT)?;
        Ok(false)
    }

    /// `EXECUTE {FUNCTION | PROCEDURE} name (argument, …)`.
    fn trigger_function(&mut self) -> Result<(QualifiedName, Vec<Symbol>)> {
        self.expect(kw::EXECUTE)?;
        if !self.eat(kw::FUNCTION) {
            self.expect(kw::PROCEDURE)?;
        }
        let function = self.function_name()?;
        self.expect_kind(TokenKind::LParen)?;
        let args = if self.at_kind(TokenKind::RParen) { Vec::new() } else { self.comma_list(Self::trigger_arg)? };
        self.expect_kind(TokenKind::RParen)?;
        Ok((function, args))
    }

    fn trigger_arg(&mut self) -> Result<Symbol> {
        if self.at_string() {
            return Ok(self.string()?.text);
        }
        if matches!(self.peek().kind, TokenKind::Integer | TokenKind::Float) {
            let token = self.bump();
            return Ok(self.text_of(token).into());
        }
        Ok(self.label()?.text)
    }

    /// After `CREATE EVENT TRIGGER`.
    pub(super) fn create_event_trigger(&mut self) -> Result<StatementKind> {
        let name = self.name()?;
        self.expect(kw::ON)?;
        let event = self.label()?;
        let mut filters = Vec::new();
        if self.eat(kw::WHEN) {
            loop {
                let variable = self.name()?;
                self.expect(kw::IN)?;
                filters.push((variable, self.paren_list(Self::string)?));
                if !self.eat(kw::AND) {
                    break;
                }
            }
        }
        self.expect(kw::EXECUTE)?;
        if !self.eat(kw::FUNCTION) {
            self.expect(kw::PROCEDURE)?;
        }
        let function = self.function_name()?;
        self.expect_kind(TokenKind::LParen)?;
        self.expect_kind(TokenKind::RParen)?;
        let trigger = CreateEventTrigger { name, event, filters, function };
        Ok(StatementKind::CreateEventTrigger(Box::new(trigger)))
    }

    /// After `CREATE [OR REPLACE] RULE`.
    pub(super) fn create_rule(&mut self, or_replace: bool) -> Result<StatementKind> {
        let name = self.name()?;
        self.expect_all(&[kw::AS, kw::ON])?;
        let event = match self.keyword() {
            Some(kw::SELECT) => RuleEvent::Select,
            Some(kw::INSERT) => RuleEvent::Insert,
            Some(kw::UPDATE) => RuleEvent::Update,
            Some(kw::DELETE) => RuleEvent::Delete,
            _ => return self.fail(),
        };
        self.bump();
        self.expect(kw::TO)?;
        let table = self.qualified_name()?;
        let condition = if self.eat(kw::WHERE) { Some(self.expr()?) } else { None };
        self.expect(kw::DO)?;
        let instead = self.eat(kw::INSTEAD);
        let _ = instead || self.eat(kw::ALSO);
        let mut actions = Vec::new();
        if self.eat(kw::NOTHING) {
        } else if self.at_kind(TokenKind::LParen) && !self.at_parenthesised_query() {
            self.bump();
            while !self.eat_kind(TokenKind::RParen) {
                if self.eat_kind(TokenKind::Semicolon) {
                    continue;
                }
                actions.push(self.rule_action()?);
                if !self.at_kind(TokenKind::RParen) {
                    self.expect_kind(TokenKind::Semicolon)?;
                }
            }
        } else {
            actions.push(self.rule_action()?);
        }
        let rule = CreateRule { name, or_replace, event, table, condition, instead, actions };
        Ok(StatementKind::CreateRule(Box::new(rule)))
    }

    /// `((`, which can only open a query.
    fn at_parenthesised_query(&self) -> bool {
        self.peek_at(1).kind == TokenKind::LParen
    }

    fn rule_action(&mut self) -> Result<Statement> {
        let allowed = [kw::SELECT, kw::INSERT, kw::UPDATE, kw::DELETE, kw::NOTIFY, kw::WITH, kw::VALUES, kw::TABLE];
        if !self.at_any(&allowed) && !self.at_kind(TokenKind::LParen) {
            return self.fail();
        }
        self.statement()
    }
}
