//! PL/pgSQL's own grammar (pl_gram.y): a body's tokens to statements. The SQL in it stays a range of tokens until it runs.

use crate::source::Span;
use crate::syntax::ast::{Expr, QualifiedName, Query, Statement, Symbol, TypeName};
use crate::syntax::{self, Cursor, SyntaxError, Token, TokenKind, lex_at};

/// The text that a body was read from, and its tokens: ranges point into them.
pub(super) struct Code {
    pub text: String,
    tokens: Vec<Token>,
}

/// A range of tokens: an expression, a query, a statement.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part {
    pub start: usize,
    pub end: usize,
}

#[derive(Debug)]
pub(super) struct Block {
    pub label: Option<Symbol>,
    pub declarations: Vec<Declaration>,
    pub body: Vec<Step>,
    pub handlers: Vec<Handler>,
}

#[derive(Debug)]
pub(super) struct Declaration {
    pub name: Symbol,
    pub ty: Part,
    pub default: Option<Part>,
}

/// `WHEN condition OR … THEN …`: names in lower case, SQLSTATEs as `sqlstate 'xxxxx'`'s five characters.
#[derive(Debug)]
pub(super) struct Handler {
    pub conditions: Vec<Condition>,
    pub body: Vec<Step>,
}

#[derive(Clone, Debug)]
pub(super) enum Condition {
    Name(String),
    State(String),
}

#[derive(Debug)]
pub(super) struct Step {
    pub part: Part,
    pub kind: StepKind,
}

#[derive(Debug)]
pub(super) enum StepKind {
    Block(Block),
    Assign {
        target: Target,
        value: Part,
    },
    If {
        branches: Vec<(Part, Vec<Step>)>,
        otherwise: Vec<Step>,
    },
    Case {
        operand: Option<Part>,
        branches: Vec<(Vec<Part>, Vec<Step>)>,
        otherwise: Option<Vec<Step>>,
    },
    Loop(Loop),
    Leave {
        exit: bool,
        label: Option<Symbol>,
        when: Option<Part>,
    },
    Return(Option<Part>),
    ReturnNext(Option<Part>),
    ReturnQuery(Part),
    Raise(Raise),
    Execute {
        query: Part,
        into: Vec<Target>,
        using: Vec<Part>,
    },
    Perform(Part),
    Diagnostics(Vec<Target>),
    Null,
    /// An SQL statement; for one with INTO, its tokens without that clause.
    Sql {
        pieces: Vec<Part>,
        into: Vec<Target>,
    },
    /// Cursors, COMMIT and ROLLBACK, ASSERT.
    Unsupported(&'static str),
}

#[derive(Debug)]
pub(super) struct Loop {
    pub label: Option<Symbol>,
    pub head: LoopHead,
    pub body: Vec<Step>,
}

#[derive(Debug)]
pub(super) enum LoopHead {
    Forever,
    While(Part),
    Integer { variable: Symbol, reverse: bool, from: Part, to: Part, by: Option<Part> },
    Query { targets: Vec<Target>, query: Part },
    Execute { targets: Vec<Target>, query: Part, using: Vec<Part> },
    Each { variable: Symbol, array: Part },
}

/// A variable, or a field of a record variable.
#[derive(Clone, Debug)]
pub(super) struct Target {
    pub name: Symbol,
    pub field: Option<Symbol>,
    /// `a[i] :=` sets an element.
    pub subscripted: bool,
}

#[derive(Debug)]
pub(super) struct Raise {
    /// EXCEPTION, or no level at all.
    pub is_error: bool,
    /// `RAISE;` in a handler.
    pub again: bool,
    pub format: Option<Part>,
    pub args: Vec<Part>,
    pub condition: Option<Condition>,
    pub errcode: Option<Part>,
    pub message: Option<Part>,
}

const SELECT: &str = "SELECT ";

type Parsed<T> = Result<T, ParseError>;

/// What the body says is not what this grammar knows.
#[derive(Debug)]
pub(super) struct ParseError;

impl Code {
    /// `text` with the body at `part`; its spans are offsets in `text`.
    pub fn new(text: String, part: Span) -> Self {
        let mut tokens = lex_at(&text, part).tokens;
        if tokens.last().is_none_or(|t| t.kind != TokenKind::Eof) {
            tokens.push(Token { kind: TokenKind::Eof, start: part.end, end: part.end });
        }
        Self { text, tokens }
    }

