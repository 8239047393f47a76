//! What crosses to JavaScript: plain data by serde-wasm-bindgen, errors as `Error`s with a `code`.

use crate::Project;
use crate::config::{Config, Value, types_options};
use crate::generate::schema::Schema;
use crate::generate::typescript::Types;
use crate::json;
use crate::locks::LockTimeline;
use crate::report::{Changes, FileFindings, Report, markdown, sarif, text};
use crate::rules;
use crate::source::SourceFile;
use js_sys::{Array, Function, Object};
use tsify::{Ts, Tsify};
use wasm_bindgen::prelude::*;

/// Smaller and faster than the standard library's dlmalloc.
#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();

#[wasm_bindgen(start)]
fn start() {
    console_error_panic_hook::set_once();
}

/// A JavaScript `Error` with a `code`.
fn error(code: &str, message: &str) -> JsValue {
    let error = js_sys::Error::new(message);
    // Setting a property of a fresh Error cannot fail.
    let _ = js_sys::Reflect::set(&error, &"code".into(), &code.into());
    error.into()
}

/// The version of pgdry.
#[wasm_bindgen]
pub fn version() -> String {
    crate::VERSION.to_string()
}

/// The rules whose findings take the whole chain.
#[wasm_bindgen(js_name = lateRules)]
pub fn late_rules() -> Vec<String> {
    rules::of_the_whole().map(|rule| rule.name.to_string()).collect()
}

/// What crosses to JavaScript.
fn plain_data<T: Tsify + serde::Serialize>(data: T) -> Result<Ts<T>, JsValue> {
    data.into_ts().map_err(|e| error("internal", &e.to_string()))
}

/// A project of migrations, checked as a chain.
#[wasm_bindgen]
pub struct Validator {
    project: Project,
}

#[wasm_bindgen]
impl Validator {
    /// Throws an `Error` with the code `config` when the configuration is refused.
    #[wasm_bindgen(constructor)]
    pub fn new(
        #[wasm_bindgen(unchecked_optional_param_type = "Partial<Config>")] config: JsValue,
    ) -> Result<Validator, JsValue> {
        let config = plain(&config, 0).map_or(Ok(Config::default()), |given| Config::from_value(&given));
        let mut config = config.map_err(|e| error("config", &e.to_string()))?;
        if config.now.is_none() {
            // 2025-01-31T12:00:00.000Z without what stands between the digits.
            let now = String::from(js_sys::Date::new_0().to_iso_string());
            config.now = Some(now.chars().filter(char::is_ascii_digit).take(14).collect());
        }
        Ok(Self { project: Project::new(config) })
    }

    /// Loads a file of the base, such as pg_dump's output, over what is there before the first migration. Returns what PostgreSQL would refuse of it.
    #[wasm_bindgen(js_name = loadBase)]
    pub fn load_base(&mut self, path: &str, text: &str) -> Vec<String> {
        self.project.load_base(&SourceFile::new(path, text)).iter().map(|e| e.to_string()).collect()
    }

    /// Adds a file, or gives it a new text. Files are checked in the order of their names.
    #[wasm_bindgen(js_name = setFile)]
    pub fn set_file(&mut self, path: &str, text: &str) {
        self.project.set_file(SourceFile::new(path, text));
    }

    /// Removes a file; without effect when there is none of that path.
    #[wasm_bindgen(js_name = removeFile)]
    pub fn remove_file(&mut self, path: &str) {
        self.project.remove_file(path);
    }

    /// Checks all files.
    pub fn check(&mut self) -> Result<Ts<Report>, JsValue> {
        plain_data(self.project.check())
    }

    /// Does the next piece of a check, which takes a few milliseconds: the first file that is not judged yet, or a rule over the whole chain. False when
    /// nothing is left to do until a file changes.
    pub fn advance(&mut self) -> bool {
        self.project.advance()
    }

    /// The files whose findings are other ones than `changes` gave before; `undefined` until `advance` has done everything.
    pub fn changes(&mut self) -> Result<Option<Ts<Changes>>, JsValue> {
        self.project.changes().map(plain_data).transpose()
    }

    /// What is found in a file without the rules of `lateRules`; `undefined` until `advance` has come to it.
    #[wasm_bindgen(js_name = findingsSoFar)]
    pub fn findings_so_far(&mut self, path: &str) -> Result<Option<Ts<FileFindings>>, JsValue> {
        self.project.findings_so_far(path).map(plain_data).transpose()
    }

