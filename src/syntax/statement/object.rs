//! `kind name` as COMMENT ON, SECURITY LABEL and ALTER EXTENSION … ADD write it.

use crate::syntax::ast::{Comment, ObjectKind, ObjectName, SecurityLabel, StatementKind};
use crate::syntax::cursor::Cursor;
use crate::syntax::error::Result;
use crate::syntax::keywords::{Keyword, kw};
use crate::syntax::lexer::TokenKind;
use crate::syntax::statement::common::plain;

/// The statement that names an object: not every kind may stand in each.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Context {
    Comment,
    SecurityLabel,
    ExtensionMember,
}

/// Kinds whose objects have a qualified name, with the words that name the kind.
pub(super) const QUALIFIED: [(&[Keyword], ObjectKind); 13] = [
    (&[kw::TABLE], ObjectKind::Table),
    (&[kw::SEQUENCE], ObjectKind::Sequence),
    (&[kw::VIEW], ObjectKind::View),
    (&[kw::MATERIALIZED, kw::VIEW], ObjectKind::MaterializedView),
    (&[kw::INDEX], ObjectKind::Index),
    (&[kw::FOREIGN, kw::TABLE], ObjectKind::ForeignTable),
    (&[kw::COLLATION], ObjectKind::Collation),
    (&[kw::CONVERSION], ObjectKind::Conversion),
    (&[kw::STATISTICS], ObjectKind::Statistics),
    (&[kw::TEXT, kw::SEARCH, kw::PARSER], ObjectKind::TextSearchParser),
    (&[kw::TEXT, kw::SEARCH, kw::DICTIONARY], ObjectKind::TextSearchDictionary),
    (&[kw::TEXT, kw::SEARCH, kw::TEMPLATE], ObjectKind::TextSearchTemplate),
    (&[kw::TEXT, kw::SEARCH, kw::CONFIGURATION], ObjectKind::TextSearchConfiguration),
];

/// Kinds whose objects have a plain name and that DROP takes in a list.
pub(super) const PLAIN: [(&[Keyword], ObjectKind); 9] = [
    (&[kw::ACCESS, kw::METHOD], ObjectKind::AccessMethod),
    (&[kw::EVENT, kw::TRIGGER], ObjectKind::EventTrigger),
    (&[kw::EXTENSION], ObjectKind::Extension),
    (&[kw::FOREIGN, kw::DATA, kw::WRAPPER], ObjectKind::ForeignDataWrapper),
    (&[kw::PROCEDURAL, kw::LANGUAGE], ObjectKind::Language),
    (&[kw::LANGUAGE], ObjectKind::Language),
    (&[kw::PUBLICATION], ObjectKind::Publication),
    (&[kw::SCHEMA], ObjectKind::Schema),
    (&[kw::SERVER], ObjectKind::Server),
];

/// Further kinds whose objects have a plain name.
const SHARED: [(&[Keyword], ObjectKind); 4] = [
    (&[kw::DATABASE], ObjectKind::Database),
    (&[kw::ROLE], ObjectKind::Role),
    (&[kw::SUBSCRIPTION], ObjectKind::Subscription),
    (&[kw::TABLESPACE], ObjectKind::Tablespace),
];

/// Kinds whose objects belong to a relation: `name ON relation`.
pub(super) const ON_RELATION: [(Keyword, ObjectKind); 3] =
    [(kw::POLICY, ObjectKind::Policy), (kw::RULE, ObjectKind::Rule), (kw::TRIGGER, ObjectKind::Trigger)];

