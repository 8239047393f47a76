//! The whole grammar: its tree in short form for the tests of each family, and what must hold for any input.

use super::*;
use proptest::prelude::*;

/// A statement's tree in one line: what is absent, false, empty or a default is left out, names are their text.
pub(super) fn summary(sql: &str) -> String {
    let mut file = parse(sql);
    match file.statements.remove(0).result {
        Err(error) => error.into_report().message,
        Ok(_) if !file.statements.is_empty() => format!("{} statements", file.statements.len() + 1),
        Ok(statement) => {
            let debug = format!("{:?}", statement.kind);
            let mut reader = Reader { rest: &debug };
            reader.value()
        }
    }
}

/// Checks `(sql, summary or error message)` pairs.
#[track_caller]
pub(super) fn check(cases: &[(&str, &str)]) {
    let wrong: Vec<String> = cases
        .iter()
        .map(|(sql, expected)| (sql, expected, summary(sql)))
        .filter(|(_, expected, found)| found != *expected)
        .map(|(sql, expected, found)| format!("{sql}\n  expected {expected}\n  found    {found}"))
        .collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// Reads what `{:?}` writes.
struct Reader<'a> {
    rest: &'a str,
}

impl Reader<'_> {
    fn eat(&mut self, what: &str) -> bool {
        self.rest = self.rest.trim_start();
        let found = self.rest.strip_prefix(what);
        self.rest = found.unwrap_or(self.rest);
        found.is_some()
    }

    fn word(&mut self) -> String {
        let end = self.rest.find(|c: char| !c.is_alphanumeric() && !"_-.".contains(c)).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        word.to_owned()
    }

    fn string(&mut self) -> String {
        let mut end = 0;
        while let Some(found) = self.rest[end..].find(['"', '\\']) {
            end += found + if self.rest[end + found..].starts_with('\\') { 2 } else { 1 };
            if self.rest[..end].ends_with('"') && !self.rest[..end].ends_with("\\\"") {
                break;
            }
        }
        let text = self.rest[..end - 1].to_owned();
        self.rest = &self.rest[end..];
        text
    }

    fn list(&mut self, close: &str) -> Vec<String> {
        let mut items = Vec::new();
        while !self.eat(close) {
            items.push(self.value());
            self.eat(",");
        }
        items
    }

    fn value(&mut self) -> String {
        if self.eat("\"") {
            return self.string();
        }
        if self.eat("[") {
            return format!("[{}]", self.list("]").join(", "));
        }
        if self.eat("(") {
            return format!("({})", self.list(")").join(", "));
        }
        self.rest = self.rest.trim_start();
        let word = self.word();
        if self.eat("(") {
            let items = self.list(")").join(", ");
            let boxed = word == "Some" || items == word || items.starts_with(&format!("{word}{{"));
            return if boxed { items } else { format!("{word}({items})") };
        }
        if self.eat("{") { self.record(word) } else { word }
    }

    /// The fields of a record after its brace.
    fn record(&mut self, word: String) -> String {
        let mut fields: Vec<(String, String)> = Vec::new();
        while !self.eat("}") {
            self.rest = self.rest.trim_start();
            let name = self.word();
            self.eat(":");
            let value = self.value();
            self.eat(",");
            fields.push((name, value));
        }
        let field = |name: &str| fields.iter().find(|(field, _)| field == name).map_or("None", |(_, value)| value);
        match word.as_str() {
            "Name" | "StringLiteral" => field("text").to_owned(),
            "Expr" => field("kind").to_owned(),
            "Span" => word,
            "QualifiedName" => {
                let parts = ["database", "schema", "name"].map(field);
                parts.into_iter().filter(|part| *part != "None").collect::<Vec<_>>().join(".")
            }
            "TypeName" => {
                let setof = if field("setof") == "true" { "setof " } else { "" };
                let column =
                    if field("percent_type") == "None" { "" } else { &format!(".{}%type", field("percent_type")) };
                let modifiers = field("modifiers").replace('[', "(").replace(']', ")").replace("()", "");
                let dimensions = "[]".repeat(field("array_dimensions").parse().unwrap_or(0));
                format!("{setof}{}{column}{modifiers}{dimensions}", field("name"))
            }
            _ => {
                let fields: Vec<String> = fields.into_iter().filter_map(|field| said(&word, field)).collect();
                if fields.is_empty() { word } else { format!("{word}{{{}}}", fields.join(", ")) }
            }
        }
    }
}