    /// Checks all files and prints what is found as `pgdry check --format` does, without colors: `text`, `json`, `sarif` or `markdown`. Throws an `Error` with the code `options`.
    pub fn report(
        &mut self,
        #[wasm_bindgen(unchecked_param_type = "ReportFormat")] format: &str,
        #[wasm_bindgen(unchecked_optional_param_type = "ReportOptions")] options: JsValue,
    ) -> Result<String, JsValue> {
        let explain = property(&options, "explain");
        let page =
            |rule: &str| explain.dyn_ref::<Function>()?.call1(&JsValue::UNDEFINED, &rule.into()).ok()?.as_string();
        let report = self.project.check();
        let files = self.project.files();
        Ok(match format {
            "text" => text::render(&report, files, false),
            "json" => json::pretty(&report) + "\n",
            "sarif" => sarif::render(&report, files, &page),
            "markdown" => markdown::render(&report, files, markdown::COMMENT),
            _ => return Err(error("options", &format!("there is no format `{format}`"))),
        })
    }

    /// The types of the schema that the files leave, for any of the targets. Throws an `Error` with the code `options`.
    pub fn types(
        &mut self,
        #[wasm_bindgen(unchecked_optional_param_type = "Partial<TypesOptions>")] options: JsValue,
    ) -> Result<String, JsValue> {
        Ok(self.types_with(&options)?.text)
    }

    /// What `types(options)` could not know, a sentence each: the types say `unknown` there.
    #[wasm_bindgen(js_name = typeWarnings)]
    pub fn type_warnings(
        &mut self,
        #[wasm_bindgen(unchecked_optional_param_type = "Partial<TypesOptions>")] options: JsValue,
    ) -> Result<Vec<String>, JsValue> {
        Ok(self.types_with(&options)?.warnings)
    }

    /// The schema that the files leave.
    pub fn schema(&mut self) -> Result<Ts<Schema>, JsValue> {
        plain_data(self.project.schema())
    }

    /// The schema after the file of that path. Throws an `Error` with the code `unknown-file` when there is none.
    #[wasm_bindgen(js_name = schemaAt)]
    pub fn schema_at(&mut self, path: &str) -> Result<Ts<Schema>, JsValue> {
        plain_data(found(path, self.project.schema_at(path))?)
    }

    /// The objects of that schema that the file made, or was the last to change. Throws as `schemaAt` does.
    #[wasm_bindgen(js_name = schemaOf)]
    pub fn schema_of(&mut self, path: &str) -> Result<Ts<Schema>, JsValue> {
        plain_data(found(path, self.project.schema_of(path))?)
    }

    /// What every statement locks, and what its transaction holds by then.
    pub fn locks(&mut self) -> Result<Ts<LockTimeline>, JsValue> {
        plain_data(self.project.locks())
    }
}

impl Validator {
    /// With what is given over the configuration's options.
    fn types_with(&mut self, given: &JsValue) -> Result<Types, JsValue> {
        let mut options = self.project.config().types.clone();
        if let Some(given) = plain(given, 0) {
            types_options(&mut options, &given).map_err(|e| error("options", &e.to_string()))?;
        }
        Ok(self.project.types(&options))
    }
}

#[wasm_bindgen(typescript_custom_section)]
const REPORT_OPTIONS: &str = r#"
/** Of what `pgdry check --format` takes, what is not for one service's pipelines. */
export type ReportFormat = "text" | "json" | "sarif" | "markdown";

export interface ReportOptions {
    /** Gives `sarif` the pages of the rules: `explain` of `pgdry/rules`. Without it, it has their names. */
    explain?: (rule: string) => string;
}
"#;

/// What there is of a file.
fn found<T>(path: &str, of_file: Option<T>) -> Result<T, JsValue> {
    of_file.ok_or_else(|| error("unknown-file", &format!("there is no file `{path}`")))
}

/// A property of an object; `undefined` where there is none.
fn property(object: &JsValue, key: &str) -> JsValue {
    js_sys::Reflect::get(object, &key.into()).unwrap_or_default()
}

/// Deeper than any configuration.
const MAX_DEPTH: u32 = 10;

/// Plain data of JavaScript; `None` for `undefined` and `null`, which stand for what holds without them.
fn plain(value: &JsValue, depth: u32) -> Option<Value> {
    if value.is_undefined() || value.is_null() {
        return None;
    }
    Some(match (value.as_bool(), value.as_f64(), value.as_string()) {
        (Some(is), ..) => Value::Bool(is),
        (_, Some(number), _) => Value::Number(number),
        (.., Some(text)) => Value::Text(text),
        _ if depth >= MAX_DEPTH || value.is_function() || !value.is_object() => Value::Other,
        _ if Array::is_array(value) => {
            let item = |item: JsValue| plain(&item, depth + 1).unwrap_or(Value::Other);
            Value::List(Array::from(value).iter().map(item).collect())
        }
        _ => {
            let entry = |entry: JsValue| {
                let [key, value] = [0, 1].map(|at| Array::from(&entry).get(at));
                Some((key.as_string()?, plain(&value, depth + 1)?))
            };
            Value::Table(Object::entries(value.unchecked_ref()).iter().filter_map(entry).collect())
        }
    })
}