    pub fn block(&self) -> Parsed<Block> {
        let mut reader = Reader { code: self, place: 0, depth: 0 };
        let label = reader.label()?;
        let block = reader.block(label)?;
        reader.eat_kind(TokenKind::Semicolon);
        if reader.kind() == TokenKind::Eof { Ok(block) } else { Err(ParseError) }
    }

    pub fn span(&self, part: Part) -> Span {
        let tokens = self.tokens.get(part.start..part.end).unwrap_or(&[]);
        match (tokens.first(), tokens.last()) {
            (Some(first), Some(last)) => Span::new(first.start, last.end),
            _ => Span::default(),
        }
    }

    /// The tokens of some parts in a row, closed by an `Eof`.
    fn closed(&self, parts: &[Part]) -> Vec<Token> {
        let mut tokens: Vec<Token> =
            parts.iter().flat_map(|p| self.tokens.get(p.start..p.end).unwrap_or(&[])).copied().collect();
        let end = tokens.last().map_or(0, |t| t.end);
        tokens.push(Token { kind: TokenKind::Eof, start: end, end });
        tokens
    }

    fn whole<T>(&self, part: Part, read: impl FnOnce(&mut Cursor) -> syntax::Result<T>) -> Result<T, SyntaxError> {
        let tokens = self.closed(&[part]);
        let mut cursor = Cursor::new(&self.text, &tokens);
        let value = read(&mut cursor)?;
        if cursor.is_at_end() { Ok(value) } else { cursor.fail() }
    }

    pub fn expr(&self, part: Part) -> Result<Expr, SyntaxError> {
        self.whole(part, |cursor| cursor.expr())
    }

    pub fn query(&self, part: Part) -> Result<Query, SyntaxError> {
        self.whole(part, |cursor| cursor.query())
    }

    pub fn type_name(&self, part: Part) -> Result<TypeName, SyntaxError> {
        self.whole(part, |cursor| cursor.function_type())
    }

    pub fn qualified_name(&self, part: Part) -> Option<QualifiedName> {
        self.whole(part, |cursor| cursor.qualified_name()).ok()
    }

    pub fn statement(&self, pieces: &[Part]) -> Result<Statement, SyntaxError> {
        syntax::parse_statement(&self.text, &self.closed(pieces))
    }

    /// An expression as PL/pgSQL takes it: what could stand after SELECT, FROM and all.
    pub fn as_query(&self, part: Part) -> Result<Query, SyntaxError> {
        // SELECT stands right before the part's own place (over PERFORM, or what comes before), so that spans stay the file's.
        let start = (self.span(part).start as usize).saturating_sub(SELECT.len());
        let mut text = " ".repeat(start);
        text.push_str(SELECT);
        text.push_str(self.slice(part));
        let span = Span::new(start as u32, text.len() as u32);
        Code::new(text, span).query_of_all()
    }

    fn query_of_all(&self) -> Result<Query, SyntaxError> {
        self.query(Part { start: 0, end: self.tokens.len().saturating_sub(1) })
    }

    pub fn slice(&self, part: Part) -> &str {
        self.text.get(self.span(part).range()).unwrap_or("")
    }

    pub fn tokens(&self, part: Part) -> &[Token] {
        self.tokens.get(part.start..part.end).unwrap_or(&[])
    }

    pub fn all(&self) -> Part {
        Part { start: 0, end: self.tokens.len().saturating_sub(1) }
    }

    pub fn text_of(&self, token: Token) -> &str {
        self.text.get(token.start as usize..token.end as usize).unwrap_or("")
    }