/// A field, unless its value is what the absence of its clause means, or where it stands.
fn said(record: &str, (name, value): (String, String)) -> Option<String> {
    let silent = match name.as_str() {
        "span" | "index_keyword" => true,
        "persistence" => value == "Permanent",
        "behavior" => value == "Restrict",
        "mode" => value == "In",
        "on_delete" | "on_update" => value == "NoAction",
        "attributes" | "parameters" => value == "ConstraintAttributes" || value == "IndexParameters",
        _ => false,
    };
    match value.as_str() {
        _ if silent => None,
        // `f()` is not `f`.
        "[]" if record == "RoutineName" => Some(format!("{name}: []")),
        "None" | "false" | "[]" => None,
        "true" => Some(name),
        _ => Some(format!("{name}: {value}")),
    }
}

/// Every statement with its kind and where it stands, and every comment: what a reader compares with the text.
fn spans(text: &str) -> String {
    let file = parse(text);
    let kind = |statement: &ParsedStatement| match &statement.result {
        Ok(statement) => format!("{:?}", statement.kind).chars().take_while(|c| c.is_alphanumeric()).collect(),
        Err(error) => format!("error at {}..{}", error.span.start, error.span.end),
    };
    let statements = file.statements.iter().map(|s| format!("{}..{}..{} {}", s.span.start, s.span.end, s.end, kind(s)));
    let comments = file.comments.iter().map(|c| format!("{}..{} comment", c.span.start, c.span.end));
    statements.chain(comments).collect::<Vec<_>>().join("\n")
}

#[test]
fn says_where_each_statement_stands() {
    let text = "-- é\nselect 1 ;\n\ndrop tabel x;\ngrant all on t to r";
    assert_eq!(spans(text), "6..14..16 Query\n18..30..31 error at 23..28\n32..51..51 Grant\n0..5 comment");
}

#[test]
fn one_bad_statement_costs_one_finding() {
    let file =
        parse("create table a (x int);\ncreate tabel b (x int);\ncreate table c (x int, );\ncreate table d (x int)");
    let ok: Vec<bool> = file.statements.iter().map(|statement| statement.result.is_ok()).collect();
    assert_eq!(ok, [true, false, false, true]);
    let offsets: Vec<u32> =
        file.statements.iter().filter_map(|s| s.result.as_ref().err()).map(|error| error.span.start).collect();
    assert_eq!(offsets, [31, 71]);
}

#[test]
fn every_span_lies_in_its_statement() {
    for sql in [
        "create table s.t (a int not null default 1 check (a > 0), primary key (a))",
        "alter table t add constraint c foreign key (a) references u (b) on delete cascade, drop column x",
        "create function f(a int default 1) returns table (b text) language sql as $$ select 1 $$",
        "grant select (a, b) on table t to r with grant option",
    ] {
        let text = format!("select 0; {sql}; select 1");
        let file = parse(&text);
        let statement = file.statements[1].result.as_ref().expect(sql);
        assert_eq!(&text[statement.span.range()], sql);
        let debug = format!("{statement:?}");
        let numbers = |after: &str| {
            let found: String = after.chars().take_while(char::is_ascii_digit).collect();
            found.parse::<u32>().unwrap_or(u32::MAX)
        };
        for (at, _) in debug.match_indices("Span { start: ") {
            let start = numbers(&debug[at + 14..]);
            let end = numbers(debug[at..].split("end: ").nth(1).unwrap_or(""));
            assert!(statement.span.contains(Span::new(start, end)), "{start}..{end} of {sql}");
        }
    }
}

