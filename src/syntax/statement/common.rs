//! Parts that many statements share: IF EXISTS, roles, options in parentheses, numbers, operators.

use crate::source::Span;
use crate::syntax::ast::{
    Behavior, DefinitionItem, Name, Other, QualifiedName, RoleSpec, StatementKind, StorageParameter, Symbol, TypeName,
};
use crate::syntax::cursor::Cursor;
use crate::syntax::error::{Result, SyntaxError};
use crate::syntax::keywords::{Category, kw};
use crate::syntax::lexer::{Token, TokenKind};

/// The value of an option: its text (a string's is decoded), and the type that it is when it can be one.
pub(super) struct OptionValue {
    pub text: Name,
    pub ty: Option<TypeName>,
}

/// `name [= value]` in a definition.
pub(super) struct Definition {
    pub name: Name,
    pub value: Option<OptionValue>,
}

impl Definition {
    pub fn into_item(self) -> DefinitionItem {
        let (value, ty) = self.value.map_or((None, None), |value| (Some(value.text), value.ty));
        DefinitionItem { name: self.name, value, ty }
    }

    pub fn into_parameter(self) -> StorageParameter {
        StorageParameter { name: self.name, value: self.value.map(|value| value.text) }
    }
}

/// A statement that the replay does not follow.
pub(super) fn other(tag: &'static str, name: Option<QualifiedName>) -> StatementKind {
    StatementKind::Other(Box::new(Other { tag, name, ..Other::default() }))
}

/// A name without a schema.
pub(super) fn plain(name: Name) -> QualifiedName {
    QualifiedName { database: None, schema: None, name, only: false }
}

