//! What may follow a constraint: DEFERRABLE, INITIALLY DEFERRED, NOT VALID, NO INHERIT, NOT ENFORCED.

use crate::source::Span;
use crate::syntax::ast::{ColumnConstraint, ColumnConstraintKind, ConstraintAttributes};
use crate::syntax::cursor::Cursor;
use crate::syntax::error::{Result, SyntaxError};
use crate::syntax::keywords::{Keyword, kw};
use crate::syntax::{TokenKind, newer};

/// Which attributes a kind of constraint takes after it.
#[derive(Clone, Copy)]
pub(super) struct Allowed {
    /// As messages name it: `CHECK`.
    pub kind: &'static str,
    pub deferrable: bool,
    pub not_valid: bool,
    pub no_inherit: bool,
    pub enforced: bool,
}

impl Allowed {
    const fn nothing(kind: &'static str) -> Self {
        Self { kind, deferrable: false, not_valid: false, no_inherit: false, enforced: false }
    }
}

/// UNIQUE, PRIMARY KEY and EXCLUDE.
pub(super) const fn index_attributes(kind: &'static str) -> Allowed {
    Allowed { deferrable: true, ..Allowed::nothing(kind) }
}

pub(super) const TRIGGER: Allowed = index_attributes("TRIGGER");
pub(super) const CHECK: Allowed =
    Allowed { not_valid: true, no_inherit: true, enforced: true, ..Allowed::nothing("CHECK") };
pub(super) const NOT_NULL: Allowed = Allowed { not_valid: true, no_inherit: true, ..Allowed::nothing("NOT NULL") };
pub(super) const FOREIGN_KEY: Allowed = Allowed { not_valid: true, enforced: true, ..index_attributes("FOREIGN KEY") };
pub(super) const DOMAIN_CHECK: Allowed = Allowed { not_valid: true, no_inherit: true, ..Allowed::nothing("CHECK") };
pub(super) const DOMAIN_NOT_NULL: Allowed = Allowed::nothing("NOT NULL");
/// ALTER CONSTRAINT; NOT VALID has a message of its own.
pub(super) const ALTERED: Allowed = Allowed { no_inherit: true, ..FOREIGN_KEY };

/// The attributes as written.
#[derive(Default)]
pub(super) struct Written {
    pub attributes: ConstraintAttributes,
    pub no_inherit: bool,
}

/// What has been said so far of one constraint's attributes, each with where.
#[derive(Default)]
pub(super) struct Said {
    deferrable: Option<bool>,
    deferred: Option<bool>,
    enforced: Option<bool>,
}