/// Long inputs that a careless scanner looks at again and again: quadratic time would not end.
#[test]
fn takes_linear_time() {
    let n = 50_000;
    for unit in [
        "$a ",
        "+-",
        "/*",
        "'a\n",
        "U&'a' ",
        "\\x\n",
        ";",
        "copy t from stdin;\n",
        "begin atomic ",
        "E'\\",
        "\"a\"\"",
        "drop create; ",
        "0x",
        "1_",
        ":",
        "--\n",
        "$$",
        "case ",
        "alter constraint c deferrable, ",
    ] {
        for head in ["", "create function f() returns int begin atomic ", "alter table t ", "select "] {
            let text = format!("{head}{}", unit.repeat(n));
            let file = parse(&text);
            assert!(file.statements.iter().all(|s| s.span.end <= s.end && s.end as usize <= text.len()));
        }
    }
}

const WORDS: &[&str] = &[
    "create",
    "alter",
    "drop",
    "table",
    "add",
    "column",
    "constraint",
    "primary",
    "key",
    "(",
    ")",
    ",",
    ";",
    "a",
    "\"B\"",
    "int",
    "text",
    "not",
    "null",
    "default",
    "1",
    "'x'",
    "$$b$$",
    "references",
    "on",
    "delete",
    "set",
    "check",
    "policy",
    "for",
    "to",
    "using",
    "with",
    "function",
    "returns",
    "language",
    "as",
    "begin",
    "atomic",
    "end",
    "case",
    "grant",
    "revoke",
    "all",
    "in",
    "schema",
    "from",
    "select",
    "if",
    "exists",
    "or",
    "replace",
    "trigger",
    "execute",
    "type",
    "enum",
    "is",
    "comment",
    "type",
    "view",
    "*",
    "=",
    ".",
    "::",
    "[",
    "]",
    "-",
    "E'\\n'",
    "partition",
    "of",
    "values",
    "index",
    "unique",
    "sequence",
    "role",
    "do",
    "copy",
    "stdin",
    "owner",
    "rename",
    "time",
    "zone",
    "interval",
    "--\n",
    "/*",
    "*/",
    "generated",
    "always",
    "identity",
    "operator",
    "class",
    "\\",
    "é",
    "$1",
    "%",
    "insert",
    "into",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    /// Any bytes: no panic, statements in order and inside the text, every byte that is not blank or comment in a statement.
    #[test]
    fn takes_any_text(text in "\\PC*|[ -~\\n]{0,80}|(\\PC|['\"$;(){}\\\\/*-])*") {
        holds(&text)?;
    }

    #[test]
    fn takes_any_words(words in prop::collection::vec(prop::sample::select(WORDS), 0..40)) {
        holds(&words.join(" "))?;
    }

    #[test]
    fn takes_any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        holds(&String::from_utf8_lossy(&bytes))?;
    }
}

fn holds(text: &str) -> std::result::Result<(), TestCaseError> {
    let file = parse(text);
    let mut end = 0;
    for statement in &file.statements {
        prop_assert!(statement.span.start >= end);
        prop_assert!(statement.span.end <= statement.end);
        end = statement.end;
        match &statement.result {
            Ok(parsed) => prop_assert_eq!(parsed.span, statement.span),
            Err(error) => {
                prop_assert!(text.get(error.span.range()).is_some(), "{:?} of {:?}", error.span, text);
                prop_assert!(!error.message.is_empty());
            }
        }
    }
    prop_assert!(end as usize <= text.len());
    // A statement that is accepted in the file is accepted alone.
    for statement in file.statements.iter().filter(|statement| statement.result.is_ok()) {
        let alone = text.get(statement.span.range()).unwrap_or("");
        prop_assert!(parse(alone).statements.iter().all(|s| s.result.is_ok()), "{alone:?}");
    }
    Ok(())
}
