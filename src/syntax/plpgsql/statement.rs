//! Statements.

use super::names::{Datum, LabelKind};
use super::reader::{Reader, Word, target};
use super::{Kind, Loop, LoopHead, Part, Returns, Step, StepKind, Target, Variable};
use crate::syntax::TokenKind;
use crate::syntax::ast::Symbol;
use crate::syntax::error::{Result, SyntaxError};

impl Reader<'_> {
    /// Statements up to the word that closes them.
    pub fn steps(&mut self) -> Result<Vec<Step>> {
        let mut steps = Vec::new();
        while !self.at_end_of_steps() {
            let start = self.place;
            let kind = self.nested(Self::step_kind)?;
            steps.push(Step { part: Part { start, end: self.place }, kind });
        }
        Ok(steps)
    }

    fn at_end_of_steps(&self) -> bool {
        if self.kind() == TokenKind::Eof || self.at_any(&["end", "else", "when"]) {
            return true;
        }
        // These may be variables, too.
        self.at_any(&["exception", "elsif", "elseif"]) && !self.is_assigned(self.place + 1)
    }

    /// `:=`, `=` or a subscript stands at the place.
    fn is_assigned(&self, place: usize) -> bool {
        let token = self.code.token(place);
        matches!(token.kind, TokenKind::ColonEquals | TokenKind::LBracket)
            || (token.kind == TokenKind::Operator && self.code.text_of(token) == "=")
    }

    fn step_kind(&mut self) -> Result<StepKind> {
        let label = self.label()?;
        if self.at_any(&["declare", "begin"]) {
            let block = self.block(label)?;
            self.expect_kind(TokenKind::Semicolon)?;
            return Ok(StepKind::Block(block));
        }
        if self.at_any(&["loop", "while", "for", "foreach"]) {
            return Ok(StepKind::Loop(self.loop_(label)?));
        }
        if label.is_some() {
            return self.fail();
        }
        let kind = match self.word() {
            Some(word) => self.unreserved(word)?,
            None => self.reserved()?,
        };
        self.expect_kind(TokenKind::Semicolon)?;
        Ok(kind)
    }

    /// A statement that begins with a word PL/pgSQL reserves. Its `;` is not taken.
    fn reserved(&mut self) -> Result<StepKind> {
        if self.eat("if") {
            self.if_()
        } else if self.eat("case") {
            self.case()
        } else if self.eat("execute") {
            self.execute()
        } else if self.eat("null") {
            Ok(StepKind::Null)
        } else {
            self.fail()
        }
    }

    /// An assignment, a statement that begins with an unreserved word, or SQL. Its `;` is not taken.
    fn unreserved(&mut self, word: Word) -> Result<StepKind> {
        let assigned = self.is_assigned(word.end);
        let compound = word.parts.len() > 1;
        let dotted = self.code.token(word.end).kind == TokenKind::Dot;
        if let (Some(datum), true) = (&word.datum, assigned || compound || dotted) {
            return self.assignment(&word, datum);
        }
        if !compound && self.is_plain_keyword() {
            return self.keyword_statement();
        }
        if assigned || dotted {
            return Err(self.not_a_variable(&word));
        }
        self.sql_with_into()
    }

    /// At the start of a statement a variable's name is no obstacle to a keyword.
    fn is_plain_keyword(&self) -> bool {
        matches!(self.kind(), TokenKind::Ident | TokenKind::Keyword(_))
            && super::words::is_unreserved(self.code.text_of(self.token()))
    }

    fn keyword_statement(&mut self) -> Result<StepKind> {
        let word = self.code.text_of(self.token()).to_ascii_lowercase();
        match &*word {
            "import" | "insert" | "merge" => return self.sql_with_into(),
            "call" | "do" => {
                let part = self.sql()?;
                return Ok(StepKind::Sql { pieces: vec![part], into: Vec::new() });
            }
            _ => {}
        }
        let start = self.token();
        self.place += 1;
        match &*word {
            "exit" | "continue" => self.leave(&word == "exit", start.span()),
            "return" => self.return_(start.span()),
            "raise" => self.raise().map(StepKind::Raise),
            "assert" => {
                self.expr(&[",", ";"], ", or ;")?;
                if self.eat_kind(TokenKind::Comma) {
                    self.expr(&[";"], ";")?;
                }
                Ok(StepKind::Assert)
            }
            "perform" => {
                // Alone it is a SELECT of nothing.
                let nothing = Part { start: self.place, end: self.place };
                let bare = self.kind() == TokenKind::Semicolon;
                let part = if bare { nothing } else { self.until(&[";"], ";", "statement")? };
                self.code.performed(part)?;
                Ok(StepKind::Perform(part))
            }
            "get" => self.diagnostics(start.span()),
            "open" => self.open(),
            "fetch" => self.fetch(start.span(), false),
            "move" => self.fetch(start.span(), true),
            "close" => {
                self.cursor_variable()?;
                Ok(StepKind::Cursor { command: "CLOSE", into: Vec::new() })
            }
            "commit" | "rollback" => {
                if self.eat("and") {
                    self.eat("no");
                    self.expect("chain")?;
                }
                Ok(StepKind::EndTransaction)
            }
            _ => {
                self.place -= 1;
                self.fail()
            }
        }
    }

    fn assignment(&mut self, word: &Word, datum: &Datum) -> Result<StepKind> {
        self.check_assignable(datum, word.span)?;
        let part = self.until(&[";"], ";", "statement")?;
        let value = self.code.whole(part, |cursor| {
            cursor.plpgsql_target()?;
            let start = part.start + cursor.position();
            cursor.plpgsql_expr()?;
            Ok(Part { start, end: part.end })
        })?;
        let subscripted = self
            .code
            .tokens(Part { start: part.start, end: value.start })
            .iter()
            .any(|token| token.kind == TokenKind::LBracket);
        Ok(StepKind::Assign { target: Target { subscripted, ..target(word) }, value })
    }

    fn if_(&mut self) -> Result<StepKind> {
        let mut branches = Vec::new();
        loop {
            let condition = self.expr(&["then"], "THEN")?;
            self.expect("then")?;
            branches.push((condition, self.steps()?));
            if !(self.eat("elsif") || self.eat("elseif")) {
                break;
            }
        }
        let otherwise = if self.eat("else") { self.steps()? } else { Vec::new() };
        self.expect("end")?;
        self.expect("if")?;
        Ok(StepKind::If { branches, otherwise })
    }

    fn case(&mut self) -> Result<StepKind> {
        let operand = if self.at("when") { None } else { Some(self.expr(&["when"], "WHEN")?) };
        let mut branches = Vec::new();
        while self.at("when") || branches.is_empty() {
            self.expect("when")?;
            let whole = self.expr(&["then"], "THEN")?;
            let values = if operand.is_some() { self.listed(whole) } else { vec![whole] };
            self.expect("then")?;
            branches.push((values, self.steps()?));
        }
        let otherwise = if self.eat("else") { Some(self.steps()?) } else { None };
        self.expect("end")?;
        self.expect("case")?;
        Ok(StepKind::Case { operand, branches, otherwise })
    }

    /// The parts between the commas outside of parentheses.
    fn listed(&self, whole: Part) -> Vec<Part> {
        let mut parts = Vec::new();
        let (mut start, mut depth) = (whole.start, 0i32);
        for (offset, token) in self.code.tokens(whole).iter().enumerate() {
            match token.kind {
                TokenKind::LParen | TokenKind::LBracket => depth += 1,
                TokenKind::RParen | TokenKind::RBracket => depth -= 1,
                TokenKind::Comma if depth == 0 => {
                    parts.push(Part { start, end: whole.start + offset });
                    start = whole.start + offset + 1;
                }
                _ => {}
            }
        }
        parts.push(Part { start, end: whole.end });
        parts
    }

    fn loop_(&mut self, label: Option<Symbol>) -> Result<Loop> {
        self.scope.push(label.clone(), LabelKind::Loop);
        let head = if self.eat("while") {
            LoopHead::While(self.expr(&["loop"], "LOOP")?)
        } else if self.eat("for") {
            self.for_head()?
        } else if self.eat("foreach") {
            self.foreach_head()?
        } else {
            LoopHead::Forever
        };
        self.expect("loop")?;
        let body = self.steps()?;
        self.expect("end")?;
        self.expect("loop")?;
        self.end_label(label.as_ref())?;
        self.expect_kind(TokenKind::Semicolon)?;
        self.scope.pop();
        Ok(Loop { label, head, body })
    }

    /// The variables of FOR and FOREACH: known ones, or a single new name.
    fn loop_targets(&mut self) -> Result<(Word, Vec<Target>)> {
        let Some(word) = self.word() else { return self.fail() };
        if self.is_keyword(&word) {
            return self.fail();
        }
        self.place = word.end;
        let comma = self.kind() == TokenKind::Comma;
        let Some(datum) = &word.datum else {
            // A new name stands alone.
            return if comma || word.parts.len() > 1 {
                Err(self.not_a_variable(&word))
            } else {
                Ok((word, Vec::new()))
            };
        };
        let mut targets = vec![target(&word)];
        if datum.kind() != Kind::Record && comma {
            self.check_assignable(datum, word.span)?;
            self.more_scalars(&mut targets)?;
        }
        Ok((word, targets))
    }

    /// Rows go into variables that are there (`sqlstate` as PostgreSQL has it for the form of loop).
    fn check_row_targets(&self, word: &Word, sqlstate: &'static str) -> Result<()> {
        match &word.datum {
            Some(datum) => self.check_assignable(datum, word.span),
            None => {
                let message = "loop variable of loop over rows must be a record variable or list of scalar variables";
                Err(SyntaxError::new(word.span, message).with_sqlstate(sqlstate))
            }
        }
    }

    fn for_head(&mut self) -> Result<LoopHead> {
        let (word, targets) = self.loop_targets()?;
        self.expect("in")?;
        if self.eat("execute") {
            let query = self.expr(&["loop", "using"], "LOOP or USING")?;
            self.check_row_targets(&word, "42804")?;
            let using = if self.eat("using") { self.exprs(&[",", "loop"], ", or LOOP")? } else { Vec::new() };
            return Ok(LoopHead::Execute { targets, query, using });
        }
        if let Some(cursor) = self.word()
            && let Some(Datum::Variable(Variable { kind: Kind::Cursor { bound }, name, .. })) = &cursor.datum
        {
            return self.cursor_loop(&word, &targets, &cursor, name, bound.as_deref());
        }
        let start = self.token();
        let reverse = self.eat("reverse");
        let first = self.until(&["..", "loop"], "LOOP", "expression")?;
        if self.eat_kind(TokenKind::DotDot) {
            self.code.whole(first, |cursor| cursor.plpgsql_expr())?;
            let to = self.expr(&["loop", "by"], "LOOP")?;
            let by = if self.eat("by") { Some(self.expr(&["loop"], "LOOP")?) } else { None };
            self.check_single(&word, &targets, "integer FOR loop must have only one target variable")?;
            let variable = word.parts.first().cloned().unwrap_or_else(|| "".into());
            self.scope.declare(Variable { name: variable.clone(), kind: Kind::Scalar, constant: false });
            return Ok(LoopHead::Integer { variable, reverse, from: first, to, by });
        }
        if reverse {
            return Err(SyntaxError::new(start.span(), "cannot specify REVERSE in query FOR loop"));
        }
        self.code.statement(&[first])?;
        self.check_row_targets(&word, "42601")?;
        Ok(LoopHead::Query { targets, query: first })
    }

    fn check_single(&self, word: &Word, targets: &[Target], message: &str) -> Result<()> {
        if targets.len() > 1 { Err(SyntaxError::new(word.span, message)) } else { Ok(()) }
    }

    fn cursor_loop(
        &mut self,
        word: &Word,
        targets: &[Target],
        cursor: &Word,
        name: &Symbol,
        bound: Option<&[Symbol]>,
    ) -> Result<LoopHead> {
        self.check_single(word, targets, "cursor FOR loop must have only one target variable")?;
        let Some(args) = bound else {
            return Err(SyntaxError::new(cursor.span, "cursor FOR loop must use a bound cursor variable"));
        };
        self.place = cursor.end;
        self.cursor_args(name, args)?;
        if !self.at("loop") {
            return self.fail();
        }
        let variable = word.parts.first().cloned().unwrap_or_else(|| "".into());
        self.scope.declare(Variable { name: variable.clone(), kind: Kind::Record, constant: false });
        Ok(LoopHead::Cursor { variable })
    }

    /// `FOREACH target [SLICE n] IN ARRAY expr`, after FOREACH.
    fn foreach_head(&mut self) -> Result<LoopHead> {
        let (word, targets) = self.loop_targets()?;
        let sliced = self.eat("slice");
        if sliced && !self.eat_kind(TokenKind::Integer) {
            return self.fail();
        }
        self.expect("in")?;
        self.expect("array")?;
        let array = self.expr(&["loop"], "LOOP")?;
        match &word.datum {
            Some(datum) => self.check_assignable(datum, word.span)?,
            None => {
                let message = "loop variable of FOREACH must be a known variable or list of variables";
                return Err(SyntaxError::new(word.span, message));
            }
        }
        Ok(LoopHead::Each { targets, sliced, array })
    }

    fn leave(&mut self, exit: bool, span: crate::source::Span) -> Result<StepKind> {
        let command = if exit { "EXIT" } else { "CONTINUE" };
        let label_span = self.token().span();
        let label = if self.at_identifier() { Some(self.any_identifier()?) } else { None };
        let when = if self.eat("when") { Some(self.expr(&[";"], ";")?) } else { None };
        if when.is_none() && self.kind() != TokenKind::Semicolon {
            return self.fail();
        }
        match &label {
            Some(name) => match self.scope.label(name) {
                None => {
                    let message =
                        format!("there is no label \"{name}\" attached to any block or loop enclosing this statement");
                    return Err(SyntaxError::new(label_span, message));
                }
                Some(kind) if kind != LabelKind::Loop && !exit => {
                    return Err(SyntaxError::new(
                        label_span,
                        format!("block label \"{name}\" cannot be used in CONTINUE"),
                    ));
                }
                Some(_) => {}
            },
            None if !self.scope.is_in_loop() => {
                let unless = if exit { ", unless it has a label" } else { "" };
                return Err(SyntaxError::new(span, format!("{command} cannot be used outside a loop{unless}")));
            }
            None => {}
        }
        Ok(StepKind::Leave { exit, label, when })
    }

    fn return_(&mut self, span: crate::source::Span) -> Result<StepKind> {
        let returns = self.around.returns;
        let is_set = matches!(returns, Returns::Set | Returns::SetOfOut);
        let mismatch = |span, message: &str| Err(SyntaxError::new(span, message).with_sqlstate("42804"));
        if self.kind() == TokenKind::Eof {
            return Err(self.near("unexpected end of function definition"));
        }
        if self.eat("next") {
            if !is_set {
                return mismatch(span, "cannot use RETURN NEXT in a non-SETOF function");
            }
            if returns == Returns::SetOfOut {
                return match self.kind() {
                    TokenKind::Semicolon => Ok(StepKind::ReturnNext(None)),
                    _ => mismatch(
                        self.token().span(),
                        "RETURN NEXT cannot have a parameter in function with OUT parameters",
                    ),
                };
            }
            return Ok(StepKind::ReturnNext(Some(self.expr(&[";"], ";")?)));
        }
        if self.eat("query") {
            if !is_set {
                return mismatch(span, "cannot use RETURN QUERY in a non-SETOF function");
            }
            if !self.eat("execute") {
                return Ok(StepKind::ReturnQuery(self.sql()?));
            }
            let query = self.expr(&[";", "using"], "; or USING")?;
            let using = if self.eat("using") { self.exprs(&[",", ";"], ", or ;")? } else { Vec::new() };
            return Ok(StepKind::ReturnQueryExecute { query, using });
        }
        let given = self.kind() != TokenKind::Semicolon;
        let at = self.token().span();
        match returns {
            Returns::Value => Ok(StepKind::Return(Some(self.expr(&[";"], ";")?))),
            _ if !given => Ok(StepKind::Return(None)),
            Returns::Set | Returns::SetOfOut => {
                Err(SyntaxError::new(at, "RETURN cannot have a parameter in function returning set")
                    .with_sqlstate("42804")
                    .with_help("Use RETURN NEXT or RETURN QUERY."))
            }
            Returns::Procedure => Err(SyntaxError::new(at, "RETURN cannot have a parameter in a procedure")),
            Returns::Nothing => mismatch(at, "RETURN cannot have a parameter in function returning void"),
            Returns::Out => mismatch(at, "RETURN cannot have a parameter in function with OUT parameters"),
        }
    }

    /// After EXECUTE; INTO and USING come in either order.
    fn execute(&mut self) -> Result<StepKind> {
        let query = self.expr(&["into", "using", ";"], "INTO or USING or ;")?;
        let (mut into, mut using) = (None, Vec::new());
        loop {
            if self.at("into") && into.is_none() {
                self.place += 1;
                let strict = self.eat("strict");
                into = Some(self.targets_of_into(strict)?);
            } else if self.at("using") && using.is_empty() {
                self.place += 1;
                using = self.exprs(&[",", ";", "into"], ", or ; or INTO")?;
            } else if self.kind() == TokenKind::Semicolon {
                return Ok(StepKind::Execute { query, into: into.unwrap_or_default(), using });
            } else {
                return self.fail();
            }
        }
    }

    /// After GET.
    fn diagnostics(&mut self, span: crate::source::Span) -> Result<StepKind> {
        let stacked = self.eat("stacked");
        if !stacked {
            self.eat("current");
        }
        self.expect("diagnostics")?;
        let mut targets = Vec::new();
        let mut items: Vec<String> = Vec::new();
        loop {
            let (word, datum) = self.variable()?;
            if datum.kind() == Kind::Record || self.kind() == TokenKind::LBracket {
                return Err(SyntaxError::new(word.span, format!("\"{}\" is not a scalar variable", word.shown())));
            }
            self.check_assignable(&datum, word.span)?;
            targets.push(target(&word));
            if !self.eat_assign() {
                return self.fail();
            }
            let item = self.code.text_of(self.token()).to_ascii_lowercase();
            if !(CURRENT_ITEMS.contains(&&*item) || STACKED_ITEMS.contains(&&*item) || item == "pg_context") {
                return Err(self.near("unrecognized GET DIAGNOSTICS item"));
            }
            items.push(item);
            self.place += 1;
            if !self.eat_kind(TokenKind::Comma) {
                break;
            }
        }
        if self.kind() != TokenKind::Semicolon {
            return self.fail();
        }
        let (wrong, area) = if stacked { (CURRENT_ITEMS, "STACKED") } else { (STACKED_ITEMS, "CURRENT") };
        if let Some(item) = items.iter().find(|item| wrong.contains(&&***item)) {
            let item = item.to_ascii_uppercase();
            let message = format!("diagnostics item {item} is not allowed in GET {area} DIAGNOSTICS");
            return Err(SyntaxError::new(span, message));
        }
        Ok(StepKind::Diagnostics { stacked, targets })
    }

    /// The cursor that the statement is about, with the names of its arguments when it is bound.
    fn cursor_variable(&mut self) -> Result<(Symbol, Option<Vec<Symbol>>)> {
        let (word, datum) = self.variable()?;
        let mismatch = |message: String| Err(SyntaxError::new(word.span, message).with_sqlstate("42804"));
        let Datum::Variable(variable) = datum else {
            return mismatch("cursor variable must be a simple variable".into());
        };
        match variable.kind {
            _ if self.kind() == TokenKind::LBracket => mismatch("cursor variable must be a simple variable".into()),
            Kind::Record => mismatch("cursor variable must be a simple variable".into()),
            Kind::Scalar => mismatch(format!("variable \"{}\" must be of type cursor or refcursor", variable.name)),
            Kind::Cursor { bound } => Ok((variable.name, bound)),
            Kind::Unknown => Ok((variable.name, None)),
        }
    }

    /// After OPEN.
    fn open(&mut self) -> Result<StepKind> {
        let (name, bound) = self.cursor_variable()?;
        if let Some(args) = bound {
            self.cursor_args(&name, &args)?;
            if self.kind() != TokenKind::Semicolon {
                return self.fail();
            }
        } else {
            if self.eat("no") {
                if !self.eat("scroll") {
                    return Err(self.near("syntax error, expected \"FOR\""));
                }
            } else {
                self.eat("scroll");
            }
            if !self.eat("for") {
                return Err(self.near("syntax error, expected \"FOR\""));
            }
            if self.eat("execute") {
                self.expr(&["using", ";"], "USING or ;")?;
                if self.eat("using") {
                    self.exprs(&[",", ";"], ", or ;")?;
                }
            } else {
                self.sql()?;
            }
        }
        Ok(StepKind::Cursor { command: "OPEN", into: Vec::new() })
    }

    /// A bound cursor's arguments, each perhaps by name (read_cursor_args).
    fn cursor_args(&mut self, name: &Symbol, args: &[Symbol]) -> Result<()> {
        let open = self.kind() == TokenKind::LParen;
        let refuse = |span, message: String| Err(SyntaxError::new(span, message));
        match (args.is_empty(), open) {
            (true, true) => return refuse(self.token().span(), format!("cursor \"{name}\" has no arguments")),
            (true, false) => return Ok(()),
            (false, false) => return refuse(self.token().span(), format!("cursor \"{name}\" has arguments")),
            (false, true) => self.place += 1,
        }
        let mut given = vec![false; args.len()];
        for position in 0..args.len() {
            let mut place = position;
            let start = self.token().span();
            let separator = self.code.token(self.place + 1).kind;
            if self.at_identifier() && matches!(separator, TokenKind::ColonEquals | TokenKind::EqualsGreater) {
                let arg = self.any_identifier()?;
                self.place += 1;
                match args.iter().position(|known| *known == arg) {
                    Some(found) => place = found,
                    None => {
                        return refuse(start, format!("cursor \"{name}\" has no argument named \"{arg}\""));
                    }
                }
            }
            if let Some(given) = given.get_mut(place)
                && std::mem::replace(given, true)
            {
                let arg = args.get(place).map_or("", |arg| arg);
                let message = format!("value for parameter \"{arg}\" of cursor \"{name}\" specified more than once");
                return refuse(start, message);
            }
            self.expr(&[",", ")"], ",\" or \")")?;
            let last = position + 1 == args.len();
            match (self.kind() == TokenKind::RParen, last) {
                (true, false) => {
                    return refuse(self.token().span(), format!("not enough arguments for cursor \"{name}\""));
                }
                (false, true) => {
                    return refuse(self.token().span(), format!("too many arguments for cursor \"{name}\""));
                }
                _ => self.place += 1,
            }
        }
        Ok(())
    }

    /// After FETCH or MOVE.
    fn fetch(&mut self, span: crate::source::Span, is_move: bool) -> Result<StepKind> {
        let several = self.fetch_direction()?;
        self.cursor_variable()?;
        let mut into = Vec::new();
        if !is_move {
            self.expect("into")?;
            into = self.targets_of_into(false)?;
        }
        if self.kind() != TokenKind::Semicolon {
            return self.fail();
        }
        if several && !is_move {
            let message = "FETCH statement cannot return multiple rows";
            return Err(SyntaxError::new(span, message).with_sqlstate("0A000"));
        }
        Ok(StepKind::Cursor { command: if is_move { "MOVE" } else { "FETCH" }, into })
    }

    /// Everything through FROM or IN; whether it may be about several rows.
    fn fetch_direction(&mut self) -> Result<bool> {
        let mut several = false;
        if self.eat("next") || self.eat("prior") || self.eat("first") || self.eat("last") {
            // One row.
        } else if self.eat("absolute") || self.eat("relative") {
            self.expr(&["from", "in"], "FROM or IN")?;
        } else if self.eat("all") {
            several = true;
        } else if self.eat("forward") || self.eat("backward") {
            if self.eat("all") {
                several = true;
            } else if !self.at_any(&["from", "in"]) {
                self.expr(&["from", "in"], "FROM or IN")?;
                several = true;
            }
        } else if self.at_any(&["from", "in"]) {
            // No direction.
        } else if self.word().is_some_and(|word| word.datum.is_some()) {
            return Ok(false);
        } else {
            self.expr(&["from", "in"], "FROM or IN")?;
            several = true;
        }
        if self.eat("from") || self.eat("in") { Ok(several) } else { Err(self.near("expected FROM or IN")) }
    }

    /// An SQL statement, its INTO cut out (make_execsql_stmt).
    fn sql_with_into(&mut self) -> Result<StepKind> {
        let start = self.place;
        let is_import = self.at("import");
        let makes_routine = self.makes_routine();
        let (mut cut, mut into) = (None, Vec::new());
        // Semicolons stand in the parentheses of CREATE RULE, and in the BEGIN ATOMIC … END of a routine.
        let (mut parens, mut begins) = (0u32, 0u32);
        self.place += 1;
        loop {
            match self.kind() {
                TokenKind::LParen => parens += 1,
                TokenKind::RParen => parens = parens.saturating_sub(1),
                TokenKind::Semicolon if parens == 0 && begins == 0 => break,
                TokenKind::Eof => return Err(self.near("unexpected end of function definition")),
                TokenKind::Invalid => return self.fail(),
                _ => {}
            }
            if makes_routine && parens == 0 {
                if self.at_any(&["begin", "case"]) {
                    begins += 1;
                } else if self.at("end") {
                    begins = begins.saturating_sub(1);
                }
            }
            if self.at("into") && !is_import && !self.follows_insert_or_merge() {
                if cut.is_some() {
                    return Err(self.near("INTO specified more than once"));
                }
                let from = self.place;
                self.place += 1;
                let strict = self.eat("strict");
                into = self.targets_of_into(strict)?;
                cut = Some((from, self.place));
            } else {
                self.place += 1;
            }
        }
        let pieces = match cut {
            Some((from, to)) => vec![Part { start, end: from }, Part { start: to, end: self.place }],
            None => vec![Part { start, end: self.place }],
        };
        self.code.statement(&pieces)?;
        Ok(StepKind::Sql { pieces, into })
    }

    /// `CREATE [OR REPLACE] {FUNCTION | PROCEDURE}` stands here.
    fn makes_routine(&self) -> bool {
        let words: Vec<String> = (self.place..self.place + 4)
            .map(|place| self.code.text_of(self.code.token(place)).to_ascii_lowercase())
            .collect();
        let words: Vec<&str> = words.iter().map(|word| &**word).collect();
        matches!(
            words[..],
            ["create", "function" | "procedure", ..] | ["create", "or", "replace", "function" | "procedure"]
        )
    }

    fn follows_insert_or_merge(&self) -> bool {
        let before = self.code.text_of(self.code.token(self.place.saturating_sub(1)));
        before.eq_ignore_ascii_case("insert") || before.eq_ignore_ascii_case("merge")
    }
}

const CURRENT_ITEMS: &[&str] = &["row_count", "pg_routine_oid"];

const STACKED_ITEMS: &[&str] = &[
    "pg_exception_context",
    "pg_exception_detail",
    "pg_exception_hint",
    "returned_sqlstate",
    "column_name",
    "constraint_name",
    "pg_datatype_name",
    "message_text",
    "table_name",
    "schema_name",
];