impl Cursor<'_> {
    pub(super) fn at_constraint_attribute(&self) -> bool {
        self.at_any(&[kw::DEFERRABLE, kw::INITIALLY, kw::ENFORCED])
            || self.at_all(&[kw::NOT, kw::DEFERRABLE])
            || self.at_all(&[kw::NOT, kw::ENFORCED])
    }

    /// DEFERRABLE and its kin belong to the constraint before them. What PostgreSQL's grammar takes and its analysis refuses is returned.
    pub(super) fn column_constraint_attribute(
        &mut self,
        last: Option<&mut ColumnConstraint>,
        said: &mut Said,
    ) -> Result<Option<ColumnConstraint>> {
        let start = self.peek();
        let not = self.eat(kw::NOT);
        let keyword = self.keyword();
        self.bump();
        if keyword == Some(kw::ENFORCED) {
            self.note_newer(start, &newer::ENFORCED);
        }
        let deferred = keyword == Some(kw::INITIALLY) && self.initially_deferred()?;
        let span = self.span_from(start);
        let words = self.text().get(span.range()).unwrap_or("").to_ascii_uppercase();
        if let Some(message) = misplaced(last.as_deref(), keyword, &words) {
            return Ok(Some(refused(message, span)));
        }
        let Some(constraint) = last else { return Ok(None) };
        let twice = match keyword {
            Some(kw::ENFORCED) => said.enforced.replace(!not).map(|_| "ENFORCED/NOT ENFORCED"),
            Some(kw::INITIALLY) => said.deferred.replace(deferred).map(|_| "INITIALLY IMMEDIATE/DEFERRED"),
            _ => said.deferrable.replace(!not).map(|_| "DEFERRABLE/NOT DEFERRABLE"),
        };
        if let Some(clauses) = twice {
            return Ok(Some(refused(format!("multiple {clauses} clauses not allowed"), span)));
        }
        if said.deferrable == Some(false) && said.deferred == Some(true) {
            let message = "constraint declared INITIALLY DEFERRED must be DEFERRABLE";
            return Ok(Some(refused(message.into(), span)));
        }
        constraint.attributes = said.attributes(false);
        constraint.span = constraint.span.to(span);
        Ok(None)
    }

    /// After INITIALLY.
    fn initially_deferred(&mut self) -> Result<bool> {
        if self.eat(kw::DEFERRED) {
            return Ok(true);
        }
        self.expect(kw::IMMEDIATE)?;
        Ok(false)
    }

    /// `[NOT] DEFERRABLE`, `INITIALLY …`, `NOT VALID`, `NO INHERIT`, `[NOT] ENFORCED`, in any order.
    pub(super) fn constraint_attributes(&mut self, allowed: Allowed) -> Result<Written> {
        let mut said = Said::default();
        let mut written = Written::default();
        let mut not_valid = false;
        let Allowed { kind, .. } = allowed;
        loop {
            let start = self.peek();
            let unsupported = |span: Span, what: &str| {
                let message = format!("{kind} constraints cannot be marked {what}");
                Err(SyntaxError::new(span, message).with_sqlstate("0A000"))
            };
            let (field, value) = match (self.keyword(), self.keyword_at(1)) {
                (Some(kw::NOT), Some(kw::VALID)) => {
                    self.bump();
                    self.bump();
                    not_valid = true;
                    if !allowed.not_valid {
                        return unsupported(self.span_from(start), "NOT VALID");
                    }
                    continue;
                }
                (Some(kw::NO), _) => {
                    self.bump();
                    self.expect(kw::INHERIT)?;

                    written.no_inherit = true;
                    if !allowed.no_inherit {
                        return unsupported(self.span_from(start), "NO INHERIT");
                    }
                    continue;
                }
                (Some(kw::NOT), Some(kw::DEFERRABLE)) => {
                    self.bump();
                    (&mut said.deferrable, false)
                }
                (Some(kw::NOT), Some(kw::ENFORCED)) => {
                    self.bump();
                    (&mut said.enforced, false)
                }
                (Some(kw::NOT), _) => {
                    self.bump();
                    return self.fail();
                }
                (Some(kw::DEFERRABLE), _) => (&mut said.deferrable, true),
                (Some(kw::ENFORCED), _) => (&mut said.enforced, true),
                (Some(kw::INITIALLY), Some(kw::DEFERRED)) => {
                    self.bump();
                    (&mut said.deferred, true)
                }
                (Some(kw::INITIALLY), Some(kw::IMMEDIATE)) => {
                    self.bump();
                    (&mut said.deferred, false)
                }
                (Some(kw::INITIALLY), _) => {
                    self.bump();
                    return self.fail();
                }
                _ => {
                    written.attributes = said.attributes(not_valid);
                    return Ok(written);
                }
            };
            let word = self.bump();
            if word.kind == TokenKind::Keyword(kw::ENFORCED) {
                self.note_newer(start, &newer::ENFORCED);
            }
            let conflict = field.replace(value).is_some_and(|before| before != value);
            let span = self.span_from(start);
            if said.deferrable == Some(false) && said.deferred == Some(true) {
                let message = "constraint declared INITIALLY DEFERRED must be DEFERRABLE";
                return Err(SyntaxError::new(span, message));
            }
            if conflict {
                return Err(SyntaxError::new(span, "conflicting constraint properties"));
            }
            if !allowed.deferrable && (said.deferrable == Some(true) || said.deferred == Some(true)) {
                return unsupported(span, "DEFERRABLE");
            }
            if let (false, Some(enforced)) = (allowed.enforced, said.enforced) {
                return unsupported(span, if enforced { "ENFORCED" } else { "NOT ENFORCED" });
            }
        }
    }
}

/// What is wrong when the attribute of a column's constraint stands after nothing that takes it.
fn refused(message: String, span: Span) -> ColumnConstraint {
    let kind = ColumnConstraintKind::Misplaced(message);
    ColumnConstraint { name: None, kind, attributes: ConstraintAttributes::default(), span }
}

fn misplaced(constraint: Option<&ColumnConstraint>, attribute: Option<Keyword>, words: &str) -> Option<String> {
    use ColumnConstraintKind::{Check, PrimaryKey, References, Unique};
    let takes = constraint.is_some_and(|constraint| match attribute {
        Some(kw::ENFORCED) => matches!(constraint.kind, Check { .. } | References(_)),
        _ => matches!(constraint.kind, PrimaryKey(_) | Unique { .. } | References(_)),
    });
    (!takes).then(|| format!("misplaced {words} clause"))
}

impl Said {
    fn attributes(&self, not_valid: bool) -> ConstraintAttributes {
        let initially_deferred = self.deferred == Some(true);
        ConstraintAttributes {
            deferrable: self.deferrable == Some(true) || initially_deferred,
            initially_deferred,
            not_valid,
            not_enforced: self.enforced == Some(false),
        }
    }
}