impl Cursor<'_> {
    /// Takes the words of one of these kinds.
    pub(super) fn eat_kind_words(&mut self, kinds: &[(&[Keyword], ObjectKind)]) -> Option<ObjectKind> {
        let (words, kind) = kinds.iter().find(|(words, _)| self.at_all(words))?;
        self.eat_all(words);
        Some(*kind)
    }

    /// The error where no kind goes on: at the first word that is wrong.
    pub(super) fn no_such_kind<T>(&self) -> Result<T> {
        let right = |words: &[Keyword]| {
            words.iter().enumerate().take_while(|(n, word)| self.keyword_at(*n) == Some(**word)).count()
        };
        let longest = QUALIFIED.iter().chain(&PLAIN).map(|(words, _)| right(words)).max();
        Err(self.error_at(self.peek_at(longest.unwrap_or(0))))
    }

    /// `kind name`.
    pub(super) fn object(&mut self, context: Context) -> Result<(ObjectKind, ObjectName)> {
        if let Some(kind) = self.eat_kind_words(&QUALIFIED) {
            return Ok((kind, ObjectName::Name(self.qualified_name()?)));
        }
        for kinds in [&PLAIN[..], &SHARED[..]] {
            if let Some(kind) = self.eat_kind_words(kinds) {
                return Ok((kind, ObjectName::Name(plain(self.name()?))));
            }
        }
        let Some(keyword) = self.keyword() else { return self.fail() };
        if context == Context::Comment
            && let Some((_, kind)) = ON_RELATION.iter().find(|(word, _)| *word == keyword)
        {
            self.bump();
            return Ok((*kind, self.object_on_relation()?));
        }
        let before = self.position();
        self.bump();
        match (keyword, context) {
            (kw::TYPE, _) => Ok((ObjectKind::Type, ObjectName::Type(self.type_name()?))),
            (kw::DOMAIN, _) => Ok((ObjectKind::Domain, ObjectName::Type(self.type_name()?))),
            (kw::AGGREGATE, _) => Ok((ObjectKind::Aggregate, self.aggregate_object()?)),
            (kw::FUNCTION, _) => Ok((ObjectKind::Function, self.routine_object()?)),
            (kw::PROCEDURE, _) => Ok((ObjectKind::Procedure, self.routine_object()?)),
            (kw::ROUTINE, _) => Ok((ObjectKind::Routine, self.routine_object()?)),
            (kw::COLUMN, Context::Comment | Context::SecurityLabel) => Ok((ObjectKind::Column, self.column_object()?)),
            (kw::LARGE, Context::Comment | Context::SecurityLabel) => {
                self.expect(kw::OBJECT)?;
                Ok((ObjectKind::LargeObject, self.large_object()?))
            }
            (kw::CONSTRAINT, Context::Comment) => self.constraint_object(),
            (kw::OPERATOR, Context::Comment | Context::ExtensionMember) => self.operator_kind(),
            (kw::CAST, Context::Comment | Context::ExtensionMember) => Ok((ObjectKind::Cast, self.cast_object()?)),
            (kw::TRANSFORM, Context::Comment | Context::ExtensionMember) => {
                Ok((ObjectKind::Transform, self.transform_object()?))
            }
            _ => {
                self.set_position(before);
                self.no_such_kind()
            }
        }
    }

    /// After OPERATOR: `CLASS …`, `FAMILY …`, or an operator with its arguments.
    pub(super) fn operator_kind(&mut self) -> Result<(ObjectKind, ObjectName)> {
        let family = self.at(kw::FAMILY);
        if (family || self.at(kw::CLASS)) && self.peek_at(1).kind != TokenKind::Dot {
            self.bump();
            let kind = if family { ObjectKind::OperatorFamily } else { ObjectKind::OperatorClass };
            return Ok((kind, self.operator_class_object()?));
        }
        Ok((ObjectKind::Operator, self.operator_object()?))
    }

    /// `name ON relation`.
    pub(super) fn object_on_relation(&mut self) -> Result<ObjectName> {
        let name = self.name()?;
        self.expect(kw::ON)?;
        Ok(ObjectName::OnRelation { name, relation: self.qualified_name()? })
    }

    /// `name ON [DOMAIN] relation`; DOMAIN alone may be the relation's name.
    fn constraint_object(&mut self) -> Result<(ObjectKind, ObjectName)> {
        let name = self.name()?;
        self.expect(kw::ON)?;
        if self.at(kw::DOMAIN) && self.is_name(1) {
            self.bump();
            let domain = self.qualified_name()?;
            return Ok((ObjectKind::DomainConstraint, ObjectName::OnDomain { name, domain }));
        }
        Ok((ObjectKind::Constraint, ObjectName::OnRelation { name, relation: self.qualified_name()? }))
    }

    pub(super) fn large_object(&mut self) -> Result<ObjectName> {
        let number = self.number()?;
        Ok(ObjectName::LargeObject { oid: number.text, span: number.span })
    }

    /// COMMENT ON.
    pub(super) fn comment(&mut self) -> Result<StatementKind> {
        self.expect_all(&[kw::COMMENT, kw::ON])?;
        let (kind, object) = self.object(Context::Comment)?;
        self.expect(kw::IS)?;
        let text = if self.eat(kw::NULL) { None } else { Some(self.string()?) };
        Ok(StatementKind::Comment(Box::new(Comment { kind, object, text })))
    }

    /// SECURITY LABEL.
    pub(super) fn security_label(&mut self) -> Result<StatementKind> {
        self.expect_all(&[kw::SECURITY, kw::LABEL])?;
        if self.eat(kw::FOR) {
            self.word_or_string()?;
        }
        self.expect(kw::ON)?;
        let (kind, object) = self.object(Context::SecurityLabel)?;
        self.expect(kw::IS)?;
        if !self.eat(kw::NULL) {
            self.string()?;
        }
        Ok(StatementKind::SecurityLabel(Box::new(SecurityLabel { kind, object })))
    }
}