impl Cursor<'_> {
    /// `[IF NOT EXISTS]`; IF alone may be a name.
    pub(super) fn if_not_exists(&mut self) -> Result<bool> {
        if !self.at_all(&[kw::IF, kw::NOT]) {
            return Ok(false);
        }
        self.expect_all(&[kw::IF, kw::NOT, kw::EXISTS])?;
        Ok(true)
    }

    pub(super) fn if_exists(&mut self) -> bool {
        self.eat_all(&[kw::IF, kw::EXISTS])
    }

    /// `[CASCADE | RESTRICT]`.
    pub(super) fn behavior(&mut self) -> Behavior {
        if self.eat(kw::CASCADE) {
            return Behavior::Cascade;
        }
        self.eat(kw::RESTRICT);
        Behavior::Restrict
    }

    /// Takes a keyword and gives where it stands.
    pub(super) fn eat_span(&mut self, keyword: crate::syntax::keywords::Keyword) -> Option<Span> {
        let span = self.peek().span();
        self.eat(keyword).then_some(span)
    }

    pub fn name_list(&mut self) -> Result<Vec<Name>> {
        self.comma_list(Self::name)
    }

    /// `name . name . …`, of any length.
    pub(super) fn dotted_name(&mut self) -> Result<Vec<Name>> {
        let mut parts = vec![self.name()?];
        while self.eat_kind(TokenKind::Dot) {
            parts.push(self.label()?);
        }
        Ok(parts)
    }

    pub(in crate::syntax) fn qualified_name_list(&mut self) -> Result<Vec<QualifiedName>> {
        self.comma_list(Self::qualified_name)
    }

    /// `( name, … )`, or nothing.
    pub(super) fn optional_columns(&mut self) -> Result<Vec<Name>> {
        if self.at_kind(TokenKind::LParen) { self.paren_list(Self::name) } else { Ok(Vec::new()) }
    }

    /// `[ONLY] name [*]`: the name, and whether ONLY.
    pub(in crate::syntax) fn relation(&mut self) -> Result<(QualifiedName, bool)> {
        if self.eat(kw::ONLY) {
            let parens = self.eat_kind(TokenKind::LParen);
            let mut name = self.qualified_name()?;
            if parens {
                self.expect_kind(TokenKind::RParen)?;
            }
            name.only = true;
            return Ok((name, true));
        }
        let name = self.qualified_name()?;
        self.eat_operator("*");
        Ok((name, false))
    }

    /// A role, PUBLIC and the CURRENT_… keywords included.
    pub(super) fn role(&mut self) -> Result<RoleSpec> {
        let span = self.peek().span();
        match self.keyword() {
            Some(kw::CURRENT_USER) => {
                self.bump();
                return Ok(RoleSpec::CurrentUser(span));
            }
            Some(kw::CURRENT_ROLE) => {
                self.bump();
                return Ok(RoleSpec::CurrentRole(span));
            }
            Some(kw::SESSION_USER) => {
                self.bump();
                return Ok(RoleSpec::SessionUser(span));
            }
            _ => {}
        }
        let name = self.non_reserved_word()?;
        match &*name.text {
            "public" => Ok(RoleSpec::Public(span)),
            "none" => Err(reserved_role(span, "role name \"none\" is reserved")),
            _ => Ok(RoleSpec::Name(name)),
        }
    }

    pub(super) fn roles(&mut self) -> Result<Vec<RoleSpec>> {
        self.comma_list(Self::role)
    }

    /// The name of a role that is created or renamed.
    pub(super) fn role_id(&mut self) -> Result<Name> {
        match self.role()? {
            RoleSpec::Name(name) => Ok(name),
            RoleSpec::Public(span) => Err(reserved_role(span, "role name \"public\" is reserved")),
            RoleSpec::CurrentUser(span) => Err(reserved_role(span, "CURRENT_USER cannot be used as a role name here")),
            RoleSpec::CurrentRole(span) => Err(reserved_role(span, "CURRENT_ROLE cannot be used as a role name here")),
            RoleSpec::SessionUser(span) => Err(reserved_role(span, "SESSION_USER cannot be used as a role name here")),
        }
    }

    /// A word that is not reserved, or a string.
    pub(super) fn word_or_string(&mut self) -> Result<Name> {
        if self.at_string() {
            let string = self.string()?;
            return Ok(Name::new(string.text, string.span));
        }
        self.non_reserved_word()
    }

    /// `true`, `false`, `on`, a word or a string.
    pub(super) fn boolean_or_string(&mut self) -> Result<Name> {
        match self.keyword() {
            Some(keyword @ (kw::TRUE | kw::FALSE | kw::ON)) => Ok(Name::new(keyword.text(), self.bump().span())),
            _ => self.word_or_string(),
        }
    }

    pub(super) fn at_number(&self) -> bool {
        let number = |token: Token| matches!(token.kind, TokenKind::Integer | TokenKind::Float);
        number(self.peek()) || ((self.at_operator("+") || self.at_operator("-")) && number(self.peek_at(1)))
    }

    /// A number, or a sign, after which only a number may stand.
    pub(super) fn at_number_or_sign(&self) -> bool {
        self.at_number() || self.at_operator("+") || self.at_operator("-")
    }

    /// WITH that does not begin WITH TIME ZONE or WITH ORDINALITY.
    pub(super) fn eat_with(&mut self) -> bool {
        !self.is_half_of_a_pair(0) && self.eat(kw::WITH)
    }

    /// `[+ | -] number`, as written without a plus.
    pub(super) fn number(&mut self) -> Result<Name> {
        let start = self.peek();
        let sign = if self.eat_operator("-") {
            "-"
        } else {
            self.eat_operator("+");
            ""
        };
        if !matches!(self.peek().kind, TokenKind::Integer | TokenKind::Float) {
            return self.fail();
        }
        let digits = self.bump();
        let text = format!("{sign}{}", self.text_of(digits));
        Ok(Name::new(text, self.span_from(start)))
    }

    /// `[+ | -] integer`.
    pub(super) fn signed_integer(&mut self) -> Result<Name> {
        let signed = self.at_operator("-") || self.at_operator("+");
        let digits = self.peek_at(usize::from(signed));
        if digits.kind == TokenKind::Float {
            return Err(self.error_at(digits));
        }
        self.number()
    }

    /// A constant integer without a sign.
    pub(super) fn integer(&mut self) -> Result<Token> {
        let token = self.peek();
        self.expect_kind(TokenKind::Integer)?;
        Ok(token)
    }

    /// An operator without a schema.
    pub(super) fn bare_operator(&mut self) -> Result<Name> {
        let token = self.peek();
        let span = self.expect_kind(TokenKind::Operator)?;
        Ok(Name::new(self.text_of(token), span))
    }

    /// `[schema .] operator`.
    pub(super) fn operator_name(&mut self) -> Result<QualifiedName> {
        let mut parts = Vec::new();
        while !self.at_kind(TokenKind::Operator) {
            parts.push(self.name()?);
            self.expect_kind(TokenKind::Dot)?;
        }
        parts.push(self.bare_operator()?);
        self.qualified_parts(parts)
    }

    /// What may stand after `=` in a definition.
    pub(super) fn option_value(&mut self) -> Result<OptionValue> {
        let start = self.peek();
        let (mut text, mut ty): (Option<Symbol>, _) = (None, None);
        match start.kind {
            _ if self.at_string() => text = Some(self.string()?.text),
            _ if self.at_number() => text = Some(self.number()?.text),
            TokenKind::Operator => {
                self.bump();
            }
            TokenKind::Keyword(kw::OPERATOR) if self.peek_at(1).kind == TokenKind::LParen => {
                self.bump();
                self.bump();
                self.operator_name()?;
                self.expect_kind(TokenKind::RParen)?;
            }
            TokenKind::Keyword(keyword) if keyword.category() == Category::Reserved || keyword == kw::NONE => {
                self.bump();
            }
            TokenKind::QuotedIdent | TokenKind::UnicodeIdent => {
                let value = self.function_type()?;
                if value.name.schema.is_none() {
                    text = Some(value.name.name.text.clone());
                }
                ty = Some(value);
            }
            _ => ty = Some(self.function_type()?),
        }
        let span = self.span_from(start);
        let text = text.unwrap_or_else(|| self.text().get(span.range()).unwrap_or("").to_ascii_lowercase().into());
        Ok(OptionValue { text: Name::new(text, span), ty })
    }

    /// `( name [= value], … )`.
    pub(super) fn definition(&mut self) -> Result<Vec<Definition>> {
        self.paren_list(|cursor| {
            let name = cursor.label()?;
            let value = if cursor.eat_operator("=") { Some(cursor.option_value()?) } else { None };
            Ok(Definition { name, value })
        })
    }

    /// `[WITH ( name [= value], … )]` of a constraint or a publication.
    pub(super) fn with_definition(&mut self) -> Result<Vec<StorageParameter>> {
        if !self.eat_with() {
            return Ok(Vec::new());
        }
        Ok(self.definition()?.into_iter().map(Definition::into_parameter).collect())
    }

    /// `( [namespace .] name [= value], … )`: storage parameters.
    pub(super) fn storage_parameters(&mut self) -> Result<Vec<StorageParameter>> {
        self.paren_list(|cursor| {
            let mut name = cursor.label()?;
            if cursor.eat_kind(TokenKind::Dot) {
                let rest = cursor.label()?;
                name = Name::new(format!("{name}.{rest}"), name.span.to(rest.span));
            }
            let value = if cursor.eat_operator("=") { Some(cursor.option_value()?.text) } else { None };
            Ok(StorageParameter { name, value })
        })
    }

    /// `[WITH (storage parameters)]`.
    pub(super) fn with_storage_parameters(&mut self) -> Result<Vec<StorageParameter>> {
        if self.eat_with() { self.storage_parameters() } else { Ok(Vec::new()) }
    }

    /// `[OPTIONS ( name 'value', … )]` of a foreign object.
    pub(super) fn generic_options(&mut self) -> Result<Vec<DefinitionItem>> {
        if self.eat(kw::OPTIONS) { self.paren_list(Self::generic_option) } else { Ok(Vec::new()) }
    }

    fn generic_option(&mut self) -> Result<DefinitionItem> {
        let name = self.label()?;
        let value = self.string()?;
        Ok(DefinitionItem { name, value: Some(Name::new(value.text, value.span)), ty: None })
    }

    /// `OPTIONS ( [ADD | SET | DROP] name ['value'], … )`.
    pub(super) fn alter_generic_options(&mut self) -> Result<()> {
        self.expect(kw::OPTIONS)?;
        self.paren_list(|cursor| {
            // ADD, SET and DROP may be the names of options too.
            let verb = cursor.at_any(&[kw::ADD, kw::SET, kw::DROP]) && !cursor.string_follows();
            if verb && cursor.bump().kind == TokenKind::Keyword(kw::DROP) {
                return cursor.label().map(|_| ());
            }
            cursor.generic_option().map(|_| ())
        })?;
        Ok(())
    }

    fn string_follows(&self) -> bool {
        matches!(
            self.peek_at(1).kind,
            TokenKind::String | TokenKind::EscapeString | TokenKind::UnicodeString | TokenKind::DollarString
        )
    }

    /// `( name [value], … )` of VACUUM, EXPLAIN, REINDEX: each with where it stands.
    pub(super) fn utility_options(&mut self) -> Result<Vec<StorageParameter>> {
        self.paren_list(|cursor| {
            let name = match cursor.keyword() {
                // FORMAT JSON is a pair elsewhere only.
                Some(keyword @ (kw::ANALYZE | kw::ANALYSE | kw::FORMAT)) => {
                    Name::new(keyword.text(), cursor.bump().span())
                }
                _ => cursor.non_reserved_word()?,
            };
            let value = match cursor.peek().kind {
                TokenKind::Comma | TokenKind::RParen => None,
                _ if cursor.at_number_or_sign() => Some(cursor.number()?),
                _ => Some(cursor.boolean_or_string()?),
            };
            Ok(StorageParameter { name, value })
        })
    }

    /// `[COLLATE name]`.
    pub(super) fn collation(&mut self) -> Result<Option<QualifiedName>> {
        if self.eat(kw::COLLATE) { self.qualified_name().map(Some) } else { Ok(None) }
    }

    /// `[TABLESPACE name]`.
    pub(super) fn tablespace(&mut self) -> Result<Option<Name>> {
        if self.eat(kw::TABLESPACE) { self.name().map(Some) } else { Ok(None) }
    }

    /// `[USING method]`.
    pub(super) fn access_method(&mut self) -> Result<Option<Name>> {
        if self.eat(kw::USING) { self.name().map(Some) } else { Ok(None) }
    }
}

fn reserved_role(span: Span, message: &str) -> SyntaxError {
    SyntaxError::new(span, message).with_sqlstate("42939")
}