    /// The first token that is none, and what PostgreSQL says of it.
    pub fn invalid_token(&self) -> Option<SyntaxError> {
        let token = self.tokens.iter().find(|t| t.kind == TokenKind::Invalid)?;
        let tokens = [*token, Token { kind: TokenKind::Eof, start: token.end, end: token.end }];
        Some(Cursor::new(&self.text, &tokens).error())
    }

    /// The decoded text of a string constant.
    pub fn string(&self, token: Token) -> Option<Symbol> {
        let tokens = [token, Token { kind: TokenKind::Eof, start: token.end, end: token.end }];
        Cursor::new(&self.text, &tokens).string().ok().map(|s| s.text)
    }

    /// The name that a token stands for.
    pub fn name(&self, token: Token) -> Option<Symbol> {
        let tokens = [token, Token { kind: TokenKind::Eof, start: token.end, end: token.end }];
        Cursor::new(&self.text, &tokens).label().ok().map(|name| name.text)
    }
}

struct Reader<'c> {
    code: &'c Code,
    place: usize,
    depth: u32,
}

impl Reader<'_> {
    fn token(&self) -> Token {
        self.token_at(self.place)
    }

    fn token_at(&self, place: usize) -> Token {
        let end = self.code.text.len() as u32;
        self.code.tokens.get(place).copied().unwrap_or(Token { kind: TokenKind::Eof, start: end, end })
    }

    fn kind(&self) -> TokenKind {
        self.token().kind
    }

    /// The word at a place, keyword of SQL or not.
    fn word_at(&self, place: usize) -> &str {
        let token = self.token_at(place);
        match token.kind {
            TokenKind::Ident | TokenKind::Keyword(_) => self.code.text_of(token),
            _ => "",
        }
    }

    fn at(&self, word: &str) -> bool {
        self.word_at(self.place).eq_ignore_ascii_case(word)
    }

    fn at_second(&self, word: &str) -> bool {
        self.word_at(self.place + 1).eq_ignore_ascii_case(word)
    }

    fn eat(&mut self, word: &str) -> bool {
        let found = self.at(word);
        self.place += usize::from(found);
        found
    }

    fn expect(&mut self, word: &str) -> Parsed<()> {
        if self.eat(word) { Ok(()) } else { Err(ParseError) }
    }

    fn eat_kind(&mut self, kind: TokenKind) -> bool {
        let found = self.kind() == kind;
        self.place += usize::from(found);
        found
    }

    fn expect_kind(&mut self, kind: TokenKind) -> Parsed<()> {
        if self.eat_kind(kind) { Ok(()) } else { Err(ParseError) }
    }

    fn at_operator(&self, operator: &str) -> bool {
        self.kind() == TokenKind::Operator && self.code.text_of(self.token()) == operator
    }

    fn name(&mut self) -> Parsed<Symbol> {
        let name = self.code.name(self.token()).ok_or(ParseError)?;
        self.place += 1;
        Ok(name)
    }

    /// `<<label>>`.
    fn label(&mut self) -> Parsed<Option<Symbol>> {
        if !self.at_operator("<<") {
            return Ok(None);
        }
        self.place += 1;
        let label = self.name()?;
        if !self.at_operator(">>") {
            return Err(ParseError);
        }
        self.place += 1;
        Ok(Some(label))
    }

    /// The part up to one of these words, or a `;`, outside of parentheses; empty parts are refused.
    fn until(&mut self, stops: &[&str]) -> Parsed<Part> {
        let start = self.place;
        let mut depth = 0u32;
        loop {
            match self.kind() {
                TokenKind::Eof => return Err(ParseError),
                TokenKind::LParen | TokenKind::LBracket => depth += 1,
                TokenKind::RParen | TokenKind::RBracket => depth = depth.checked_sub(1).ok_or(ParseError)?,
                TokenKind::Semicolon if depth == 0 => break,
                TokenKind::Comma if depth == 0 && stops.contains(&",") => break,
                TokenKind::DotDot if depth == 0 && stops.contains(&"..") => break,
                _ if depth == 0 && stops.iter().any(|stop| self.at(stop)) => break,
                _ => {}
            }
            self.place += 1;
        }
        if self.place == start { Err(ParseError) } else { Ok(Part { start, end: self.place }) }
    }

    fn block(&mut self, label: Option<Symbol>) -> Parsed<Block> {
        self.depth += 1;
        if self.depth > 50 {
            return Err(ParseError);
        }
        let mut declarations = Vec::new();
        if self.eat("declare") {
            while !self.at("begin") {
                // DECLARE may be repeated.
                if self.eat("declare") {
                    continue;
                }
                declarations.push(self.declaration()?);
            }
        }
        self.expect("begin")?;
        let body = self.steps()?;
        let mut handlers = Vec::new();
        if self.eat("exception") {
            while self.eat("when") {
                let mut conditions = vec![self.condition()?];
                while self.eat("or") {
                    conditions.push(self.condition()?);
                }
                self.expect("then")?;
                handlers.push(Handler { conditions, body: self.steps()? });
            }
        }
        self.expect("end")?;
        if let Some(label) = &label
            && self.code.name(self.token()).as_ref() == Some(label)
        {
            self.place += 1;
        }
        self.depth -= 1;
        Ok(Block { label, declarations, body, handlers })
    }

    fn condition(&mut self) -> Parsed<Condition> {
        if self.eat("sqlstate") {
            let state = self.code.string(self.token()).ok_or(ParseError)?;
            self.place += 1;
            return Ok(Condition::State(state.to_string()));
        }
        Ok(Condition::Name(self.name()?.to_string()))
    }

    fn declaration(&mut self) -> Parsed<Declaration> {
        let name = self.name()?;
        if self.at("alias") || self.at("cursor") || self.at("no") || self.at("scroll") {
            return Err(ParseError);
        }
        self.eat("constant");
        let start = self.place;
        let mut depth = 0u32;
        loop {
            match self.kind() {
                TokenKind::Eof => return Err(ParseError),
                TokenKind::LParen | TokenKind::LBracket => depth += 1,
                TokenKind::RParen | TokenKind::RBracket => depth = depth.checked_sub(1).ok_or(ParseError)?,
                TokenKind::Semicolon | TokenKind::ColonEquals if depth == 0 => break,
                _ if depth == 0
                    && (self.at("default") || self.at("not") || self.at("collate") || self.at_operator("=")) =>
                {
                    break;
                }
                _ => {}
            }
            self.place += 1;
        }
        let ty = Part { start, end: self.place };
        if self.eat("collate") {
            self.name()?;
        }
        if self.eat("not") {
            self.expect("null")?;
        }
        let has_default = self.eat("default") || self.eat_kind(TokenKind::ColonEquals) || {
            let equals = self.at_operator("=");
            self.place += usize::from(equals);
            equals
        };
        let default = if has_default { Some(self.until(&[])?) } else { None };
        self.expect_kind(TokenKind::Semicolon)?;
        Ok(Declaration { name, ty, default })
    }

    /// Statements up to the word that closes them.
    fn steps(&mut self) -> Parsed<Vec<Step>> {
        let mut steps = Vec::new();
        loop {
            let closing = ["end", "exception", "else", "elsif", "elseif", "when"];
            if closing.iter().any(|word| self.at(word)) || self.kind() == TokenKind::Eof {
                return Ok(steps);
            }
            // Stray semicolons do not occur: PL/pgSQL refuses them.
            steps.push(self.step()?);
        }
    }

    fn step(&mut self) -> Parsed<Step> {
        let start = self.place;
        let kind = self.step_kind()?;
        Ok(Step { part: Part { start, end: self.place }, kind })
    }

    fn step_kind(&mut self) -> Parsed<StepKind> {
        self.depth += 1;
        if self.depth > 50 {
            return Err(ParseError);
        }
        let label = self.label()?;
        let kind = self.labelled(label)?;
        self.depth -= 1;
        Ok(kind)
    }

    fn labelled(&mut self, label: Option<Symbol>) -> Parsed<StepKind> {
        if self.at("declare") || self.at("begin") {
            let block = self.block(label)?;
            self.expect_kind(TokenKind::Semicolon)?;
            return Ok(StepKind::Block(block));
        }
        if self.at("loop") || self.at("while") || self.at("for") || self.at("foreach") {
            return Ok(StepKind::Loop(self.loop_(label)?));
        }
        if label.is_some() {
            return Err(ParseError);
        }
        if self.is_assignment() {
            return self.assignment();
        }
        let kind = if self.eat("if") {
            return self.if_();
        } else if self.eat("case") {
            return self.case();
        } else if self.at("exit") || self.at("continue") {
            let exit = self.at("exit");
            self.place += 1;
            let label = if self.at("when") || self.kind() == TokenKind::Semicolon { None } else { Some(self.name()?) };
            let when = if self.eat("when") { Some(self.until(&[])?) } else { None };
            StepKind::Leave { exit, label, when }
        } else if self.eat("return") {
            self.return_()?
        } else if self.eat("raise") {
            StepKind::Raise(self.raise()?)
        } else if self.at("execute") {
            self.place += 1;
            let (query, into, using) = self.execute(&["into", "using"])?;
            StepKind::Execute { query, into, using }
        } else if self.eat("perform") {
            StepKind::Perform(self.until(&[])?)
        } else if self.at("get")
            && (self.at_second("diagnostics") || self.at_second("stacked") || self.at_second("current"))
        {
            self.diagnostics()?
        } else if self.at("null") && self.token_at(self.place + 1).kind == TokenKind::Semicolon {
            self.place += 1;
            StepKind::Null
        } else if let Some(word) =
            ["assert", "open", "fetch", "move", "close", "commit", "rollback"].into_iter().find(|w| self.at(w))
        {
            self.until(&[])?;
            StepKind::Unsupported(word)
        } else {
            self.sql()?
        };
        self.expect_kind(TokenKind::Semicolon)?;
        Ok(kind)
    }

    fn is_assignment(&self) -> bool {
        let mut place = self.place;
        if self.code.name(self.token_at(place)).is_none() {
            return false;
        }
        place += 1;
        let mut depth = 0u32;
        loop {
            let token = self.token_at(place);
            match token.kind {
                TokenKind::ColonEquals if depth == 0 => return true,
                TokenKind::Operator if depth == 0 => return self.code.text_of(token) == "=",
                TokenKind::Dot if depth == 0 => place += 1,
                TokenKind::LBracket => depth += 1,
                TokenKind::RBracket if depth > 0 => depth -= 1,
                TokenKind::Eof => return false,
                _ if depth > 0 => {}
                _ => return false,
            }
            place += 1;
        }
    }

    fn assignment(&mut self) -> Parsed<StepKind> {
        let target = self.target()?;
        if !self.eat_kind(TokenKind::ColonEquals) {
            self.place += 1;
        }
        let value = self.until(&[])?;
        self.expect_kind(TokenKind::Semicolon)?;
        Ok(StepKind::Assign { target, value })
    }

    fn target(&mut self) -> Parsed<Target> {
        let name = self.name()?;
        let field = if self.eat_kind(TokenKind::Dot) { Some(self.name()?) } else { None };
        let mut subscripted = false;
        while self.kind() == TokenKind::LBracket {
            subscripted = true;
            let mut depth = 0u32;
            loop {
                match self.kind() {
                    TokenKind::LBracket => depth += 1,
                    TokenKind::RBracket => depth -= 1,
                    TokenKind::Eof => return Err(ParseError),
                    _ => {}
                }
                self.place += 1;
                if depth == 0 {
                    break;
                }
            }
        }
        Ok(Target { name, field, subscripted })
    }

    fn targets(&mut self) -> Parsed<Vec<Target>> {
        let mut targets = vec![self.target()?];
        while self.eat_kind(TokenKind::Comma) {
            targets.push(self.target()?);
        }
        Ok(targets)
    }

    fn if_(&mut self) -> Parsed<StepKind> {
        let mut branches = Vec::new();
        let mut otherwise = Vec::new();
        loop {
            let condition = self.until(&["then"])?;
            self.expect("then")?;
            branches.push((condition, self.steps()?));
            if self.eat("elsif") || self.eat("elseif") {
                continue;
            }
            if self.eat("else") {
                otherwise = self.steps()?;
            }
            self.expect("end")?;
            self.expect("if")?;
            self.expect_kind(TokenKind::Semicolon)?;
            return Ok(StepKind::If { branches, otherwise });
        }
    }

    fn case(&mut self) -> Parsed<StepKind> {
        let operand = if self.at("when") { None } else { Some(self.until(&["when"])?) };
        let mut branches = Vec::new();
        while self.eat("when") {
            let mut values = vec![self.until(&["then", ","])?];
            while operand.is_some() && self.eat_kind(TokenKind::Comma) {
                values.push(self.until(&["then", ","])?);
            }
            self.expect("then")?;
            branches.push((values, self.steps()?));
        }
        let otherwise = if self.eat("else") { Some(self.steps()?) } else { None };
        self.expect("end")?;
        self.expect("case")?;
        self.expect_kind(TokenKind::Semicolon)?;
        Ok(StepKind::Case { operand, branches, otherwise })
    }

    fn loop_(&mut self, label: Option<Symbol>) -> Parsed<Loop> {
        let head = if self.eat("while") {
            LoopHead::While(self.until(&["loop"])?)
        } else if self.eat("for") {
            self.for_head()?
        } else if self.eat("foreach") {
            let variable = self.name()?;
            if self.at("slice") {
                return Err(ParseError);
            }
            self.expect("in")?;
            self.expect("array")?;
            LoopHead::Each { variable, array: self.until(&["loop"])? }
        } else {
            LoopHead::Forever
        };
        self.expect("loop")?;
        let body = self.steps()?;
        self.expect("end")?;
        self.expect("loop")?;
        if self.kind() != TokenKind::Semicolon {
            self.name()?;
        }
        self.expect_kind(TokenKind::Semicolon)?;
        Ok(Loop { label, head, body })
    }

    fn for_head(&mut self) -> Parsed<LoopHead> {
        let targets = self.targets()?;
        self.expect("in")?;
        if self.eat("execute") {
            let (query, _, using) = self.execute(&["using", "loop"])?;
            return Ok(LoopHead::Execute { targets, query, using });
        }
        let start = self.place;
        let reverse = self.eat("reverse");
        let from = self.until(&["loop", ".."])?;
        if !self.eat_kind(TokenKind::DotDot) {
            self.place = start;
            return Ok(LoopHead::Query { targets, query: self.until(&["loop"])? });
        }
        let to = self.until(&["loop", "by"])?;
        let by = if self.eat("by") { Some(self.until(&["loop"])?) } else { None };
        let variable = targets.into_iter().next().ok_or(ParseError)?.name;
        Ok(LoopHead::Integer { variable, reverse, from, to, by })
    }

    /// What follows EXECUTE; INTO and USING in either order.
    fn execute(&mut self, stops: &[&str]) -> Parsed<(Part, Vec<Target>, Vec<Part>)> {
        let query = self.until(stops)?;
        let (mut into, mut using) = (Vec::new(), Vec::new());
        loop {
            if self.eat("into") {
                self.eat("strict");
                into = self.targets()?;
            } else if self.eat("using") {
                using.push(self.until(&[",", "into", "loop"])?);
                while self.eat_kind(TokenKind::Comma) {
                    using.push(self.until(&[",", "into", "loop"])?);
                }
            } else {
                return Ok((query, into, using));
            }
        }
    }

    fn return_(&mut self) -> Parsed<StepKind> {
        if self.at("query") {
            self.place += 1;
            if self.at("execute") {
                self.until(&[])?;
                return Ok(StepKind::Unsupported("return query execute"));
            }
            return Ok(StepKind::ReturnQuery(self.until(&[])?));
        }
        let next = self.eat("next");
        let value = if self.kind() == TokenKind::Semicolon { None } else { Some(self.until(&[])?) };
        Ok(if next { StepKind::ReturnNext(value) } else { StepKind::Return(value) })
    }

    fn diagnostics(&mut self) -> Parsed<StepKind> {
        self.place += 1;
        if self.at("stacked") || self.at("current") {
            self.place += 1;
        }
        self.expect("diagnostics")?;
        let mut targets = Vec::new();
        loop {
            targets.push(self.target()?);
            if !self.eat_kind(TokenKind::ColonEquals) {
                if !self.at_operator("=") {
                    return Err(ParseError);
                }
                self.place += 1;
            }
            self.name()?;
            if !self.eat_kind(TokenKind::Comma) {
                return Ok(StepKind::Diagnostics(targets));
            }
        }
    }

    fn raise(&mut self) -> Parsed<Raise> {
        let mut raise = Raise {
            is_error: true,
            again: false,
            format: None,
            args: Vec::new(),
            condition: None,
            errcode: None,
            message: None,
        };
        if self.kind() == TokenKind::Semicolon {
            raise.again = true;
            return Ok(raise);
        }
        if ["debug", "log", "info", "notice", "warning"].iter().any(|level| self.at(level)) {
            raise.is_error = false;
            self.place += 1;
        } else {
            self.eat("exception");
        }
        if self.code.string(self.token()).is_some() {
            raise.format = Some(Part { start: self.place, end: self.place + 1 });
            self.place += 1;
            while self.eat_kind(TokenKind::Comma) {
                raise.args.push(self.until(&[",", "using"])?);
            }
        } else if self.kind() != TokenKind::Semicolon && !self.at("using") {
            raise.condition = Some(self.condition()?);
        }
        if self.eat("using") {
            loop {
                let option = self.word_at(self.place).to_ascii_lowercase();
                self.place += 1;
                if !self.eat_kind(TokenKind::ColonEquals) {
                    if !self.at_operator("=") {
                        return Err(ParseError);
                    }
                    self.place += 1;
                }
                let value = self.until(&[","])?;
                match &*option {
                    "errcode" => raise.errcode = Some(value),
                    "message" => raise.message = Some(value),
                    _ => {}
                }
                if !self.eat_kind(TokenKind::Comma) {
                    break;
                }
            }
        }
        Ok(raise)
    }

    /// An SQL statement, INTO cut out as make_execsql_stmt does.
    fn sql(&mut self) -> Parsed<StepKind> {
        let start = self.place;
        // A word that SQL does not begin with is its error to report.
        if !matches!(self.kind(), TokenKind::Keyword(_) | TokenKind::Ident | TokenKind::LParen) {
            return Err(ParseError);
        }
        let takes_into = ["select", "with", "insert", "update", "delete", "merge", "values", "table", "execute"]
            .iter()
            .any(|w| self.at(w))
            || self.kind() == TokenKind::LParen;
        let mut depth = 0u32;
        let mut cut = None;
        let mut into = Vec::new();
        loop {
            match self.kind() {
                TokenKind::Eof => return Err(ParseError),
                TokenKind::LParen | TokenKind::LBracket => depth += 1,
                TokenKind::RParen | TokenKind::RBracket => depth = depth.checked_sub(1).ok_or(ParseError)?,
                TokenKind::Semicolon if depth == 0 => break,
                _ if depth == 0
                    && takes_into
                    && cut.is_none()
                    && self.at("into")
                    && !["insert", "merge"]
                        .iter()
                        .any(|w| self.word_at(self.place.saturating_sub(1)).eq_ignore_ascii_case(w)) =>
                {
                    let from = self.place;
                    self.place += 1;
                    self.eat("strict");
                    into = self.targets()?;
                    cut = Some((from, self.place));
                    continue;
                }
                _ => {}
            }
            self.place += 1;
        }
        let pieces = match cut {
            Some((from, to)) => vec![Part { start, end: from }, Part { start: to, end: self.place }],
            None => vec![Part { start, end: self.place }],
        };
        Ok(StepKind::Sql { pieces, into })
    }
}
